"""The scalers of single columns, with scikit-learn's own operations in its own order."""

from __future__ import annotations

from dataclasses import replace

from penstock.converters.build import Builder
from penstock.converters.columns import Table, Value
from penstock.converters.sklearn.inputs import float_matrix
from penstock.converters.sklearn.output import transformed
from penstock.graph import BinaryOp


def standard_scaler(estimator: object, table: Table, builder: Builder) -> Table:
    """``(x - mean_) / scale_``; a sparse matrix is multiplied by ``1 / scale_`` instead."""
    table = float_matrix(estimator, table, builder, "scales")
    first = len(builder.nodes)
    steps = []
    if estimator.with_mean:
        if table.sparse:
            raise builder.refuse("it centres a sparse matrix", "fit it with with_mean=False")
        steps.append((BinaryOp.SUB, estimator.mean_))
    if estimator.with_std:
        steps.append(_scaling(estimator, table))
    columns = [_apply(builder, value, steps, i) for i, value in enumerate(table.columns)]
    builder.operation("standard_scaler", first)
    return transformed(estimator, replace(table, columns=tuple(columns)), builder)


def min_max_scaler(estimator: object, table: Table, builder: Builder) -> Table:
    """``x * scale_ + min_``, then clipped to ``feature_range`` where ``clip`` is set."""
    table = float_matrix(estimator, table, builder, "scales")
    first = len(builder.nodes)
    steps = [(BinaryOp.MUL, estimator.scale_), (BinaryOp.ADD, estimator.min_)]
    if getattr(estimator, "clip", False):
        low, high = estimator.feature_range
        count = len(table.columns)
        steps += [(BinaryOp.MAX, [low] * count), (BinaryOp.MIN, [high] * count)]
    columns = [_apply(builder, value, steps, i) for i, value in enumerate(table.columns)]
    builder.operation("min_max_scaler", first)
    return transformed(estimator, replace(table, columns=tuple(columns)), builder)


def max_abs_scaler(estimator: object, table: Table, builder: Builder) -> Table:
    """``x / scale_``, then clipped to [-1, 1] where ``clip`` is set."""
    table = float_matrix(estimator, table, builder, "scales")
    first = len(builder.nodes)
    steps = [_scaling(estimator, table)]
    if getattr(estimator, "clip", False):  # newer than 1.7
        count = len(table.columns)
        steps += [(BinaryOp.MAX, [-1.0] * count), (BinaryOp.MIN, [1.0] * count)]
    columns = [_apply(builder, value, steps, i) for i, value in enumerate(table.columns)]
    builder.operation("max_abs_scaler", first)
    return transformed(estimator, replace(table, columns=tuple(columns)), builder)


def robust_scaler(estimator: object, table: Table, builder: Builder) -> Table:
    """``(x - center_) / scale_``; a sparse matrix is scaled only, and never centred."""
    table = float_matrix(estimator, table, builder, "scales")
    first = len(builder.nodes)
    steps = []
    if estimator.with_centering and not table.sparse:
        steps.append((BinaryOp.SUB, estimator.center_))
    if estimator.with_scaling:
        steps.append(_scaling(estimator, table))
    columns = [_apply(builder, value, steps, i) for i, value in enumerate(table.columns)]
    builder.operation("robust_scaler", first)
    return transformed(estimator, replace(table, columns=tuple(columns)), builder)


def _scaling(estimator: object, table: Table) -> tuple[BinaryOp, object]:
    """A true division, but of a sparse matrix, which is multiplied by the reciprocal."""
    if table.sparse:
        return BinaryOp.MUL, 1.0 / estimator.scale_
    return BinaryOp.DIV, estimator.scale_


def _apply(builder: Builder, value: Value, steps: list, i: int) -> Value:
    name = value.name
    for op, constants in steps:
        value = builder.arithmetic(op, value, constants[i], f"{name}.{op.value}")
    return value
