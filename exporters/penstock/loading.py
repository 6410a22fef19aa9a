"""Load: from a resolved model to the fitted estimator, its signature and its pyfunc."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from penstock.converters.conversion import Conversion, convert
from penstock.converters.sparkml.pipelines import is_known
from penstock.converters.sparkml.saved import saved_model
from penstock.converters.sparkml.stages import leaf_stages
from penstock.errors import ModelLoadError, ModelNotFoundError, UnsupportedModelError
from penstock.estimators import set_single_threaded
from penstock.quiet import captured
from penstock.registry import ModelSource, downloaded, resolve
from penstock.signature import Signature, read_signature
from penstock.sparksession import ensure_session

PREDICT_FUNCTIONS = ("predict", "predict_proba")
SKLEARN, SPARK = "sklearn", "spark"
"""The flavours of MLflow that can be exported."""


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A registered model in memory, single-threaded, with what MLflow says about it.

    ``native`` is the fitted estimator (or PipelineModel) inside ``pyfunc``; ``predict_fn`` the
    method that pyfunc calls; ``warnings`` what MLflow and scikit-learn said while loading, each
    once. A model of Spark ML with a stage that ``convert`` refuses for its class is not loaded:
    ``pyfunc`` is None, and ``native`` what its files tell without Spark (``saved_model``).
    """

    source: ModelSource
    native: Any
    pyfunc: Any
    signature: Signature
    flavor: str
    predict_fn: str
    created: str | None
    run_id: str | None
    model_id: str | None
    saved_with: dict[str, str]
    warnings: tuple[str, ...]

    def convert(self) -> Conversion:
        """The model as graph and contract. Raises UnsupportedModelError, SignatureError."""
        return convert(
            self.native, self.signature.inputs, self.predict_fn, array=self.signature.tensor
        )


def load(
    uri: str,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
    columns: Sequence[str] | None = None,
) -> LoadedModel:
    """The model at ``uri`` (see ``registry.resolve``), loaded as pyfunc loads it.

    A model of Spark ML lives in the Spark session of this process, see ``lent_session``.

    Raises ModelNotFoundError, RegistryError, UnsupportedModelError (neither scikit-learn's
    flavour nor Spark ML's), ModelLoadError (with what is missing), SignatureError.
    """
    with captured() as warnings:
        source = resolve(uri, tracking_uri, registry_uri)
        with downloaded(source, tracking_uri) as folder:
            metadata = _metadata(folder, source)
            flavor = _flavor(metadata, source)
            saved_with = _saved_with(folder, metadata)
            predict_fn = metadata.flavors["python_function"].get("predict_fn", "predict")
            if predict_fn not in PREDICT_FUNCTIONS:
                raise UnsupportedModelError(
                    f"{source.uri} was logged with pyfunc_predict_fn={predict_fn!r}; Penstock "
                    f"takes {' and '.join(PREDICT_FUNCTIONS)}; log the model with one of these"
                )
            native = _refused_by_class(metadata, folder, source) if flavor == SPARK else None
            pyfunc = None
            if native is None:
                if flavor == SPARK:
                    ensure_session()  # before MLflow starts one of its own, which would be loud
                pyfunc = _load_pyfunc(folder, source, saved_with)
                native = pyfunc.get_raw_model()
    if flavor == SKLEARN:
        if not hasattr(native, "predict"):
            raise UnsupportedModelError(
                f"{source.uri} is a {type(native).__name__}, which has no predict; register a "
                "model whose last step predicts"
            )
        set_single_threaded(native)
    return LoadedModel(
        source=source,
        native=native,
        pyfunc=pyfunc,
        signature=read_signature(metadata, native, columns),
        flavor=flavor,
        predict_fn=predict_fn,
        created=str(metadata.utc_time_created) if metadata.utc_time_created else None,
        run_id=source.run_id or metadata.run_id,
        model_id=source.model_id or metadata.model_id,
        saved_with=saved_with,
        warnings=tuple(warnings),
    )


def _metadata(folder: Path, source: ModelSource) -> Any:
    from mlflow.models import Model

    if not (folder / "MLmodel").is_file():
        raise ModelNotFoundError(
            f"{source.uri} holds no MLmodel file, so it is no MLflow model; name what "
            "mlflow.sklearn.log_model or mlflow.spark.log_model wrote"
        )
    try:
        return Model.load(str(folder))
    except Exception as error:
        raise ModelLoadError(
            f"the MLmodel file of {source.uri} cannot be read ({_brief(error)}); "
            "log the model again"
        ) from error


