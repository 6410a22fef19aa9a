"""Trees of Spark ML as the graph's trees.

A continuous split compares in double, NaN going right. A categorical split asks whether the
value is in a set of numbers; each set becomes a column, 0.0 for what goes left and 1.0 for
what goes right, over which the graph's tree splits at 0.5.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.lookup import look_up
from penstock.converters.sparkml.frame import Vector
from penstock.graph import Tree

NodeData = dict[str, Any]
"""A node as Spark saves it: id (from the root, left before right), prediction, impurityStats,
leftChild, rightChild, split (featureIndex, leftCategoriesOrThreshold, numCategories)."""

LeafValues = Callable[[NodeData], Sequence[float]]


def read_nodes(java_trees: Sequence[Any]) -> list[list[NodeData]]:
    """The nodes of each tree in the order of their ids, fetched in one call for a tree."""
    from pyspark import SparkContext

    jvm = SparkContext._jvm
    nodes = getattr(jvm.org.apache.spark.ml.tree, "DecisionTreeModelReadWrite$NodeData$")
    build = getattr(nodes, "MODULE$").build
    as_java = jvm.scala.jdk.javaapi.CollectionConverters.asJava
    mapper = _field_mapper(jvm)
    found = []
    for tree in java_trees:
        data = json.loads(mapper.writeValueAsString(as_java(build(tree.rootNode(), 0)._1())))
        found.append(sorted(data, key=lambda node: node["id"]))
    return found


def _field_mapper(jvm: Any) -> Any:
    """Jackson's mapper over fields: the getters of these classes compute."""
    annotation = jvm.com.fasterxml.jackson.annotation
    visibility = getattr(annotation, "JsonAutoDetect$Visibility")
    mapper = jvm.com.fasterxml.jackson.databind.ObjectMapper()
    for accessor, level in (("GETTER", "NONE"), ("IS_GETTER", "NONE"), ("FIELD", "ANY")):
        mapper.setVisibility(
            getattr(annotation.PropertyAccessor, accessor), getattr(visibility, level)
        )
    return mapper


@dataclass(frozen=True)
class Ensemble:
    """The columns that the trees read, and the trees over them."""

    inputs: tuple[str, ...]
    trees: tuple[Tree, ...]


def graph_trees(
    nodes: Sequence[Sequence[NodeData]],
    values: Sequence[LeafValues],
    features: Vector,
    builder: Builder,
) -> Ensemble:
    """``values`` gives for each tree what a leaf of it says."""
    columns = _Columns(features, builder)
    trees = tuple(_tree(*pair, columns) for pair in zip(nodes, values, strict=True))
    return Ensemble(tuple(columns.names), trees)


def _tree(nodes: Sequence[NodeData], leaf: LeafValues, columns: _Columns) -> Tree:
    count = len(nodes)
    feature = np.full(count, -1, dtype=np.int32)
    threshold = np.zeros(count)
    left, right = (np.full(count, -1, dtype=np.int32) for _ in range(2))
    values: list[Sequence[float]] = [()] * count
    for node in nodes:
        i = node["id"]
        if node["leftChild"] < 0:
            values[i] = leaf(node)
            continue
        feature[i], threshold[i] = columns.test(node["split"])
        left[i], right[i] = node["leftChild"], node["rightChild"]
    width = max(map(len, values))
    return Tree(
        feature=feature,
        threshold=threshold,
        left=left,
        right=right,
        missing_left=np.zeros(count, dtype=bool),
        values=np.array([value or [0.0] * width for value in values], dtype=np.float64),
    )


class _Columns:
    """The features, and a column for each set of categories that a split asks for."""

    def __init__(self, features: Vector, builder: Builder):
        self.names = [column.value.name for column in features]
        self._features = features
        self._builder = builder
        self._places: dict[tuple[int, tuple[float, ...], int], int] = {}

    def test(self, split: dict[str, Any]) -> tuple[int, float]:
        """The input that the split compares, and the threshold."""
        feature, numbers = split["featureIndex"], split["leftCategoriesOrThreshold"]
        count = split["numCategories"]
        if count == -1:
            return feature, float(numbers[0])
        key = feature, tuple(map(float, numbers)), count
        if key not in self._places:
            self._places[key] = self._side(*key)
        return self._places[key], 0.5

    def _side(self, feature: int, left: tuple[float, ...], count: int) -> int:
        """Spark keeps the smaller of the two sets, and what is in neither goes with the other."""
        column = self._features[feature]
        strangers_right = len(left) <= count // 2

        def side(number: float) -> float:
            if 0.0 <= number < count and number == int(number):
                return float(number not in left)
            return float(strangers_right)

        coded = column.coded
        if coded is None:
            of = column.value
            categories: tuple = tuple(map(float, range(count)))
            sides, unknown = [side(number) for number in categories], float(strangers_right)
        else:
            of, categories = coded.of, coded.categories
            sides = [side(number) for number in coded.codes]
            unknown = 0.0 if coded.unknown is None else side(coded.unknown)
            if coded.of is column.value and sides == [0.0, 1.0] and categories == (0.0, 1.0):
                return feature
        hint = f"{column.value.name}.split{len(self._places)}"
        codes = np.array(sides).reshape(-1, 1)
        (found,) = look_up(of, categories, codes, [unknown], [hint], self._builder)
        self.names.append(found.name)
        return len(self.names) - 1
