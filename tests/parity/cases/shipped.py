"""Parity cases on data that scikit-learn ships, held-out rows and all, and on tables of odd shapes.

What a case is stands in sklearn.py. A model is fitted on every other row; the others are
asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from tests.parity.beyond import larger_than
from tests.parity.bounds import EXACT, MEAN, SIGMOID, SOFTMAX, SUM, VOTE
from tests.parity.cases.composition import STEPS
from tests.parity.cases.sklearn import DTR, RFC, RFR, forest, scaled, tree
from tests.parity.cases.trees import LINK, histogram
from tests.parity.libraries.sklearn import Case

Data = Callable[[], tuple[pd.DataFrame, np.ndarray]]


@dataclass(frozen=True)
class RealCase(Case):
    """A case on a table of its own: fitted on one half of the rows, asked for the other."""

    data: Data = None  # type: ignore[assignment]

    def frame(self) -> pd.DataFrame:
        return self.data()[0].iloc[::2]

    def held_out(self) -> pd.DataFrame:
        return self.data()[0].iloc[1::2]

    @property
    def y(self) -> np.ndarray:
        return self.data()[1][::2]


def real(name: str, load: str, model: Any, bound: Any, **more: Any) -> RealCase:
    data = partial(_shipped, load)
    return RealCase(name, model, "", bound, tuple(data()[0]), data=data, **more)


@cache
def _shipped(load: str) -> tuple[pd.DataFrame, np.ndarray]:
    found = getattr(datasets, load)(as_frame=True)
    order = np.random.default_rng(0).permutation(len(found.data))
    target = found.target.to_numpy()[order]
    names = getattr(found, "target_names", None)
    if load == "load_iris":  # its labels as text
        target = np.array(names, dtype=object)[target]
    return found.data.astype(float).iloc[order].reset_index(drop=True), target


@cache
def odd_table(columns: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Where there is room: two constant columns and a duplicate."""
    rng = np.random.default_rng(columns)
    values = rng.normal(size=(200, columns)).round(2) * 10.0 ** rng.integers(-3, 4, columns)
    if columns > 3:
        values[:, 1] = 7.5
        values[:, 2] = values[:, 0]
        values[:, 3] = 0.0
    target = values[:, 0] + rng.normal(size=200)
    return pd.DataFrame(values, columns=[f"c{i}" for i in range(columns)]), target


def odd(name: str, columns: int, model: Any, bound: Any, **more: Any) -> RealCase:
    data = partial(odd_table, columns)
    return RealCase(name, model, "", bound, tuple(data()[0]), data=data, **more)


# fmt: off
SHIPPED = [
    real("iris", "load_iris", LinearDiscriminantAnalysis, SOFTMAX),
    real("wine", "load_wine", lambda: forest(RFC, 10), VOTE),
    real("wine, logistic", "load_wine", lambda: scaled(LogisticRegression()), SOFTMAX, slow=True),
    real("breast cancer", "load_breast_cancer", lambda: scaled(LogisticRegression()), SIGMOID),
    real("breast cancer, histogram", "load_breast_cancer",
         lambda: histogram(HistGradientBoostingClassifier), LINK, slow=True),
    real("diabetes", "load_diabetes", lambda: histogram(HistGradientBoostingRegressor), EXACT),
    real("diabetes, linear", "load_diabetes", Ridge, SUM, slow=True),
    real("digits", "load_digits", lambda: forest(ExtraTreesClassifier, 10), VOTE, slow=True),
    real("digits, projected", "load_digits",
         lambda: make_pipeline(MinMaxScaler(), PCA(8), LogisticRegression()), STEPS,
         beyond=larger_than(1e290), slow=True),
    odd("one column", 1, lambda: tree(DTR), EXACT),
    odd("one column, linear", 1, lambda: scaled(Ridge()), SUM, slow=True),
    odd("constant and duplicate columns", 6, lambda: scaled(forest(RFR)), MEAN),
    odd("500 columns", 500, lambda: forest(RFR, 10), MEAN, slow=True),
    odd("500 columns, linear", 500, lambda: scaled(Ridge()), SUM, slow=True),
]
# fmt: on
