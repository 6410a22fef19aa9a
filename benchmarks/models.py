"""The five models of the comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.data import DATASETS, TRAIN_ROWS, Dataset, training


@dataclass(frozen=True)
class Model:
    """A model by its name; ``build`` gives the estimator before it is fitted."""

    name: str
    title: str
    dataset: Dataset
    build: Callable[[], Any]
    label: bool = False
    train_rows: int = TRAIN_ROWS

    def fit(self) -> Any:
        """Fitted on the training rows; a classifier learns whether the target is above its mean."""
        x, y = training(self.dataset, self.train_rows)
        return self.build().fit(x, (y > y.mean()).astype(int) if self.label else y)


def _mixed() -> Any:
    dataset = DATASETS["mixed"]
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer(
        [("numbers", numbers, list(dataset.numbers)), ("words", words, list(dataset.texts))]
    )
    return make_pipeline(columns, LogisticRegression(max_iter=1000))


MODELS = {
    model.name: model
    for model in (
        Model(
            "elasticnet", "ElasticNet", DATASETS["numeric"], lambda: ElasticNet(alpha=0.01)
        ),
        Model(
            "forest",
            "RandomForestRegressor, 100 trees, depth 8",
            DATASETS["numeric"],
            lambda: RandomForestRegressor(100, max_depth=8, n_jobs=1, random_state=0),
        ),
        Model(
            "boosting",
            "GradientBoostingRegressor, 500 trees, depth 6",
            DATASETS["numeric"],
            # A part of the rows and columns for each split: it is to be fast to fit, not good.
            lambda: GradientBoostingRegressor(
                n_estimators=500, max_depth=6, subsample=0.5, max_features=4, random_state=0
            ),
        ),
        Model(
            "histogram",
            "HistGradientBoostingRegressor, 300 iterations, missing values",
            DATASETS["missing"],
            lambda: HistGradientBoostingRegressor(
                max_iter=300, early_stopping=False, random_state=0
            ),
        ),
        Model(
            "mixed",
            "imputer, scaler, one-hot of 3 x 50 words, LogisticRegression",
            DATASETS["mixed"],
            _mixed,
            label=True,
        ),
    )
}  # fmt: skip
