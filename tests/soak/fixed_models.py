"""The few small models on which every mutation is tried: one of each kind of arithmetic.

They are logged in a registry of their own (SQLite) with the signature that a team would give them.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, Schema
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS = 160
COLUMNS = ["pH", "sucre é", "a b"]
CITIES = np.array(["Porto", "São João", "", "Évora"], dtype=object)


def _numbers() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(rng.normal(5, 2, (ROWS, len(COLUMNS))).round(3), columns=COLUMNS)


def _target(frame: pd.DataFrame) -> np.ndarray:
    noise = np.random.default_rng(8).normal(0, 1, ROWS)
    return (frame @ [1.0, -2.0, 0.5]).to_numpy() + noise


def _labels(frame: pd.DataFrame) -> np.ndarray:
    """Three classes that are not 0 to 2."""
    return np.array([30, 10, 20])[np.digitize(_target(frame), [-3.0, 0.0])]


def _with_holes(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.mask(np.random.default_rng(9).random(frame.shape) < 0.2)


def _mixed() -> pd.DataFrame:
    frame = _with_holes(_numbers())
    frame["city"] = np.random.default_rng(10).choice(CITIES, ROWS)
    return frame


def _text_signature(frame: pd.DataFrame) -> ModelSignature:
    """That of a team that reads CSV without casting."""
    return ModelSignature(inputs=Schema([ColSpec("string", name) for name in frame]))


def _linear() -> tuple[Any, pd.DataFrame]:
    frame = _numbers()
    return LinearRegression().fit(frame, _target(frame)), frame


def _logistic() -> tuple[Any, pd.DataFrame]:
    frame = _numbers()
    return LogisticRegression(max_iter=500).fit(frame, _labels(frame)), frame


def _binary() -> tuple[Any, pd.DataFrame]:
    """Labels that are texts, of two classes: one column of weights."""
    frame = _numbers()
    labels = np.where(_target(frame) > -2.0, "good", "bad")
    return LogisticRegression().fit(frame, labels), frame


def _tree() -> tuple[Any, pd.DataFrame]:
    frame = _numbers()
    return DecisionTreeRegressor(max_depth=4, random_state=0).fit(frame, _target(frame)), frame


def _tree_classifier() -> tuple[Any, pd.DataFrame]:
    frame = _with_holes(_numbers())
    labels = _labels(_numbers())
    return DecisionTreeClassifier(max_depth=4, random_state=0).fit(frame, labels), frame


def _forest() -> tuple[Any, pd.DataFrame]:
    """Four trees and labels that are texts."""
    frame = _numbers()
    labels = np.array(["red", "rosé", "white"])[np.digitize(_target(frame), [-3.0, 0.0])]
    return RandomForestClassifier(4, max_depth=3, random_state=0).fit(frame, labels), frame


def _forest_regressor() -> tuple[Any, pd.DataFrame]:
    """Three trees: dividing by their number is not the same as multiplying with a third."""
    frame = _numbers()
    forest = RandomForestRegressor(3, max_depth=3, random_state=0)
    return forest.fit(frame, _target(frame)), frame


def _boosted() -> tuple[Any, pd.DataFrame]:
    frame = _numbers()
    model = GradientBoostingRegressor(n_estimators=20, max_depth=3, random_state=0)
    return model.fit(frame, _target(frame)), frame


def _histogram() -> tuple[Any, pd.DataFrame]:
    frame = _with_holes(_numbers())
    model = HistGradientBoostingRegressor(max_iter=8, min_samples_leaf=8, random_state=0)
    return model.fit(frame, _target(_numbers())), frame


def _pipeline() -> tuple[Any, pd.DataFrame]:
    frame = _mixed()
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    prepared = ColumnTransformer(
        [
            ("numbers", numbers, COLUMNS),
            ("city", OneHotEncoder(handle_unknown="ignore"), ["city"]),
        ]
    )
    return make_pipeline(prepared, LinearRegression()).fit(frame, _target(_numbers())), frame


def _scaled_tree() -> tuple[Any, pd.DataFrame]:
    """Scaled columns go into splits, so that a last bit of the scaler can be seen in a leaf."""
    frame = _numbers()
    tree = DecisionTreeRegressor(max_depth=4, random_state=0)
    return make_pipeline(StandardScaler(), tree).fit(frame, _target(frame)), frame


def _ordinal() -> tuple[Any, pd.DataFrame]:
    frame = _mixed().drop(columns=COLUMNS[1:])
    prepared = ColumnTransformer(
        [("city", OrdinalEncoder(), ["city"]), ("pH", SimpleImputer(), ["pH"])]
    )
    tree = DecisionTreeRegressor(max_depth=5, random_state=0)
    size = frame["city"].map({city: k for k, city in enumerate(CITIES)}).to_numpy()
    return make_pipeline(prepared, tree).fit(frame, _target(_numbers()) + 5 * size), frame


def _tolerant_ordinal() -> tuple[Any, pd.DataFrame]:
    frame = _mixed().drop(columns=COLUMNS[1:])
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    prepared = ColumnTransformer([("city", encoder, ["city"]), ("pH", SimpleImputer(), ["pH"])])
    return make_pipeline(prepared, LinearRegression()).fit(frame, _target(_numbers())), frame


def _number_categories() -> tuple[Any, pd.DataFrame]:
    """Categories that are numbers, 0 and a missing one among them."""
    values = np.random.default_rng(11).choice([0.0, 1.0, 2.5, np.nan], (ROWS, 2))
    frame = pd.DataFrame(values, columns=["size", "grade"])
    encoder = OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(encoder, LinearRegression()).fit(frame, _target(_numbers())), frame


def _one_hot_tree() -> tuple[Any, pd.DataFrame]:
    frame = _mixed().drop(columns=COLUMNS[1:])
    encoder = OneHotEncoder(handle_unknown="ignore")
    prepared = ColumnTransformer([("city", encoder, ["city"]), ("pH", SimpleImputer(), ["pH"])])
    tree = DecisionTreeRegressor(max_depth=5, random_state=0)
    size = frame["city"].map({city: k for k, city in enumerate(CITIES)}).to_numpy()
    return make_pipeline(prepared, tree).fit(frame, _target(_numbers()) + 5 * size), frame


def _tied_forest() -> tuple[Any, pd.DataFrame]:
    """Two trees with pure leaves: where they do not agree, two classes are equal."""
    frame = _numbers()
    return RandomForestClassifier(2, random_state=0).fit(frame, _labels(frame)), frame


def _isotonic() -> tuple[Any, pd.DataFrame]:
    """Takes nothing outside of a range that begins with 0."""
    frame = pd.DataFrame({"x": np.arange(ROWS) / 8.0})
    model = IsotonicRegression(out_of_bounds="raise")
    return model.fit(frame, _target(_numbers()) + frame["x"]), frame


MODELS: dict[str, Callable[[], tuple[Any, pd.DataFrame]]] = {
    "linear": _linear,
    "linear of texts": _linear,
    "logistic": _logistic,
    "binary": _binary,
    "tree": _tree,
    "tree classifier": _tree_classifier,
    "forest": _forest,
    "forest regressor": _forest_regressor,
    "boosted": _boosted,
    "histogram": _histogram,
    "histogram of texts": _histogram,
    "pipeline": _pipeline,
    "scaled tree": _scaled_tree,
    "ordinal": _ordinal,
    "tolerant ordinal": _tolerant_ordinal,
    "one-hot tree": _one_hot_tree,
    "tied forest": _tied_forest,
    "isotonic": _isotonic,
    "number categories": _number_categories,
}


def registry(folder: Path) -> None:
    """Makes MLflow use a registry in SQLite in ``folder``, its files beside it."""
    uri = f"sqlite:///{folder}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    mlflow.create_experiment("soak", artifact_location=(folder / "artifacts").as_uri())
    mlflow.set_experiment("soak")


def logged(name: str) -> str:
    """Fits and logs the model of that name; its URI."""
    model, frame = MODELS[name]()
    texts = name.endswith("of texts")
    signature = _text_signature(frame) if texts else infer_signature(frame, model.predict(frame))
    with mlflow.start_run():
        return mlflow.sklearn.log_model(
            model,
            name="model",
            signature=signature,
            pip_requirements=["scikit-learn"],
            serialization_format="cloudpickle",
        ).model_uri


@contextmanager
def quiet() -> Iterator[None]:
    """What MLflow, NumPy and scikit-learn say of every model is not about what is tried."""
    logger = logging.getLogger("mlflow")
    before = logger.level
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            logger.setLevel(before)
