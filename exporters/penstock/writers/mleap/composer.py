"""The state of one bundle being composed: columns so far, and the operations that add one.

A method that adds an operation returns the name of the frame column it defines.
Operations are scalar; vectors are assembled only for linear models, trees and outputs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from penstock.graph import Graph, Kind
from penstock.writers.mleap import bundle as fmt
from penstock.writers.mleap.bundle import BundleWriter
from penstock.writers.mleap.columns import (
    Element,
    Place,
    Scalar,
    Text,
    Vector,
    runs,
    shape_of,
)
from penstock.writers.mleap.trees import leaf, split
from penstock.writers.names import Names

Source = str | float
"""The name of a frame column that holds one double, or a constant."""


class Composer:
    """Writes operations and remembers where the columns of the graph are."""

    def __init__(self, writer: BundleWriter, graph: Graph):
        self.writer = writer
        self.names = Names(column.name for column in graph.inputs)
        self._places: dict[str, Place] = {}
        self._texts: dict[str, Text] = {}
        self._wishes: dict[str, str] = {}
        self._cache: dict[Any, Any] = {}
        for column in graph.inputs:
            if column.kind is Kind.NUMBER:
                self._places[column.name] = Scalar(column.name)
            else:
                self._texts[column.name] = Text(column.name)

    # Columns of the graph

    def define(self, column: str, place: Place | str) -> None:
        """Say where the graph's NUMBER ``column`` is: a place, or the name of a scalar column."""
        self._places[column] = Scalar(place) if isinstance(place, str) else place

    def define_text(self, column: str, text: Text) -> None:
        self._texts[column] = text

    def text(self, column: str) -> Text:
        return self._texts[column]

    def is_text(self, column: str) -> bool:
        return column in self._texts

    def wish(self, column: str, name: str) -> None:
        """Ask that the graph's ``column`` gets the frame column ``name``, if an operation can."""
        self._wishes[column] = name

    def scalar(self, column: str) -> str:
        """The frame column that holds the graph's NUMBER ``column``."""
        place = self._places[column]
        if isinstance(place, Element):
            place = Scalar(self.string_map(place.text, {place.category: 1.0}, 0.0))
            self._places[column] = place
        return place.name

    def source(self, operand: str | float) -> Source:
        return self.scalar(operand) if isinstance(operand, str) else float(operand)

    def name_for(self, column: str | None, stem: str) -> str:
        """The name of the frame column that an operation is to define for ``column``."""
        return self._wishes.pop(column, None) or self.names.fresh(stem)

    # Operations

    def add(
        self,
        op: str,
        attributes: Mapping[str, Any],
        inputs: Mapping[str, str],
        port: str = "output",
        column: str | None = None,
    ) -> str:
        """Add ``op`` and return the name of what its ``port`` defines."""
        name = self.names.fresh(op)
        output = self._wishes.pop(column, name) if column is not None else name
        self.writer.node(name, op, attributes, inputs, {port: output})
        return output

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What ``make`` gave for ``key`` the first time."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    def math(self, operation: str, a: Source, b: Source, column: str | None = None) -> str:
        """``a operation b`` in double, at least one of them a column."""
        if a == b and isinstance(a, str):
            b = self._copy(Scalar(a), 1).name
        attributes = {"operation": fmt.string(operation)}
        inputs = {}
        for port, constant, source in (("input_a", "da", a), ("input_b", "db", b)):
            if isinstance(source, str):
                inputs[port] = source
            else:
                attributes[constant] = fmt.double(source)
        return self.add("math_binary", attributes, inputs, column=column)

    def unary(self, operation: str, a: str, column: str | None = None) -> str:
        attributes = {"operation": fmt.string(operation)}
        return self.add("math_unary", attributes, {"input": a}, column=column)

    def above(self, a: str, threshold: float, column: str | None = None) -> str:
        """1.0 where ``a > threshold``, else 0.0, also for NaN."""
        attributes = {
            "threshold": fmt.double(threshold),
            "input_shapes": {"data_shape": fmt.scalar_shape()},
        }
        return self.add("binarizer", attributes, {"input": a}, column=column)

    def impute(self, a: str, fill: float, column: str | None = None) -> str:
        attributes = {"surrogate_value": fmt.double(fill), "strategy": fmt.string("constant")}
        return self.add("imputer", attributes, {"input": a}, column=column)

    def steps(
        self,
        a: str,
        bounds: Sequence[float],
        values: Sequence[float],
        missing: float,
        column: str | None = None,
    ) -> str:
        """The value of the first bound that ``a`` is at or below; ``missing`` beyond, and for NaN.

        One decision tree over ``a``: bounds ascend, and there are as many values.
        """
        lines: list[str] = []

        def subtree(low: int, high: int) -> None:
            if low == high:
                lines.append(leaf(values[low] if low < len(bounds) else missing))
                return
            middle = (low + high) // 2
            lines.append(split(0, bounds[middle]))
            subtree(low, middle)
            subtree(middle + 1, high)

        subtree(0, len(bounds))
        vector = self.assemble([Scalar(a)])
        name = self.names.fresh("decision_tree_regression")
        output = self._wishes.pop(column, name) if column is not None else name
        attributes = {"num_features": fmt.long(1)}
        ports = {"features": vector.name}, {"prediction": output}
        self.writer.node(name, "decision_tree_regression", attributes, *ports)
        self.writer.tree_nodes(f"{name}.node", lines)
        return output

    def is_nan(self, a: str, column: str | None = None) -> str:
        """1.0 where ``a`` is NaN, else 0.0."""
        return self.steps(a, [math.inf], [0.0], 1.0, column)

    # Text

    def string_map(
        self, a: str, values: Mapping[str, float], unknown: float | None, column: str | None = None
    ) -> str:
        """The value of the text column ``a``; ``unknown`` for any other, also NULL."""
        attributes = {
            "labels": fmt.strings(values),
            "values": fmt.doubles(values.values()),
            "handle_invalid": fmt.string("error" if unknown is None else "keep"),
        }
        if unknown is not None:
            attributes["default_value"] = fmt.double(unknown)
        return self.add("string_map", attributes, {"input": a}, column=column)

    def is_null(self, a: str) -> str:
        """1.0 where the text column ``a`` is NULL, else 0.0.

        The feature hasher is the one stock operation that tells NULL from other texts:
        it skips NULL and puts 1.0 for any text into its only slot.
        """

        def make() -> str:
            attributes = {
                "num_features": fmt.long(1),
                "categorical_cols": fmt.strings([]),
                "input_shapes": {"type": "list", "data_shape": [fmt.scalar_shape(nullable=True)]},
                "basic_types": {"type": "list", "basic_type": ["string"]},
                "input_names": fmt.strings(["text"]),
            }
            present = self.add("feature_hasher", attributes, {"input0": a})
            return self.linear(Vector(present, 1), [-1.0], 1.0)

        return self.once(("is_null", a), make)

    def indicators(self, a: str, categories: Sequence[str]) -> Vector:
        """A vector of 1.0 at the category that the text column ``a`` holds, else zeros."""
        labels = {
            "labels_length": {"int": 1},
            "labels_array_0": fmt.strings(categories),
            "handle_invalid": fmt.string("keep"),
        }
        index = self.add("string_indexer", labels, {"input": a})
        size = {
            "category_sizes": {"type": "list", "int": [len(categories)]},
            "handle_invalid": fmt.string("keep"),
            "drop_last": {"boolean": True},
        }
        output = self.add("one_hot_encoder", size, {"input0": index}, port="output0")
        return Vector(output, len(categories))

    # Vectors

    def vector(self, columns: Iterable[str]) -> Vector:
        """One vector of the graph's NUMBER columns, the same one for the same columns."""
        columns = tuple(columns)
        return self.once(
            ("vector", columns), lambda: self.assemble([self._places[c] for c in columns])
        )

    def assemble(self, places: Sequence[Place], column: str | None = None) -> Vector:
        parts: list[Scalar | Vector] = []
        for part in runs(places):
            if isinstance(part, Scalar):
                parts.append(part)
            else:
                parts.append(self._slice(*part))
        return self.concatenate(parts, column)

    def concatenate(self, parts: Sequence[Scalar | Vector], column: str | None = None) -> Vector:
        seen: Counter[Scalar | Vector] = Counter()
        distinct: list[Scalar | Vector] = []
        for part in parts:
            distinct.append(self._copy(part, seen[part]) if part in seen else part)
            seen[part] += 1
        attributes = {
            "input_shapes": {"type": "list", "data_shape": [shape_of(part) for part in distinct]}
        }
        inputs = {f"input{i}": part.name for i, part in enumerate(distinct)}
        size = sum(part.size if isinstance(part, Vector) else 1 for part in distinct)
        return Vector(self.add("vector_assembler", attributes, inputs, column=column), size)

    def _copy(self, part: Scalar | Vector, nth: int) -> Scalar | Vector:
        """The same values under another name, for MLeap takes no column twice in one operation."""

        def make() -> Scalar | Vector:
            if isinstance(part, Scalar):
                return Scalar(self.math("add", part.name, 0.0))
            return self._slice(part, list(range(part.size)), always=True)

        return self.once(("copy", part, nth), make)

    def _slice(self, vector: Vector, indices: list[int], always: bool = False) -> Vector:
        if indices == list(range(vector.size)) and not always:
            return vector
        attributes = {
            "indices": {"type": "list", "long": indices},
            "names": fmt.strings([]),
            "named_indices": {"type": "list", "int": []},
            "input_size": {"int": vector.size},
        }
        return Vector(self.add("vector_slicer", attributes, {"input": vector.name}), len(indices))

    def negated(self, vector: Vector) -> Vector:
        """The vector followed by its negation."""

        def make() -> Vector:
            attributes = {"scaling_vec": fmt.vector([-1.0] * vector.size)}
            name = self.add("elementwise_product", attributes, {"input": vector.name})
            return self.concatenate([vector, Vector(name, vector.size)])

        return self.once(("negated", vector), make)

    def linear(
        self,
        vector: Vector,
        weights: Sequence[float],
        intercept: float,
        column: str | None = None,
    ) -> str:
        attributes = {"coefficients": fmt.vector(weights), "intercept": fmt.double(intercept)}
        inputs = {"features": vector.name}
        return self.add("linear_regression", attributes, inputs, "prediction", column)
