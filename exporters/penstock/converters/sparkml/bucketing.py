"""Bucketizer: the number of the bucket that a value lies in."""

from __future__ import annotations

import math

import numpy as np

from penstock.converters.build import FLOAT64, Builder, Value
from penstock.converters.sklearn.lookup import step_tree
from penstock.converters.sparkml.frame import Coded, Frame, Scalar
from penstock.converters.sparkml.stages import pairs
from penstock.graph import Aggregate, Compare, TreeEnsemble


def bucketizer(stage: object, frame: Frame, builder: Builder) -> Frame:
    """A bucket holds its lower end, the last one both; NaN has one of its own or is refused."""
    first = len(builder.nodes)
    keeps = stage.getHandleInvalid() == "keep"
    several = stage.isSet("inputCols")
    splits = stage.getSplitsArray() if several else [stage.getSplits()]
    made = []
    for (name, output), ends in zip(pairs(stage), splits, strict=True):
        if output in frame.wanted:
            value = frame.number(name, builder).value
            made.append((output, _bucket(value, list(map(float, ends)), keeps, output, builder)))
    builder.operation("bucketizer", first)
    return frame.with_columns(made)


def _bucket(value: Value, ends: list[float], keeps: bool, hint: str, builder: Builder) -> Scalar:
    if value.missing and keeps:
        raise builder.refuse(
            f"with handleInvalid='keep' it puts NaN in {value.name!r} into a bucket and leaves "
            "NULL as it is, which a column of numbers does not tell apart",
            "put an Imputer before it, or call setHandleInvalid('error') on it",
        )
    if value.missing:
        builder.present([value])
    if value.dtype.kind == "f" and any(map(_is_positive_zero, ends[:-1])):
        raise builder.refuse(
            f"{value.name!r} is split at 0.0, below which Spark sees -0.0, and PMML engines take "
            "the two for one",
            "call setSplits on the fitted stage with -0.0 instead of 0.0, so that both zeros lie "
            "above it, and log the pipeline again",
        )
    if math.isfinite(ends[0]) or math.isfinite(ends[-1]):
        builder.between(value, ends[0], ends[-1])
    count = len(ends) - 1
    bounds = [math.nextafter(end, -math.inf) for end in ends[1:-1]]
    leaves = [np.array([float(k)]) for k in range(count)]
    tree = step_tree(bounds, leaves, leaves[-1])
    name = builder.fresh(hint)
    builder.add(TreeEnsemble((value.name,), (tree,), Aggregate.SUM, Compare.FLOAT64, (name,)))
    column = Value(name, FLOAT64, missing=False, extremes=(0.0, count - 1.0))
    numbers = tuple(map(float, range(count)))
    return Scalar(column, Coded(column, numbers, numbers), nullable=value.missing)


def _is_positive_zero(number: float) -> bool:
    """Java's order of doubles, in which Spark searches the splits, tells it from -0.0."""
    return number == 0.0 and math.copysign(1.0, number) > 0.0
