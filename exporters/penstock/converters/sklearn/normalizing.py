"""Normalizer: each row over its norm."""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.sklearn.inputs import as_dtype, numeric_matrix, refuse_float32
from penstock.converters.sklearn.output import transformed
from penstock.graph import Binary, BinaryOp, Linear, Unary, UnaryOp, Where

SMALLEST = 10 * float(np.finfo(np.float64).eps)
"""A norm below it counts as 1 in a dense matrix."""


def normalizer(estimator: object, table: Table, builder: Builder) -> Table:
    """``x / norm``, where a norm of (about) zero counts as 1.

    A norm that overflows is infinite and makes zeros, so that no result is beyond 1 by
    more than its rounding, and no row is refused.
    """
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    refuse_float32(table, builder, "normalizes")
    table = as_dtype(table, FLOAT64)
    first = len(builder.nodes)
    norm = _norm(estimator.norm, table, builder)
    if table.sparse:
        small = _binary(BinaryOp.EQUAL, norm, 0.0, "norm.zero", builder)
    else:
        small = _binary(BinaryOp.LESS, norm, SMALLEST, "norm.small", builder)
    divisor = builder.fresh("norm.divisor")
    builder.add(Where(small, 1.0, norm, divisor))
    columns = tuple(
        Value(
            _binary(BinaryOp.DIV, value.name, divisor, f"{value.name}.normal", builder),
            FLOAT64,
            missing=False,
            extremes=(-2.0, 2.0),
        )
        for value in table.columns
    )
    builder.operation("normalizer", first)
    return transformed(estimator, Table(columns, None, table.sparse), builder)


def _norm(kind: str, table: Table, builder: Builder) -> str:
    names = [value.name for value in table.columns]
    if kind == "l2":
        squares = [_binary(BinaryOp.MUL, name, name, f"{name}.square", builder) for name in names]
        return _unary(UnaryOp.SQRT, _total(squares, builder), "norm", builder)
    sizes = [_unary(UnaryOp.ABS, name, f"{name}.abs", builder) for name in names]
    if kind == "l1":
        return _total(sizes, builder)
    largest = sizes[0]
    for size in sizes[1:]:
        largest = _binary(BinaryOp.MAX, largest, size, "norm.max", builder)
    return largest


def _total(names: list[str], builder: Builder) -> str:
    """NumPy adds in an order that depends on their number and on the processor."""
    total = builder.fresh("norm.sum")
    builder.add(Linear(tuple(names), ((1.0,) * len(names),), (0.0,), (total,)))
    return total


def _unary(op: UnaryOp, name: str, hint: str, builder: Builder) -> str:
    output = builder.fresh(hint)
    builder.add(Unary(op, name, output))
    return output


def _binary(op: BinaryOp, left: str, right: str | float, hint: str, builder: Builder) -> str:
    output = builder.fresh(hint)
    builder.add(Binary(op, left, right, output))
    return output
