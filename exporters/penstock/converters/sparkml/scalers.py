"""Scalers of Spark ML, which multiply by factors that they make of what was fitted."""

from __future__ import annotations

import math
from dataclasses import replace

from penstock.converters.build import Builder
from penstock.converters.columns import Value
from penstock.converters.sparkml.frame import Frame, Scalar
from penstock.graph import BinaryOp, Unary, UnaryOp, Where

Steps = list[tuple[BinaryOp, float]]


def standard_scaler(stage: object, frame: Frame, builder: Builder) -> Frame:
    """``(x - mean) * (1 / std)``, where the factor is 0 for a constant column."""
    first = len(builder.nodes)
    mean, std = stage.mean.toArray().tolist(), stage.std.toArray().tolist()
    made = []
    for column, centre, deviation in zip(
        frame.vector(stage.getInputCol(), len(mean), builder), mean, std, strict=True
    ):
        steps: Steps = []
        if stage.getWithMean():
            steps.append((BinaryOp.SUB, centre))
        if stage.getWithStd():
            steps.append((BinaryOp.MUL, 0.0 if deviation == 0.0 else 1.0 / deviation))
        made.append(_stepped(column, steps, builder))
    builder.operation("standard_scaler", first)
    return frame.with_columns([(stage.getOutputCol(), tuple(made))])


def min_max_scaler(stage: object, frame: Frame, builder: Builder) -> Frame:
    """``(x - least) * (range / (greatest - least)) + min``, the middle for a constant column."""
    first = len(builder.nodes)
    least, greatest = stage.originalMin.toArray().tolist(), stage.originalMax.toArray().tolist()
    low, high = float(stage.getMin()), float(stage.getMax())
    made = []
    for column, start, end in zip(
        frame.vector(stage.getInputCol(), len(least), builder), least, greatest, strict=True
    ):
        factor = (high - low) / (end - start) if end != start else 0.0
        if factor == 0.0:
            made.append(Scalar(_constant(column.value, (low + high) / 2.0, builder)))
        else:
            steps = [(BinaryOp.SUB, start), (BinaryOp.MUL, factor), (BinaryOp.ADD, low)]
            made.append(_stepped(column, steps, builder))
    builder.operation("min_max_scaler", first)
    return frame.with_columns([(stage.getOutputCol(), tuple(made))])


def _stepped(column: Scalar, steps: Steps, builder: Builder) -> Scalar:
    if not steps:
        return column
    value = column.value
    for op, constant in steps:
        if not math.isfinite(constant):
            raise builder.refuse(
                f"it scales {column.value.name!r} by {constant}", "fit it on other numbers"
            )
        value = builder.arithmetic(op, value, constant, f"{column.value.name}.scaled")
    return Scalar(value)


def _constant(value: Value, number: float, builder: Builder) -> Value:
    """``number``, but NaN stays NaN."""
    flag, name = builder.fresh(f"{value.name}.nan"), builder.fresh(f"{value.name}.scaled")
    builder.add(Unary(UnaryOp.IS_NAN, value.name, flag))
    builder.add(Where(flag, value.name, number, name))
    return replace(value, name=name, extremes=None if value.missing else (number, number))
