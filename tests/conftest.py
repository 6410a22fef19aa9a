"""What the tests share: the jar, a registry, the judges, the real wines."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import mlflow
import pytest

from tests import parity_wines
from tests.harness import SCORED, Jvm
from tests.judges import Judge

# Before anything loads OpenMP: the oracle asks row by row, where more threads only wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
_REPORTS: dict[str, list[str]] = {}
_ROWS: dict[str, list[Counter[str]]] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows what the tests reported, passed or not."""
    if _ROWS:
        terminalreporter.section("rows compared with pyfunc")
    for title, cases in _ROWS.items():
        terminalreporter.line(_told(title, cases))
    for title, lines in _REPORTS.items():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.line(line)


def _told(title: str, cases: list[Counter[str]]) -> str:
    total = sum(cases, Counter())
    scored = total.pop(SCORED, 0)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(total.items()))
    refused = f"{total.total():,} refused" + (f" ({kinds})" if kinds else "")
    return f"{title}: {len(cases)} cases, {scored:,} rows scored, {refused}"


@pytest.fixture(scope="session")
def count_rows() -> Callable[[str, Iterable[str]], None]:
    """``count_rows(title, outcomes)`` counts a case: for each row SCORED or the refusal's kind."""

    def add(title: str, outcomes: Iterable[str]) -> None:
        _ROWS.setdefault(title, []).append(Counter(outcomes))

    return add


@pytest.fixture(scope="session")
def report() -> Callable[[str, str], None]:
    """``report(title, line)`` adds a line to a section at the end of pytest's output."""

    def add(title: str, line: str) -> None:
        _REPORTS.setdefault(title, []).append(line)

    return add


@pytest.fixture(scope="session")
def jar() -> Path:
    """The one jar, built by Maven if its sources are newer."""
    subprocess.run(["make", "-s", "jar"], cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
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
