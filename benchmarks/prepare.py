"""From a definition to a model in a local MLflow and its export, both kept until either changes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
from mlflow.models import infer_signature

import penstock
from benchmarks.data import training
from benchmarks.models import Model
from benchmarks.places import EXPORTS, MLFLOW, ROOT, TRACKING_URI

FILES = {"mleap": "bundle.zip", "pmml": "model.pmml"}


@dataclass(frozen=True)
class Prepared:
    """A model that is registered and exported: its URI, and its export's folder."""

    model: Model
    uri: str
    export: Path

    def file(self, format_: str) -> Path:
        return self.export / FILES[format_]


def use_tracking() -> None:
    """Points this process at the benchmark's own MLflow."""
    logging.getLogger("mlflow").setLevel(logging.ERROR)  # it warns of pickles, and these are ours
    MLFLOW.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(TRACKING_URI)
    mlflow.set_registry_uri(TRACKING_URI)
    if mlflow.get_experiment_by_name("bench") is None:
        mlflow.create_experiment("bench", artifact_location=(MLFLOW / "artifacts").as_uri())
    mlflow.set_experiment("bench")


def prepare(model: Model, bundle_only: bool = False) -> Prepared:
    """Fits, registers and exports, or finds what an earlier run left.

    ``bundle_only``: no PMML, and no gate, for the benchmark compares all answers itself.
    """
    use_tracking()
    folder = EXPORTS / model.name
    note = folder.with_suffix(".json")
    before = json.loads(note.read_text()) if note.exists() else {}
    fitted, exported = _fitted_by(model), _exported_by()
    uri = before.get("uri") if before.get("fitted") == fitted else None
    if uri is None:
        uri = _register(model)
    elif before.get("exported") == exported and folder.exists():
        return Prepared(model, uri, folder)
    formats = ["mleap"] if bundle_only else ["mleap", "pmml"]
    penstock.export(uri, to=formats, out=folder, force=True, skip_verify=bundle_only)
    note.write_text(json.dumps({"uri": uri, "fitted": fitted, "exported": exported}))
    return Prepared(model, uri, folder)


def _register(model: Model) -> str:
    estimator = model.fit()
    x, _ = training(model.dataset, 100)
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            estimator,
            name="model",
            signature=infer_signature(x, estimator.predict(x)),
            registered_model_name=f"bench-{model.name}",
            serialization_format="cloudpickle",
        )
    return f"models:/bench-{model.name}/{logged.registered_model_version}"


def load_native(prepared: Prepared) -> Any:
    """The fitted estimator itself."""
    use_tracking()
    return mlflow.sklearn.load_model(prepared.uri)


def _fitted_by(model: Model) -> str:
    sources = [ROOT / "benchmarks" / name for name in ("data.py", "models.py", "scaling_models.py")]
    versions = [importlib.metadata.version(name) for name in ("scikit-learn", "numpy", "mlflow")]
    return _digest(sources, model.name, *versions)


def _exported_by() -> str:
    return _digest(sorted((ROOT / "exporters" / "penstock").rglob("*.py")))


def _digest(files: list[Path], *words: str) -> str:
    digest = hashlib.sha256("\n".join(words).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
