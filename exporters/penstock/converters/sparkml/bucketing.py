"""Bucketizer: the number of the bucket that a value lies in."""

from __future__ import annotations

import math

import numpy as np

from penstock.contract import OutOfRange
from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Value
from penstock.converters.lookup import step_tree
from penstock.converters.sparkml.frame import Coded, Frame, Scalar
from penstock.converters.sparkml.stages import pairs
from penstock.graph import (
    Aggregate,
    Binary,
    BinaryOp,
    Compare,
    Imputer,
    TreeEnsemble,
    Unary,
    UnaryOp,
)
from penstock.lineage import trace


def bucketizer(stage: object, frame: Frame, builder: Builder) -> Frame:
    """A bucket holds its lower end, the last one both; NaN has one of its own or is refused."""
    first = len(builder.nodes)
    keeps = stage.getHandleInvalid() == "keep"
    several = stage.isSet("inputCols")
    splits = stage.getSplitsArray() if several else [stage.getSplits()]
    made = []
    for (name, output), ends in zip(pairs(stage), splits, strict=True):
        if output in frame.wanted:
            column = frame.number(name, builder)
            made.append((output, _bucket(column, list(map(float, ends)), keeps, output, builder)))
    builder.operation("bucketizer", first)
    return frame.with_columns(made)


def _bucket(column: Scalar, ends: list[float], keeps: bool, hint: str, builder: Builder) -> Scalar:
    value = column.value
    if value.missing and keeps:
        raise builder.refuse(
            f"with handleInvalid='keep' it puts NaN in {value.name!r} into a bucket and leaves "
            "NULL as it is, which a column of numbers does not tell apart",
            "put an Imputer before it, or call setHandleInvalid('error') on it",
        )
    if value.missing:
        builder.present([value])
    if math.isfinite(ends[0]) or math.isfinite(ends[-1]):
        builder.between(value, ends[0], ends[-1])
    split = next((k for k, end in enumerate(ends[:-1]) if _is_positive_zero(end)), None)
    if split is not None and (column.coded or not _may_be_minus_zero(value, builder)):
        split = None
    if split == 0:
        builder.checks.append(OutOfRange((builder.raw(value),), (0.0,), (math.inf,)))
    count = len(ends) - 1
    bounds = [math.nextafter(end, -math.inf) for end in ends[1:-1]]
    leaves = [np.array([float(k)]) for k in range(count)]
    tree = step_tree(bounds, leaves, leaves[-1])
    name = builder.fresh(hint)
    builder.add(TreeEnsemble((value.name,), (tree,), Aggregate.SUM, Compare.FLOAT64, (name,)))
    if split:
        name = _minus_zero_below(value.name, name, builder)
    bucket = Value(name, FLOAT64, missing=False, extremes=(0.0, count - 1.0))
    numbers = tuple(map(float, range(count)))
    return Scalar(bucket, Coded(bucket, numbers, numbers), nullable=value.missing)


def _is_positive_zero(number: float) -> bool:
    """Java's order of doubles, in which Spark searches the splits, tells it from -0.0."""
    return number == 0.0 and math.copysign(1.0, number) > 0.0


def _is_minus_zero(number: float) -> bool:
    return number == 0.0 and not _is_positive_zero(number)


def _may_be_minus_zero(value: Value, builder: Builder) -> bool:
    """Whether the column can hold -0.0. Raises where nobody knows, because it is computed."""
    if value.dtype.kind != "f":
        return False
    nodes = trace(builder.defined, value.name).nodes
    if not all(isinstance(node, Imputer) and not _is_minus_zero(*node.fill) for node in nodes):
        raise builder.refuse(
            f"{value.name!r} is split at 0.0, below which Spark sees -0.0, and a zero that is "
            "computed may have either sign",
            "call setSplits on the fitted stage with -0.0 instead of 0.0, so that both zeros lie "
            "above it, and log the pipeline again",
        )
    return True


def _minus_zero_below(name: str, bucket: str, builder: Builder) -> str:
    """The bucket, one lower for -0.0."""
    sign, zero = builder.fresh(f"{name}.sign"), builder.fresh(f"{name}.zero")
    lower, result = builder.fresh(f"{name}.minus_zero"), builder.fresh(f"{bucket}.signed")
    builder.add(Unary(UnaryOp.SIGN_BIT, name, sign))
    builder.add(Binary(BinaryOp.EQUAL, name, 0.0, zero))
    builder.add(Binary(BinaryOp.MUL, sign, zero, lower))
    builder.add(Binary(BinaryOp.SUB, bucket, lower, result))
    return result
