"""OneHotEncoder, with dropped and infrequent categories and every rule for unknown ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from penstock.compute import compute, equals
from penstock.contract import Category
from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, OBJECT, Table, Value
from penstock.converters.sklearn.inputs import check_features, check_finite
from penstock.converters.sklearn.output import transformed
from penstock.graph import (
    Binary,
    BinaryOp,
    CategoryMapper,
    Imputer,
    OneHotEncoder,
    StringImputer,
    TreeEnsemble,
)
from penstock.lineage import node_inputs, trace
from penstock.reference import COMPARISONS, is_inexact

NAN = float("nan")


def one_hot_encoder(estimator: object, table: Table, builder: Builder) -> Table:
    """A column of 0.0 and 1.0 for each category that has one."""
    categories = known_categories(estimator, table, builder)
    first = len(builder.nodes)
    columns = []
    for i, (value, known) in enumerate(zip(table.columns, categories, strict=True)):
        columns += _encode(value, known, _grouping(estimator, i, len(known)), builder)
    dtype = np.dtype(estimator.dtype)
    columns = tuple(replace(value, dtype=dtype) for value in columns)
    builder.operation("one_hot_encoder", first)
    return transformed(estimator, Table(columns, None, estimator.sparse_output), builder)


def known_categories(estimator: object, table: Table, builder: Builder) -> list[list[Category]]:
    """The fitted categories of each column, after the checks that all encoders make.

    scikit-learn validates all columns first and then looks for unknown categories, which
    refuse the row where ``handle_unknown`` is "error" (a TargetEncoder knows no such thing).
    """
    check_features(estimator, table, builder)
    categories = [
        _categories(found, value, builder)
        for found, value in zip(estimator.categories_, table.columns, strict=True)
    ]
    numbers = [value for value in table.columns if not value.text]
    for value in numbers:
        if _is_inexact(value.name, builder):
            raise builder.refuse(
                f"it looks for its categories among the numbers of {value.name!r}, which are known "
                "within a bound only and so may miss them",
                "encode the raw column, or put it into bins before",
            )
    check_finite(Table(tuple(numbers)), builder, allow_missing=True)
    for value, known in zip(table.columns, categories, strict=True):
        if value.text:
            builder.as_text(value)
        if getattr(estimator, "handle_unknown", "ignore") == "error":
            builder.category(value, _accepted(builder, value, known))
    return categories


def _is_inexact(name: str, builder: Builder) -> bool:
    """Whether two right computations of the column may differ; a count or comparison is exact."""
    stack = [name]
    while stack:
        node = builder.defined.get(stack.pop())
        if node is None or isinstance(node, (TreeEnsemble, OneHotEncoder, CategoryMapper)):
            continue
        if is_inexact(node):
            return True
        if not (isinstance(node, Binary) and node.op in COMPARISONS):
            stack += node_inputs(node)
    return False


def _categories(found: np.ndarray, value: Value, builder: Builder) -> list[Category]:
    """The fitted categories as text, None and NaN, or as doubles.

    In a column of text a NaN stands for itself and never matches: a NULL is None.
    """
    if value.text:
        known = [str(c) if isinstance(c, str) else c for c in found.tolist()]
        if all(isinstance(c, str) or c is None or c != c for c in known):
            return known
        raise builder.refuse(
            f"the column {value.name!r} is text, and the encoder was fitted on other values",
            "give the model the signature of its training columns",
        )
    if value.dtype == OBJECT or found.dtype.kind not in "iufb":
        raise builder.refuse(
            f"the column {value.name!r} is numeric, and the encoder was fitted on text or "
            "mixed values",
            "give the model the signature of its training columns",
        )
    known = [float(c) for c in found]
    if any(isinstance(c, int) and int(float(c)) != c for c in found.tolist()):
        raise builder.refuse(
            f"a category of {value.name!r} is an integer that a double cannot hold",
            "encode it as text",
        )
    if value.dtype.kind == "i" and any(abs(k) >= 2.0**53 for k in known if k == k):
        raise builder.refuse(
            f"a category of {value.name!r} is beyond 2^53, where doubles skip integers",
            "encode it as text",
        )
    return known


def _accepted(builder: Builder, value: Value, known: list[Category]) -> tuple[Category, ...]:
    """The values of the raw input that become one of the known categories."""
    raw = builder.raw(value)
    missing = None if value.text else NAN
    if value.text:
        known = [category for category in known if category is None or category == category]
    if value.name == raw:
        return tuple(known)
    nodes = trace(builder.defined, value.name).nodes
    if not all(isinstance(node, (Imputer, StringImputer)) for node in nodes):
        raise builder.refuse(
            f"it refuses unknown categories of {value.name!r}, which is computed from {raw!r}",
            "encode the raw column, or set handle_unknown='ignore'",
        )
    accepted = [c for c in known if c is not None and c == c]
    column = np.array([missing], dtype=object if value.text else np.float64)
    filled = compute(nodes, {raw: column})[value.name]
    if any(equals(filled, category)[0] for category in known):
        accepted.append(missing)
    return tuple(accepted)


@dataclass(frozen=True)
class Grouping:
    """Which category goes to which output column.

    ``alone``: the categories with a column of their own, in order. ``infrequent``:
    those that share the last column. ``drop``: the column left out. ``unknown``:
    unknown values count as infrequent.
    """

    alone: tuple[int, ...]
    infrequent: tuple[int, ...]
    drop: int | None
    unknown: bool


def _grouping(estimator: object, i: int, count: int) -> Grouping:
    infrequent: tuple[int, ...] = ()
    if getattr(estimator, "_infrequent_enabled", False):
        indices = estimator._infrequent_indices[i]
        infrequent = () if indices is None else tuple(map(int, indices))
    drops = getattr(estimator, "_drop_idx_after_grouping", None)
    drop = None if drops is None or drops[i] is None else int(drops[i])
    return Grouping(
        alone=tuple(k for k in range(count) if k not in infrequent),
        infrequent=infrequent,
        drop=drop,
        unknown=estimator.handle_unknown in ("infrequent_if_exist", "warn"),
    )


def _encode(
    value: Value, known: list[Category], grouping: Grouping, builder: Builder
) -> list[Value]:
    """The output columns of one feature."""
    alone = [k for place, k in enumerate(grouping.alone) if place != grouping.drop]
    shares = bool(grouping.infrequent) and grouping.drop != len(grouping.alone)
    if value.text:
        columns = _text_indicators(value, known, alone, builder)
        if shares:
            columns.append(_infrequent_text(value, known, grouping, builder))
    else:
        summed = grouping.alone if grouping.unknown else grouping.infrequent
        needed = sorted({*alone, *(summed if shares else ())})
        indicators = dict(zip(needed, _indicators(value, known, needed, builder), strict=True))
        columns = [indicators[k] for k in alone]
        if shares:
            columns.append(_infrequent_number(value, indicators, grouping, builder))
    return [Value(name, FLOAT64, missing=False, extremes=(0.0, 1.0)) for name in columns]


def _indicators(
    value: Value, known: list[Category], wanted: list[int], builder: Builder
) -> list[str]:
    """A column of 0.0 and 1.0 for each wanted category."""
    if not wanted:
        return []
    categories = tuple(known[k] for k in wanted)
    names = tuple(builder.fresh(f"{value.name}={_text(category)}") for category in categories)
    builder.add(OneHotEncoder(value.name, categories, names))
    return list(names)


def _text_indicators(
    value: Value, known: list[Category], wanted: list[int], builder: Builder
) -> list[str]:
    """The same for text, where the column of a NaN, which cannot occur, is always 0.0."""
    possible = [k for k in wanted if known[k] == known[k]]
    found = dict(zip(possible, _indicators(value, known, possible, builder), strict=True))
    for k in wanted:
        if k not in found:
            found[k] = builder.fresh(f"{value.name}=NaN")
            builder.add(CategoryMapper(value.name, ("",), (0.0,), 0.0, found[k]))
    return [found[k] for k in wanted]


def _infrequent_text(
    value: Value, known: list[Category], grouping: Grouping, builder: Builder
) -> str:
    """1.0 for an infrequent category, and for an unknown one where that counts as such."""
    listed = grouping.alone if grouping.unknown else grouping.infrequent
    categories = tuple(known[k] for k in listed if known[k] == known[k]) or ("",)
    name = builder.fresh(f"{value.name}=infrequent")
    inside, unknown = (0.0, 1.0) if grouping.unknown else (1.0, 0.0)
    if not any(known[k] == known[k] for k in listed):
        inside = unknown
    builder.add(CategoryMapper(value.name, categories, (inside,) * len(categories), unknown, name))
    return name


def _infrequent_number(
    value: Value, indicators: dict[int, str], grouping: Grouping, builder: Builder
) -> str:
    """The same for numbers: the sum of the infrequent ones, or what the others leave of 1.0."""
    name = builder.fresh(f"{value.name}=infrequent")
    if grouping.unknown:
        total, operation, summed = 1.0, BinaryOp.SUB, grouping.alone
    else:
        total, operation, summed = 0.0, BinaryOp.ADD, grouping.infrequent
    columns = [indicators[k] for k in summed]
    if not columns:  # every number is infrequent: 1.0 - 0.0 of any indicator
        some = builder.fresh(f"{name}.any")
        builder.add(OneHotEncoder(value.name, (0.0,), (some,)))
        columns = [builder.fresh(f"{name}.none")]
        builder.add(Binary(BinaryOp.MUL, some, 0.0, columns[0]))
    for k, column in enumerate(columns):
        output = name if k == len(columns) - 1 else builder.fresh(f"{name}.{k}")
        builder.add(Binary(operation, total, column, output))
        total = output
    return name


def _text(category: Category) -> str:
    return "NULL" if category is None else str(category)