def _flavor(metadata: Any, source: ModelSource) -> str:
    flavors = [name for name in metadata.flavors if name != "python_function"]
    loader = metadata.flavors.get("python_function", {}).get("loader_module")
    for flavor in (SKLEARN, SPARK):
        if flavor in flavors and loader == f"mlflow.{flavor}":
            return flavor
    if loader == "mlflow.pyfunc.model":
        raise UnsupportedModelError(
            f"{source.uri} is a custom Python function (mlflow.pyfunc.PythonModel), whose code a "
            "JVM cannot run; log the fitted scikit-learn estimator with mlflow.sklearn.log_model, "
            "or the PipelineModel with mlflow.spark.log_model"
        )
    raise UnsupportedModelError(
        f"{source.uri} has the flavour {', '.join(flavors) or 'python_function'}; this release "
        "takes sklearn and spark: log the fitted estimator with mlflow.sklearn.log_model, or the "
        "PipelineModel with mlflow.spark.log_model"
    )


def _refused_by_class(metadata: Any, folder: Path, source: ModelSource) -> Any | None:
    """The pipeline as its files tell it, where it has a stage of a class without a converter.

    To start Spark and load the model would only delay that answer.
    """
    flavor = metadata.flavors[SPARK]
    kind = str(flavor.get("model_class", ""))
    if kind.startswith("pyspark.ml.connect."):
        raise UnsupportedModelError(
            f"{source.uri} is a {kind}, which is made of Python code over torch and NumPy; fit and "
            "log a pipeline of pyspark.ml"
        )
    told = saved_model(folder / flavor["model_data"])
    return told if told is not None and not all(map(is_known, leaf_stages(told))) else None


def _load_pyfunc(folder: Path, source: ModelSource, saved_with: dict[str, str]) -> Any:
    import mlflow.pyfunc

    try:
        return mlflow.pyfunc.load_model(str(folder))
    except Exception as error:
        raise ModelLoadError(
            f"{source.uri} cannot be loaded: {_load_remedy(error, saved_with)}"
        ) from error


def _load_remedy(error: Exception, saved_with: dict[str, str]) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        return (
            f"it needs the module {error.name!r}, which is not installed here; install "
            f"{package!r}, or put the folder of its code on PYTHONPATH"
        )
    if type(error).__name__ == "UntrustedTypesFoundException":
        listed = str(error).partition("[")[2].partition("]")[0]
        types = ", ".join(re.findall(r"'([^']+)'", listed)) or _brief(error)
        return (
            f"its skops file holds types that were not trusted when it was logged ({types}); log "
            "it again with skops_trusted_types=[...] after checking them"
        )
    if "MLFLOW_ALLOW_PICKLE_DESERIALIZATION" in str(error):
        return "this environment forbids it; set MLFLOW_ALLOW_PICKLE_DESERIALIZATION=true"
    made_with = ", ".join(f"{name}=={number}" for name, number in saved_with.items())
    remedy = f"; it was saved with {made_with}, which may be what it needs" if made_with else ""
    return f"{_brief(error)}{remedy}"


def _saved_with(folder: Path, metadata: Any) -> dict[str, str]:
    """The versions with which the model was saved, as far as its files say."""
    found = {
        "scikit-learn": metadata.flavors.get(SKLEARN, {}).get("sklearn_version"),
        "pyspark": metadata.flavors.get(SPARK, {}).get("pyspark_version"),
        "mlflow": getattr(metadata, "mlflow_version", None),
    }
    requirements = folder / "requirements.txt"
    if requirements.is_file():
        text = requirements.read_text(encoding="utf-8", errors="replace")
        for name in ("numpy", "pandas"):
            pinned = re.search(rf"^{name}==(\S+)", text, re.MULTILINE)
            found[name] = pinned.group(1) if pinned else None
    return {name: str(number) for name, number in found.items() if number}


def library_versions(flavor: str) -> dict[str, str]:
    """The versions here of the libraries that decide what a model of this flavour answers."""
    found = {}
    library = "pyspark" if flavor == SPARK else "scikit-learn"
    for name in (library, "mlflow", "numpy", "pandas"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = version(f"{name}-skinny") if name == "mlflow" else "unknown"
    return found


def _brief(error: Exception) -> str:
    text = " ".join(str(error).split())[:400]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
