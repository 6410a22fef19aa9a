"""Small fitted models, logged and registered as teams do it."""

from __future__ import annotations

from typing import Any

import mlflow
import numpy as np
import pandas as pd
import sklearn
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, Schema

TREES = ["sklearn.tree._tree.Tree", "numpy.dtype"]
"""What skops has to trust in a tree; its users write the same."""

REQUIREMENTS = [f"scikit-learn=={sklearn.__version__}"]
"""What a model needs; MLflow would find it out by loading each model in a process of its own."""


def frame(rows: int = 120, seed: int = 0) -> pd.DataFrame:
    """Three measured columns, with names that hold a blank and an accent."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(5, 2, (rows, 3)).round(3), columns=["pH", "sucre é", "a b"])


def target(data: pd.DataFrame) -> np.ndarray:
    rng = np.random.default_rng(1)
    return (data.sum(axis=1) + rng.normal(0, 1, len(data))).to_numpy()


def all_strings(names: list[str]) -> ModelSignature:
    """The signature of a team that reads CSV without casting."""
    return ModelSignature(
        inputs=Schema([ColSpec("string", name) for name in names]),
        outputs=Schema([ColSpec("double")]),
    )


def log(model: Any, name: str | None = None, data: Any = None, **options: Any) -> Any:
    """Log ``model``, and register it as ``name`` where that is given; MLflow's ModelInfo.

    The signature is inferred from ``data`` unless ``options`` have one. Requirements are named,
    for MLflow would find them out in a process of its own, which takes longer than most tests.
    """
    if data is not None and "signature" not in options:
        options["signature"] = infer_signature(data, model.predict(data))
    with mlflow.start_run():
        return mlflow.sklearn.log_model(
            model,
            name="model",
            registered_model_name=name,
            **{"skops_trusted_types": TREES, "pip_requirements": REQUIREMENTS, **options},
        )
