"""What the tests share: the jar, a registry, the judges, the real wines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import mlflow
import pytest

from tests import parity_wines, told, workers
from tests.built import ROOT, built
from tests.harness import Jvm
from tests.judges import Judge
from tests.parity import suite
from tests.streams import Host

# Before anything loads OpenMP: the oracle asks row by row, where more threads only wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    for plugin in (told, workers, suite):
        config.pluginmanager.register(plugin)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that `make test` leaves out has to say why."""
    for item in items:
        for mark in item.iter_markers("slow"):
            if not mark.kwargs.get("reason"):
                raise pytest.UsageError(f"{item.nodeid}: slow needs a reason")


@pytest.fixture(scope="session")
def count_rows() -> Callable[[str, Iterable[str]], None]:
    """``count_rows(title, outcomes)`` counts a case: for each row SCORED or the refusal's kind."""
    return told.count_rows


@pytest.fixture(scope="session")
def report() -> Callable[[str, str], None]:
    """``report(title, line)`` adds a line to a section at the end of pytest's output."""
    return told.report


@pytest.fixture(scope="session")
def jar() -> Path:
    """The one jar, which Make has built."""
    built("jar")
    (path,) = (ROOT / "exporters" / "penstock" / "jars").glob("*.jar")
    return path


@pytest.fixture(scope="session")
def jvm(jar: Path) -> Iterator[Jvm]:
    """Our scorer, driven over py4j."""
    with Jvm(jar) as running:
        yield running


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An MLflow registry in SQLite, with its files beside it; gives its URI."""
    folder = tmp_path_factory.mktemp("mlflow")
    uri = f"sqlite:///{folder}/mlflow.db"
    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    mlflow.create_experiment("penstock-tests", artifact_location=(folder / "artifacts").as_uri())
    mlflow.set_experiment("penstock-tests")
    yield uri
    mlflow.set_tracking_uri(before[0])
    mlflow.set_registry_uri(before[1])


@pytest.fixture(scope="session")
def mleap() -> Iterator[Judge]:
    """The official MLeap runtime."""
    with Judge("mleap") as judge:
        yield judge


@pytest.fixture(scope="session")
def jpmml() -> Iterator[Judge]:
    """JPMML."""
    with Judge("jpmml") as judge:
        yield judge


@pytest.fixture(scope="session")
def wines_csv() -> Path:
    """The real wines; without them a test is skipped, and fails where CI runs."""
    folder = os.environ.get("PENSTOCK_SHARED")
    path = Path(folder) / "data" / "wine-quality.csv" if folder else None
    if path and path.is_file():
        return path
    reason = (
        f"there are no real wines at {path}"
        if path
        else "PENSTOCK_SHARED is not set: it names the folder that holds data/wine-quality.csv"
    )
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def wine_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pipelines' elastic net with text inputs, of generated wines: the logged model."""
    return parity_wines.train(tmp_path_factory.mktemp("wine"))


@pytest.fixture(scope="session")
def wine_export(wine_model: Path, jar: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of that model."""
    return parity_wines.export(wine_model, tmp_path_factory.mktemp("exports") / "wine")


@pytest.fixture(scope="session")
def tolerant_export(jar: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of another model of the same inputs, which scores missing values too."""
    folder = tmp_path_factory.mktemp("tolerant")
    return parity_wines.export(parity_wines.train_tolerant(folder), folder / "export")


@pytest.fixture(scope="session")
def host(jar: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """One Spark session with Delta for the wine jobs that need no process of their own."""
    running = Host(jar, tmp_path_factory.mktemp("host"))
    yield running
    running.close()
