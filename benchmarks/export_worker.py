"""One export in a process of its own: ``python -m benchmarks.export_worker ENGINE URI OUT``.

Prints the seconds from the registry to the written PMML, the imports of Python's packages not
counted.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import joblib  # noqa: F401  (sklearn2pmml's, imported here for all, so that it does not count)
import mlflow.sklearn
import sklearn2pmml as package

import penstock
from benchmarks.prepare import use_tracking


def verified(uri: str, out: Path) -> None:
    """``penstock export`` as a user runs it: the gate scores the file against pyfunc."""
    penstock.export(uri, to=["pmml"], out=out)


def written(uri: str, out: Path) -> None:
    """``penstock export --skip-verify``: the file, and golden rows with pyfunc's answers."""
    penstock.export(uri, to=["pmml"], out=out, skip_verify=True)


def sklearn2pmml(uri: str, out: Path) -> None:
    """The model from the registry through sklearn2pmml, which verifies nothing."""
    native = mlflow.sklearn.load_model(uri)
    out.mkdir(parents=True)
    pipeline = package.make_pmml_pipeline(native, list(native.feature_names_in_), ["prediction"])
    package.sklearn2pmml(pipeline, str(out / "model.pmml"))


ENGINES = {"verified": verified, "written": written, "sklearn2pmml": sklearn2pmml}


def main() -> None:
    engine, uri, out = sys.argv[1:]
    use_tracking()
    start = time.perf_counter()
    ENGINES[engine](uri, Path(out))
    print(f"\n{time.perf_counter() - start}")


if __name__ == "__main__":
    main()
