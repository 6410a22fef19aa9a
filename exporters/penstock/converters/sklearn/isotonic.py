"""IsotonicRegression: a tree finds the segment, and the line through its ends is evaluated.

``numpy.interp`` computes ``slope * (x - x_j) + y_j`` with ``slope = (y_k - y_j) / (x_k - x_j)``
between the neighbours j and k. Compilers may fuse the product and the sum into one
rounding, so their sum is a weighted one, which has a bound.
"""

from __future__ import annotations

import math

import numpy as np

from penstock.contract import OutOfRange
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.constants import constant_column
from penstock.converters.lookup import step_tree
from penstock.converters.sklearn.inputs import as_dtype, check_finite
from penstock.converters.sklearn.linear import numbers
from penstock.errors import SignatureError
from penstock.graph import (
    Aggregate,
    Binary,
    BinaryOp,
    Compare,
    Linear,
    TreeEnsemble,
    Where,
)


def isotonic_regression(estimator: object, table: Table, builder: Builder) -> Prediction:
    if len(table.columns) != 1:
        raise SignatureError(
            f"step {builder.step_path!r} takes one column and the signature gives it "
            f"{len(table.columns)}; give the model the signature of its training column"
        )
    x, y = np.asarray(estimator.X_thresholds_), np.asarray(estimator.y_thresholds_)
    if x.dtype != np.float64 or y.dtype != np.float64:
        raise builder.refuse("it was fitted on float32 and answers in it", "fit it on doubles")
    table = as_dtype(builder.numbers(table), FLOAT64)
    (value,) = check_finite(table, builder, allow_missing=False).columns
    first = len(builder.nodes)
    if len(x) == 1:
        name = constant_column(builder, value, float(y[0]), FLOAT64, "prediction").name
    elif estimator.out_of_bounds == "raise":
        _refuse_outside(value, x, builder)
        name = _interpolated(value, x, y, builder)
    elif estimator.out_of_bounds == "clip":
        name = _interpolated(_clipped(value, x, builder), x, y, builder)
    else:
        inside = _interpolated(_clipped(value, x, builder), x, y, builder)
        name = _missing_outside(value, x, inside, builder)
    builder.operation("isotonic_regression", first)
    return numbers((name,), array=False)


def _refuse_outside(value: Value, x: np.ndarray, builder: Builder) -> None:
    if value.name != builder.raw(value):
        raise builder.refuse(
            "it raises an error outside of its range, and its input is computed",
            "set out_of_bounds to 'clip' or 'nan'",
        )
    low, high = float(x[0]) or -0.0, float(x[-1]) or 0.0  # both zeros are inside
    builder.checks.append(OutOfRange((value.name,), (low,), (high,)))


def _clipped(value: Value, x: np.ndarray, builder: Builder) -> Value:
    name = value.name
    value = builder.arithmetic(BinaryOp.MAX, value, x[0], f"{name}.max")
    return builder.arithmetic(BinaryOp.MIN, value, x[-1], f"{name}.min")


def _missing_outside(value: Value, x: np.ndarray, inside: str, builder: Builder) -> str:
    """NaN where the value is beyond an end."""
    below, above = builder.fresh(f"{value.name}.below"), builder.fresh(f"{value.name}.above")
    outside, name = builder.fresh(f"{value.name}.outside"), builder.fresh("prediction")
    builder.add(Binary(BinaryOp.LESS, value.name, float(x[0]), below))
    builder.add(Binary(BinaryOp.GREATER, value.name, float(x[-1]), above))
    builder.add(Binary(BinaryOp.MAX, below, above, outside))
    builder.add(Where(outside, math.nan, inside, name))
    return name


def _interpolated(value: Value, x: np.ndarray, y: np.ndarray, builder: Builder) -> str:
    """The value of the line for ``x[0] <= value <= x[-1]``; x ascends."""
    with np.errstate(over="ignore"):
        slope = np.append(np.diff(y) / np.diff(x), 0.0)
        if not (np.isfinite(slope).all() and np.isfinite(np.diff(x)).all()):
            raise builder.refuse(
                "its thresholds lie so close together, or so far apart, that a slope overflows",
                "scale its column",
            )
    start, steep, height = (
        builder.fresh(f"{value.name}.{part}") for part in ("start", "slope", "height")
    )
    lines = np.column_stack([x, slope, y])
    tree = step_tree(np.nextafter(x[1:], -np.inf).tolist(), list(lines), lines[-1])
    outputs = (start, steep, height)
    builder.add(TreeEnsemble((value.name,), (tree,), Aggregate.SUM, Compare.FLOAT64, outputs))
    distance, rise = builder.fresh(f"{value.name}.distance"), builder.fresh(f"{value.name}.rise")
    name = builder.fresh("prediction")
    builder.add(Binary(BinaryOp.SUB, value.name, start, distance))
    builder.add(Binary(BinaryOp.MUL, steep, distance, rise))
    builder.add(Linear((rise, height), ((1.0, 1.0),), (0.0,), (name,)))
    return name
