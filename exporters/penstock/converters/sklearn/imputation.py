"""SimpleImputer: numbers by an imputer node; text, in which only None can be missing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import sklearn

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT32, FLOAT64, OBJECT, Table, Value
from penstock.converters.sklearn.inputs import check_features, check_finite
from penstock.converters.sklearn.output import transformed
from penstock.graph import Binary, BinaryOp, Imputer, StringImputer, Unary, UnaryOp, Where


def simple_imputer(estimator: object, table: Table, builder: Builder) -> Table:
    check_features(estimator, table, builder)
    _refuse_older(estimator, builder)
    first = len(builder.nodes)
    keeps_dtype = estimator.strategy in ("most_frequent", "constant")
    fitted_on_text = estimator._fit_dtype.kind == "O"
    if (keeps_dtype or fitted_on_text) and (fitted_on_text or table.dtype == OBJECT):
        imputed = _text(estimator, table, builder)
    else:
        imputed = _numbers(estimator, table, builder, keeps_dtype)
    builder.operation("imputer", first)
    return transformed(estimator, imputed, builder)


def _refuse_older(estimator: object, builder: Builder) -> None:
    """scikit-learn 1.8 and newer cannot run an imputer that an older one saved."""
    fitted_now = type(estimator)().fit(np.zeros((1, 1)))
    lacking = sorted(vars(fitted_now).keys() - vars(estimator).keys())
    if lacking:
        raise builder.refuse(
            f"an older scikit-learn saved it without {', '.join(lacking)}, which the installed "
            f"{sklearn.__version__} needs to run it",
            "install the scikit-learn that the model was saved with (its requirements.txt says "
            "which), or fit and log the model again",
        )


def _numbers(estimator: object, table: Table, builder: Builder, keeps_dtype: bool) -> Table:
    table = builder.numbers(table)
    dtype = table.dtype
    if dtype not in (FLOAT32, FLOAT64) and not keeps_dtype:
        dtype = FLOAT64
    if dtype.kind not in "iuf":
        raise builder.refuse(
            "scikit-learn refuses every row, because all its columns are booleans",
            "fit it on numbers",
        )
    sentinel = estimator.missing_values
    if not isinstance(sentinel, (int, float, np.number)) or isinstance(sentinel, bool):
        raise builder.refuse(
            f"it takes {sentinel!r} for missing in columns of numbers",
            "use missing_values=nan or a number",
        )
    is_nan = math.isnan(sentinel)
    if dtype == FLOAT32:  # NumPy compares float32 columns with a float32 number
        sentinel = float(np.float32(sentinel))
    if table.sparse and (not is_nan or estimator.add_indicator):
        raise builder.refuse(
            "it imputes a sparse matrix by a number or adds indicators to one",
            "set sparse_output=False or sparse_threshold=0 in the steps before",
        )
    table = check_finite(table, builder, allow_missing=is_nan)
    fills = _fills(estimator, dtype, builder)
    missing = _indicators(estimator, table, builder, sentinel)
    kept = [i for i, fill in enumerate(fills) if fill is not None]
    columns = _fill(builder, [table.columns[i] for i in kept], [fills[i] for i in kept], sentinel)
    if missing:
        dtype = np.result_type(dtype, np.bool_)
    columns = tuple(replace(value, dtype=dtype) for value in (*columns, *missing))
    return Table(columns, None, table.sparse)


def _fills(estimator: object, dtype: np.dtype, builder: Builder) -> list[float | None]:
    """The value for each column as the columns' dtype holds it, None where it is dropped."""
    kept_dtype = getattr(estimator, "_fill_dtype", dtype)
    if estimator.strategy == "constant" and not np.can_cast(kept_dtype, dtype, "same_kind"):
        raise builder.refuse(
            f"scikit-learn cannot fill a {kept_dtype} into columns of {dtype}",
            "give the model the signature of its training columns",
        )
    fills = []
    for statistic in estimator.statistics_:
        if isinstance(statistic, str):
            raise builder.refuse("it fills text into numbers", "use a number as fill_value")
        if statistic != statistic and not estimator.keep_empty_features:
            fills.append(None)
            continue
        fill = float(np.asarray(statistic).astype(kept_dtype).astype(dtype))
        if not math.isfinite(fill):
            raise builder.refuse(f"it fills in {fill}", "fit it on finite numbers")
        fills.append(fill)
    return fills


