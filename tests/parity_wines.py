"""Models of the wines as the pipelines' tests use them, and pyfunc's word on each row."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.tree import DecisionTreeRegressor

import penstock
from tests.registered import REQUIREMENTS
from tests.streams import WINE_QUALITY, wines

import train as script  # isort: skip  (beside the jobs, whose folder tests.streams names)


def train(folder: Path) -> Path:
    """Trains and registers by the pipeline's own script; returns the logged model's folder."""
    command = [sys.executable, WINE_QUALITY / "train.py"]
    command += ["--tracking-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts", folder / "mlruns"]
    subprocess.run(command, check=True, cwd=folder)
    return _logged(folder)


def train_here(folder: Path, data: Path, model: str) -> Path:
    """As the script does, in this process and into its registry; returns the logged folder."""
    uri = mlflow.get_tracking_uri()
    before = mlflow.get_experiment_by_name("penstock-tests")
    script.train(data, model, folder.name, tracking_uri=uri, artifacts=folder / "mlruns")
    mlflow.set_experiment(experiment_id=before.experiment_id)
    return _logged(folder)


def _logged(folder: Path) -> Path:
    (model,) = (folder / "mlruns" / "models").glob("m-*/artifacts")
    return model


def train_tolerant(folder: Path) -> Path:
    """Saves a tree that takes the same text inputs and, as trees do, scores missing values."""
    frame = wines.generate(1000)
    features = frame[wines.FEATURES]
    tree = DecisionTreeRegressor(max_leaf_nodes=20, random_state=0)
    tree.fit(features, frame[wines.TARGET].astype(float))
    mlflow.sklearn.save_model(
        tree,
        folder / "model",
        signature=infer_signature(features, tree.predict(features)),
        skops_trusted_types=["sklearn.tree._tree.Tree"],
        pip_requirements=REQUIREMENTS,
    )
    return folder / "model"


def export(model: Path, out: Path) -> Path:
    """Exports a logged model to both formats; returns the export."""
    return penstock.export(str(model), to=["mleap", "pmml"], out=out, effort="quick").path


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """The features of a table's rows as text, NULL as None, as the model's signature wants it."""
    features = rows[wines.FEATURES].astype(object)
    return features.where(features.notna(), None)


class Pyfunc:
    """The oracle for one logged model, and the bounds of a linear one and of a forest."""

    def __init__(self, model: Path):
        self.pyfunc = mlflow.pyfunc.load_model(str(model))
        self.native = mlflow.sklearn.load_model(str(model))
        if hasattr(self.native, "n_jobs"):
            self.native.n_jobs = 1

    def assert_linear(self, rows: pd.DataFrame, predictions: Sequence[float]) -> float:
        """Every prediction within k * eps * S of pyfunc's; returns the largest difference.

        S = |b| + sum |w_i x_i|, k = features + 2, as `penstock check` declares it: each side
        rounds each product and each partial
        sum by at most eps / 2. Where a batch and one row differ, the one row judges.
        """
        x = rows.astype(float).to_numpy()
        scale = np.abs(x * self.native.coef_).sum(axis=1) + abs(self.native.intercept_)
        bound = (x.shape[1] + 2) * np.finfo(float).eps * scale
        return self._assert_within(rows, predictions, bound)

    def assert_forest(self, rows: pd.DataFrame, predictions: Sequence[float]) -> float:
        """Every prediction within k * eps * S, S the mean of |leaf values|, k = trees + 1."""
        x = rows.to_numpy(dtype=np.float64)
        leaves = [np.abs(tree.predict(x)) for tree in self.native.estimators_]
        bound = (len(leaves) + 1) * np.finfo(float).eps * np.mean(leaves, axis=0)
        return self._assert_within(rows, predictions, bound)

    def _assert_within(
        self, rows: pd.DataFrame, predictions: Sequence[float], bound: np.ndarray
    ) -> float:
        got = np.asarray(predictions, dtype=float)
        assert len(got) == len(rows) > 0
        expected = self.pyfunc.predict(rows)
        difference = np.abs(got - expected)
        for i in np.flatnonzero(~(difference <= bound)):
            difference[i] = abs(got[i] - float(self.pyfunc.predict(rows.iloc[[i]])[0]))
        worst = np.flatnonzero(~(difference <= bound))
        assert not len(worst), "\n".join(
            f"{rows.iloc[i].tolist()}: {got[i]!r} is {difference[i]:.3g} off, bound {bound[i]:.3g}"
            for i in worst[:10]
        )
        largest = float(difference.max())
        assert not math.isnan(largest)
        return largest
