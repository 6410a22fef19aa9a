"""pyfunc's own answers to all rows, and how large the sums behind them are."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.linear_model import ElasticNet, Ridge

from benchmarks.check import Expected
from benchmarks.models import Model
from benchmarks.places import EXPECTED
from benchmarks.prepare import load_native


def expected_file(model: Model, rows: int) -> Path:
    """Where the answers to the first so many rows are kept for other processes."""
    return EXPECTED / f"{model.name}-{rows}.npz"


def expected(prepared: Any, rows: pd.DataFrame) -> Expected:
    """One bulk call of pyfunc for the answers."""
    native = load_native(prepared)
    answers = np.asarray(mlflow.pyfunc.load_model(prepared.uri).predict(rows))
    return Expected(answers, None if prepared.model.label else bounds(native, rows))


def bounds(native: Any, rows: pd.DataFrame) -> np.ndarray:
    """``(n + 2) * S`` for each row; see ``check``."""
    if isinstance(native, (ElasticNet, Ridge)):
        size = np.abs(rows.to_numpy()) @ np.abs(native.coef_) + abs(native.intercept_)
        return (len(native.coef_) + 2) * size
    absolute, terms = _absolute(native)
    return (terms + 2) * absolute.predict(rows)


def _absolute(native: Any) -> tuple[Any, int]:
    """The same trees with the absolute values in their leaves, and how many numbers they add."""
    twin = copy.deepcopy(native)
    if isinstance(native, RandomForestRegressor):
        for tree in twin.estimators_:
            np.abs(tree.tree_.value, out=tree.tree_.value)
        return twin, len(twin.estimators_)
    if isinstance(native, GradientBoostingRegressor):
        twin.init_.constant_ = np.abs(twin.init_.constant_)
        for (tree,) in twin.estimators_:
            np.abs(tree.tree_.value, out=tree.tree_.value)
        return twin, len(twin.estimators_) + 1
    if isinstance(native, HistGradientBoostingRegressor):
        twin._baseline_prediction = np.abs(twin._baseline_prediction)
        for (predictor,) in twin._predictors:
            predictor.nodes["value"] = np.abs(predictor.nodes["value"])
        return twin, len(twin._predictors) + 1
    raise TypeError(f"no bound is stated for {type(native).__name__}")
