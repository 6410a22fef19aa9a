"""PolynomialFeatures: products of columns, each from a product of one factor less."""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.constants import constant_column
from penstock.converters.sklearn.inputs import as_dtype, numeric_matrix, refuse_float32
from penstock.converters.sklearn.output import transformed
from penstock.graph import Binary, BinaryOp

Factors = tuple[int, ...]
"""The columns that are multiplied, in ascending order, with repetitions."""


def polynomial_features(estimator: object, table: Table, builder: Builder) -> Table:
    """The product (a, b, c) is (b, c) times a: scikit-learn reuses the lower degrees so."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    refuse_float32(table, builder, "multiplies")
    powers = estimator.powers_
    if table.sparse and powers.sum(axis=1).max(initial=0) > 2:
        raise builder.refuse(
            "it multiplies three columns of a sparse matrix or more, in another order",
            "make the steps before dense (sparse_output=False or sparse_threshold=0)",
        )
    table = as_dtype(table, FLOAT64)
    first = len(builder.nodes)
    known: dict[Factors, Value] = {(i,): value for i, value in enumerate(table.columns)}
    columns = []
    for row in powers:
        factors = tuple(int(i) for i in np.repeat(np.arange(len(row)), row))
        if factors:
            columns.append(_product(factors, known, builder))
        else:
            columns.append(constant_column(builder, table.columns[0], 1.0, FLOAT64, "bias"))
    builder.operation("polynomial", first)
    return transformed(estimator, Table(tuple(columns), None, table.sparse), builder)


def _product(factors: Factors, known: dict[Factors, Value], builder: Builder) -> Value:
    for start in range(len(factors) - 2, -1, -1):
        part = factors[start:]
        if part not in known:
            left, right = known[part[1:]], known[part[:1]]
            name = builder.fresh(f"{left.name}*{right.name}")
            builder.add(Binary(BinaryOp.MUL, left.name, right.name, name))
            known[part] = Value(name, FLOAT64, missing=False, extremes=_extremes(left, right))
    return known[factors]


def _extremes(left: Value, right: Value) -> tuple[float, float] | None:
    if left.extremes is None or right.extremes is None:
        return None
    with np.errstate(over="ignore"):
        ends = np.outer(left.extremes, right.extremes)
    return (float(ends.min()), float(ends.max())) if np.isfinite(ends).all() else None
