"""What scikit-learn checks of a step's input before it looks at a single value."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from sklearn.utils import check_array

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT32, FLOAT64, Table
from penstock.errors import SignatureError


def check_features(estimator: object, table: Table, builder: Builder) -> None:
    """scikit-learn refuses every row where the names or the number of columns differ."""
    expected = getattr(estimator, "n_features_in_", None)
    if expected is not None and expected != len(table.columns):
        raise SignatureError(
            f"step {builder.step_path!r} was fitted on {expected} columns and the signature "
            f"gives it {len(table.columns)}; log the model with the columns it was fitted on"
        )
    names = getattr(estimator, "feature_names_in_", None)
    if names is None or table.names is None or None in table.names:
        return
    if list(names) == list(table.names):
        return
    missing = [name for name in names if name not in table.names]
    detail = f"it lacks {', '.join(map(repr, missing))}" if missing else "they are in another order"
    raise SignatureError(
        f"the columns that step {builder.step_path!r} gets are not those it was fitted on "
        f"({detail}); give the model the signature of its training columns"
    )


def numeric_matrix(
    estimator: object, table: Table, builder: Builder, *, allow_missing: bool
) -> Table:
    """scikit-learn's validation with dtype="numeric": the columns as one array of numbers."""
    check_features(estimator, table, builder)
    return check_finite(builder.numbers(table), builder, allow_missing=allow_missing)


def float_matrix(estimator: object, table: Table, builder: Builder, what: str) -> Table:
    """The validation of scalers: float64, NaN allowed.

    They compute in float32 where all columns are float32, which is refused: the
    roundings of single precision differ between releases of scikit-learn.
    """
    check_features(estimator, table, builder)
    table = builder.numbers(table)
    refuse_float32(table, builder, what)
    table = check_finite(table, builder, allow_missing=True)
    return as_dtype(table, FLOAT64)


def check_finite(
    table: Table, builder: Builder, *, allow_missing: bool, float32: bool = False
) -> Table:
    """The check for NaN and infinity, in the order of the installed scikit-learn."""
    return builder.finite(
        table, allow_missing=allow_missing, float32=float32, by_column=not nan_comes_first()
    )


@cache
def nan_comes_first() -> bool:
    """Whether a row with infinity before NaN is refused for its NaN.

    Releases differ, because some walk through the row in compiled code.
    """
    try:
        check_array(np.array([[np.inf, np.nan]]))
    except ValueError as error:
        return "NaN" in str(error)
    return True


def refuse_float32(table: Table, builder: Builder, what: str) -> None:
    if table.dtype == FLOAT32:
        raise builder.refuse(
            f"all its columns are float32, so scikit-learn {what} in single precision",
            "give the model a signature of doubles (mlflow.models.set_signature changes it "
            "without fitting or logging again)",
        )


def as_dtype(table: Table, dtype: np.dtype) -> Table:
    columns = tuple(replace(value, dtype=dtype) for value in table.columns)
    return replace(table, columns=columns)
