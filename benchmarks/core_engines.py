"""The engines outside Spark, and how the process of each is started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import workers
from benchmarks.models import MODELS, Model
from benchmarks.places import DATA
from benchmarks.prepare import Prepared

ROUNDED = "it rounds inputs and thresholds to float32, which histogram boosting does not"


@dataclass(frozen=True)
class CoreEngine:
    """How an engine is started on a model.

    ``precision`` is the one in which it says it adds. ``excuse``: why wrong answers are to be
    expected of it; they are shown as WRONG like all others, but are no news that fails the run.
    """

    title: str
    command: Callable[[Prepared, int], list[str]]
    precision: str = "float64"
    excuse: str = ""
    models: tuple[str, ...] = tuple(MODELS)


def rows_of(model: Model, rows: int) -> Path:
    """The file of the first so many rows, as the JVM workers read it."""
    return DATA / f"{model.dataset.name}-{rows}.rows"


def _java(module: str, engine: str, format_: str) -> Callable[[Prepared, int], list[str]]:
    return lambda prepared, rows: workers.java(
        module, engine, prepared.file(format_), rows_of(prepared.model, rows)
    )


def _python(engine: str) -> Callable[[Prepared, int], list[str]]:
    return lambda prepared, rows: workers.python(
        engine, prepared.uri, rows, prepared.model.dataset.name
    )


ENGINES = {
    "bundle": CoreEngine(
        "Penstock, bundle.zip, row by row", _java("penstock", "PenstockRows", "mleap")
    ),
    "pmml": CoreEngine(
        "Penstock, model.pmml, row by row", _java("penstock", "PenstockRows", "pmml")
    ),
    "batch": CoreEngine(
        "Penstock, bundle.zip, in batches",
        _java("penstock", "PenstockBatch", "mleap"),
        models=tuple(name for name in MODELS if name != "mixed"),
    ),
    "mleap": CoreEngine("MLeap runtime", _java("mleap", "Mleap", "mleap")),
    "jpmml": CoreEngine("JPMML", _java("jpmml", "Jpmml", "pmml")),
    "pmml4s": CoreEngine("PMML4S", _java("pmml4s", "Pmml4s", "pmml")),
    "onnx": CoreEngine("ONNX Runtime, float32, batches", _python("onnx"), "float32", ROUNDED),
    "onnx64": CoreEngine(
        "ONNX Runtime, float64, batches", _python("onnx64"), models=("elasticnet",)
    ),
    "sklearn": CoreEngine("scikit-learn, one batch", _python("sklearn")),
}
