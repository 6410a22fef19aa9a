"""Trains a wine quality model and registers it in MLflow, as a team does that reads CSV files.

    python pipelines/wine_quality/train.py [--data wines.csv] [--model elasticnet|forest]

The elastic net is logged with all eleven inputs as *strings*: the file was read without casting
and scikit-learn turned the text into numbers by itself. The forest is logged with doubles.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import mlflow
import pandas as pd
import wines
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import ElasticNet
from sklearn.model_selection import train_test_split

MODELS = {
    "elasticnet": lambda trees: ElasticNet(alpha=0.05, l1_ratio=0.3, random_state=42),
    "forest": lambda trees: RandomForestRegressor(n_estimators=trees, random_state=42, n_jobs=1),
}


def train(
    data: Path | None = None,
    model: str = "elasticnet",
    name: str = "wine-quality",
    alias: str = "champion",
    tracking_uri: str = "sqlite:///mlflow.db",
    artifacts: Path | None = None,
    trees: int = 100,
) -> str:
    """Trains, logs, registers and gives the version the alias; returns the model's URI.

    `artifacts` is the folder for MLflow's files where the experiment does not exist yet
    (MLflow's own default otherwise).
    """
    mlflow.set_tracking_uri(tracking_uri)
    if tracking_uri:
        mlflow.set_registry_uri(tracking_uri)  # not the one that MLFLOW_REGISTRY_URI may name
    if artifacts is not None and mlflow.get_experiment_by_name(name) is None:
        mlflow.create_experiment(name, artifact_location=artifacts.absolute().as_uri())
    mlflow.set_experiment(name)

    frame = wines.load(data)
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    frame = frame[numbers.notna().all(axis=1)]  # to learn from; the stream gets all rows
    features, target = frame[wines.FEATURES], frame[wines.TARGET].astype(float)
    if model == "forest":
        features = features.astype(float)
    train_x, test_x, train_y, test_y = train_test_split(
        features, target, test_size=0.25, random_state=42
    )

    with mlflow.start_run(run_name=model):
        estimator = MODELS[model](trees).fit(train_x, train_y)
        mlflow.log_params({"model": model, "data": data.name if data else "generated"})
        mlflow.log_metric("r2", estimator.score(test_x, test_y))
        info = mlflow.sklearn.log_model(
            estimator,
            name="model",
            signature=infer_signature(train_x, estimator.predict(train_x)),
            # MLflow saves with skops, which asks before it trusts a tree's node arrays.
            skops_trusted_types=["sklearn.tree._tree.Tree"] if model == "forest" else None,
            registered_model_name=name,
        )
    client = mlflow.MlflowClient()
    client.set_registered_model_alias(name, alias, info.registered_model_version)
    client.update_registered_model(name, "Quality of a white wine, from 0 to 10, by its chemistry.")
    return f"models:/{name}@{alias}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a CSV file of wines (default: generated)")
    parser.add_argument("--model", choices=MODELS, default="elasticnet")
    parser.add_argument("--name", default="wine-quality", help="name in the registry")
    parser.add_argument("--alias", default="champion")
    parser.add_argument("--tracking-uri", default="sqlite:///mlflow.db")
    parser.add_argument("--artifacts", type=Path, help="folder for MLflow's files")
    parser.add_argument("--trees", type=int, default=100, help="trees of the forest")
    print(train(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
