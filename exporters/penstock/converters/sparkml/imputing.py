"""Imputer: NULL and the missing value become what the fitted model found for the column."""

from __future__ import annotations

import math
from dataclasses import replace

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT32, Value
from penstock.converters.sparkml.frame import Frame, Scalar
from penstock.converters.sparkml.stages import pairs
from penstock.graph import Binary, BinaryOp, Imputer, Where


def imputer(stage: object, frame: Frame, builder: Builder) -> Frame:
    first = len(builder.nodes)
    sentinel = float(stage.getMissingValue())
    fills = stage.surrogateDF.head().asDict()
    made = []
    for name, output in pairs(stage):
        if output in frame.wanted:
            value = frame.number(name, builder).value
            made.append((output, Scalar(_imputed(value, float(fills[name]), sentinel, builder))))
    builder.operation("imputer", first)
    return frame.with_columns(made)


def _imputed(value: Value, fill: float, sentinel: float, builder: Builder) -> Value:
    if value.dtype == FLOAT32:
        raise builder.refuse(
            f"{value.name!r} is a column of floats, to which Spark rounds what it fills in where "
            "it is told that type, and not where it sees pandas' numbers",
            "give the model a signature with double for that column",
        )
    if value.dtype.kind not in "if" or not math.isfinite(fill):
        raise builder.refuse(
            f"it fills {fill} into {value.name!r}, a column of {value.dtype}",
            "fit it on columns of doubles or integers with finite numbers",
        )
    if value.dtype.kind == "i":  # an integer is never missing, and what is filled in is cut
        fill = float(math.trunc(fill))
    if math.isnan(sentinel):
        return _fill_missing(value, fill, builder) if value.missing else value
    if value.missing:
        raise builder.refuse(
            f"with missingValue={sentinel} it fills NULL in {value.name!r} and leaves NaN, which "
            "a column of numbers does not tell apart",
            "use missingValue=NaN, or give the model a signature with integer for that column",
        )
    return _replace_number(value, fill, sentinel, builder)


def _fill_missing(value: Value, fill: float, builder: Builder) -> Value:
    name = builder.fresh(f"{value.name}.imputed")
    builder.add(Imputer((value.name,), (fill,), (name,)))
    return _with_fill(replace(value, name=name, missing=False), fill)


def _replace_number(value: Value, fill: float, sentinel: float, builder: Builder) -> Value:
    test, name = builder.fresh(f"{value.name}.missing"), builder.fresh(f"{value.name}.imputed")
    builder.add(Binary(BinaryOp.EQUAL, value.name, sentinel, test))
    builder.add(Where(test, fill, value.name, name))
    return _with_fill(replace(value, name=name), fill)


def _with_fill(value: Value, fill: float) -> Value:
    if value.extremes is None:
        return value
    low, high = value.extremes
    return replace(value, extremes=(min(low, fill), max(high, fill)))
