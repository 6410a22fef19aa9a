"""MissingIndicator: which features of a row are missing."""

from __future__ import annotations

import math

import numpy as np

from penstock.contract import MissingValue
from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT32, OBJECT, Table, Value
from penstock.converters.sklearn.inputs import check_features, check_finite
from penstock.converters.sklearn.output import transformed
from penstock.graph import Binary, BinaryOp, Unary, UnaryOp

BOOL = np.dtype(np.bool_)


def missing_indicator(estimator: object, table: Table, builder: Builder) -> Table:
    """A column of booleans for each feature that lacked values in training, or for all.

    With ``error_on_new``, a row in which another feature is missing is refused.
    """
    check_features(estimator, table, builder)
    sentinel = estimator.missing_values
    if table.dtype == OBJECT:
        raise builder.refuse(
            "it gets text, in which a NULL is None and never the NaN of a missing number",
            "give the model a signature of doubles for these columns",
        )
    if not isinstance(sentinel, (int, float, np.number)) or isinstance(sentinel, bool):
        raise builder.refuse(
            f"it takes {sentinel!r} for missing in columns of numbers",
            "use missing_values=nan or a number",
        )
    if table.dtype == BOOL:
        raise builder.refuse(
            "scikit-learn refuses every row, because all its columns are booleans",
            "fit it on numbers",
        )
    is_nan = math.isnan(sentinel)
    if table.dtype == FLOAT32:  # NumPy compares float32 columns with a float32 number
        sentinel = float(np.float32(sentinel))
    if table.sparse and not is_nan:
        raise builder.refuse(
            "it looks for a number in a sparse matrix", "make the steps before dense"
        )
    table = check_finite(table, builder, allow_missing=is_nan)
    wanted = range(len(table.columns))
    if estimator.features == "missing-only":
        wanted = [int(i) for i in estimator.features_]
        if estimator.error_on_new:
            others = [value for i, value in enumerate(table.columns) if i not in wanted]
            _refuse_new(others, is_nan, builder)
    first = len(builder.nodes)
    columns = tuple(_indicator(table.columns[i], sentinel, builder) for i in wanted)
    builder.operation("missing_indicator", first)
    sparse = estimator.sparse is True or (estimator.sparse == "auto" and table.sparse)
    return transformed(estimator, Table(columns, None, sparse), builder)


def _refuse_new(values: list[Value], is_nan: bool, builder: Builder) -> None:
    if values and not is_nan:
        raise builder.refuse(
            "it refuses rows by a number that stands for missing", "set error_on_new=False"
        )
    raws = dict.fromkeys(builder.raw(value) for value in values if value.missing)
    if raws:
        builder.checks.append(MissingValue(tuple(raws)))


def _indicator(value: Value, sentinel: float, builder: Builder) -> Value:
    name = builder.fresh(f"{value.name}.missing")
    if math.isnan(sentinel):
        builder.add(Unary(UnaryOp.IS_NAN, value.name, name))
    else:
        builder.add(Binary(BinaryOp.EQUAL, value.name, float(sentinel), name))
    return Value(name, BOOL, missing=False, extremes=(0.0, 1.0))
