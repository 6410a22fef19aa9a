"""One export in a process of its own: ``python -m benchmarks.export_worker ENGINE URI OUT``.

Prints how many seconds it took from the registry to the written PMML, imports not counted, and the
most memory that this process and the largest of those that it started held, in bytes.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import joblib  # noqa: F401  (a part of scikit-learn; sklearn2pmml needs it, and imports do not count)
import mlflow.sklearn

import penstock
from benchmarks.prepare import load_native, use_tracking
from penstock.external import sklearn2pmml_child


def gated(uri: str, out: Path) -> None:
    """``penstock export --to pmml`` as a user runs it, the parity gate included."""
    penstock.export(uri, to=["pmml"], out=out)


def written(uri: str, out: Path) -> None:
    """The same without the gate; pyfunc still gives the golden rows."""
    penstock.export(uri, to=["pmml"], out=out, skip_verify=True)


def sklearn2pmml(uri: str, out: Path) -> None:
    """The model from the registry, given to sklearn2pmml, which checks nothing."""
    import sklearn2pmml as package

    out.mkdir(parents=True)
    native = mlflow.sklearn.load_model(uri)
    pipeline = package.make_pmml_pipeline(native, list(native.feature_names_in_), ["prediction"])
    package.sklearn2pmml(pipeline, str(out / "model.pmml"))
