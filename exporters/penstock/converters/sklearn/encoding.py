"""OneHotEncoder, with dropped and infrequent categories and every rule for unknown ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from penstock.compute import compute, equals
from penstock.contract import Category
from penstock.converters.build import FLOAT64, OBJECT, Builder, Table, Value
from penstock.converters.sklearn.inputs import check_features, check_finite
from penstock.converters.sklearn.output import transformed
from penstock.graph import Binary, BinaryOp, Imputer, OneHotEncoder, StringImputer
from penstock.lineage import trace

NAN = float("nan")


def one_hot_encoder(estimator: object, table: Table, builder: Builder) -> Table:
    """scikit-learn validates all columns first and then looks for unknown categories."""
    check_features(estimator, table, builder)
    first = len(builder.nodes)
    categories = [
        _categories(found, value, builder)
        for found, value in zip(estimator.categories_, table.columns, strict=True)
    ]
    numbers = [value for value in table.columns if not value.text]
    check_finite(Table(tuple(numbers)), builder, allow_missing=True)
    for value, known in zip(table.columns, categories, strict=True):
        if value.text:
            builder.as_text(value)
        if estimator.handle_unknown == "error":
            builder.category(value, _accepted(builder, value, known))
    columns = []
    for i, (value, known) in enumerate(zip(table.columns, categories, strict=True)):
        columns += _encode(value, known, _grouping(estimator, i, len(known)), builder)
    dtype = np.dtype(estimator.dtype)
    columns = tuple(replace(value, dtype=dtype) for value in columns)
    builder.operation("one_hot_encoder", first)
    return transformed(estimator, Table(columns, None, estimator.sparse_output), builder)


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
    shared = bool(grouping.infrequent)
    last = len(grouping.alone) if shared else -1
    keep_last = shared and grouping.drop != last
    wanted = [k for place, k in enumerate(grouping.alone) if place != grouping.drop]
    summed: tuple[int, ...] = ()
    if keep_last:
        summed = grouping.alone if grouping.unknown else grouping.infrequent
    indicators = _indicators(value, known, sorted({*wanted, *summed}), builder)
    columns = [indicators[k] for k in wanted]
    if keep_last:
        columns.append(_shared(value, [indicators[k] for k in summed], grouping, builder))
    return [Value(name, FLOAT64, missing=False, extremes=(0.0, 1.0)) for name in columns]


def _indicators(
    value: Value, known: list[Category], wanted: list[int], builder: Builder
) -> dict[int, str]:
    """A column of 0.0 and 1.0 for each wanted category, by its index."""
    if not wanted:
        return {}
    never = [k for k in wanted if value.text and known[k] is not None and known[k] != known[k]]
    found = [k for k in wanted if k not in never]
    # A category that cannot occur needs some indicator to be multiplied by zero.
    categories = [known[k] for k in found] or [""]
    names = [builder.fresh(f"{value.name}={'NULL' if c is None else c}") for c in categories]
    builder.add(OneHotEncoder(value.name, tuple(categories), tuple(names)))
    indicators = dict(zip(found, names, strict=False))
    for k in never:
        indicators[k] = builder.fresh(f"{value.name}=NaN")
        builder.add(Binary(BinaryOp.MUL, names[0], 0.0, indicators[k]))
    return indicators


def _shared(value: Value, summed: list[str], grouping: Grouping, builder: Builder) -> str:
    """1.0 for an infrequent category: the sum of theirs, or what the others leave of 1.0."""
    name = builder.fresh(f"{value.name}=infrequent")
    if grouping.unknown:
        if not summed:  # every category is infrequent, and every unknown one counts as such
            some = _indicators(value, [""] if value.text else [0.0], [0], builder)[0]
            zero = builder.fresh(f"{name}.zero")
            builder.add(Binary(BinaryOp.MUL, some, 0.0, zero))
            summed = [zero]
        total: str | float = 1.0
        operation = BinaryOp.SUB
    else:
        total, operation = 0.0, BinaryOp.ADD
    for k, indicator in enumerate(summed):
        output = name if k == len(summed) - 1 else builder.fresh(f"{name}.{k}")
        builder.add(Binary(operation, total, indicator, output))
        total = output
    return name