def _fill(
    builder: Builder, columns: list[Value], fills: list[float], sentinel: float
) -> list[Value]:
    if not math.isnan(sentinel):
        return [
            _replace_number(builder, *pair, sentinel) for pair in zip(columns, fills, strict=True)
        ]
    wanted = [i for i, value in enumerate(columns) if value.missing]
    if wanted:
        names = [builder.fresh(f"{columns[i].name}.imputed") for i in wanted]
        inputs = tuple(columns[i].name for i in wanted)
        builder.add(Imputer(inputs, tuple(fills[i] for i in wanted), tuple(names)))
        for i, name in zip(wanted, names, strict=True):
            columns[i] = replace(
                columns[i],
                name=name,
                missing=False,
                extremes=_with_fill(columns[i].extremes, fills[i]),
            )
    return columns


def _replace_number(builder: Builder, value: Value, fill: float, sentinel: float) -> Value:
    test = builder.fresh(f"{value.name}.missing")
    builder.add(Binary(BinaryOp.EQUAL, value.name, float(sentinel), test))
    name = builder.fresh(f"{value.name}.imputed")
    builder.add(Where(test, fill, value.name, name))
    return replace(value, name=name, extremes=_with_fill(value.extremes, fill))


def _with_fill(extremes: tuple[float, float] | None, fill: float) -> tuple[float, float] | None:
    return extremes and (min(extremes[0], fill), max(extremes[1], fill))


def _indicators(estimator: object, table: Table, builder: Builder, sentinel: float) -> list[Value]:
    """One column of 0.0 and 1.0 for each feature in which the training rows lacked values."""
    if not estimator.add_indicator:
        return []
    found = []
    for i in estimator.indicator_.features_:
        value = table.columns[i]
        name = builder.fresh(f"{value.name}.missing")
        if math.isnan(sentinel):
            builder.add(Unary(UnaryOp.IS_NAN, value.name, name))
        else:
            builder.add(Binary(BinaryOp.EQUAL, value.name, float(sentinel), name))
        found.append(Value(name, FLOAT64, missing=False, extremes=(0.0, 1.0)))
    return found


def _text(estimator: object, table: Table, builder: Builder) -> Table:
    """Text columns stay text. NULL is None, so an imputer of NaN finds nothing to fill."""
    if estimator._fit_dtype.kind != "O":
        raise builder.refuse(
            f"with strategy={estimator.strategy!r} it leaves the text of its columns as text, "
            "although it was fitted on numbers",
            "use strategy='mean' or 'median', or give the model a signature of doubles",
        )
    odd = [value.name for value in table.columns if not value.text]
    if odd:
        raise builder.refuse(
            f"it imputes text columns together with {', '.join(map(repr, odd))}",
            "give text and numbers an imputer each",
        )
    if estimator.add_indicator:
        raise builder.refuse("it adds indicators to text", "set add_indicator=False")
    if any(not isinstance(fill, str) and fill == fill for fill in estimator.statistics_):
        raise builder.refuse("it fills numbers into text", "use text as fill_value")
    kept = [
        (value, fill)
        for value, fill in zip(table.columns, estimator.statistics_, strict=True)
        if isinstance(fill, str) or estimator.keep_empty_features
    ]
    sentinel = estimator.missing_values
    if isinstance(sentinel, float) and math.isnan(sentinel):
        columns = tuple(replace(value, imputed=True) for value, _ in kept)
    elif sentinel is None or sentinel is pd.NA:
        columns = tuple(_fill_none(builder, value, fill) for value, fill in kept)
    else:
        raise builder.refuse(
            f"it takes {sentinel!r} for missing in text",
            "use missing_values=nan, None or pandas.NA",
        )
    return Table(columns, None, table.sparse)


def _fill_none(builder: Builder, value: Value, fill: str) -> Value:
    builder.as_text(value)
    name = builder.fresh(f"{value.name}.imputed")
    builder.add(StringImputer(value.name, fill, name))
    return replace(value, name=name, missing=False, imputed=True)
