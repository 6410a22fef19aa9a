"""A case's way through the registry and the exporter, once for all tests of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

import penstock
from tests.parity.answers import Answers
from tests.parity.case import Case, Row


class Library(Protocol):
    """A library as the harness sees it; ``least`` rows of each case have to be scored."""

    least: int

    def fit(self, case: Any, request: pytest.FixtureRequest) -> Any:
        """The fitted model. Skips where the installed release cannot fit it."""

    def log(self, case: Any, model: Any, folder: Path) -> str:
        """Logs the model as a team does; gives its URI. ``folder`` is scratch."""

    def types(self, case: Any) -> dict[str, str]:
        """MLflow's type of each input, in the order of the cells of a row."""

    def texts(self, case: Any) -> set[str]:
        """The inputs that are text for the model itself too."""

    def options(self, case: Any) -> dict[str, Any]:
        """What the export needs to be told."""

    def rows(self, case: Any, model: Any) -> list[Row]:
        """The rows that are asked."""

    def answers(
        self, case: Any, model: Any, uri: str, rows: list[Row], request: pytest.FixtureRequest
    ) -> Answers:
        """The library's own answers, asked without any help from the package under test."""

    def kind(self, why: str) -> str | None:
        """The kind of a refusal by the library's words, or None where it cannot tell."""

    def read(self, want: Any, got: Any) -> Any:
        """What an official engine tells, in the type of the prediction wanted."""

    def bounded(self, model: Any) -> Any:
        """What a bound gets for the model."""

    def given(self, exported: Exported, i: int) -> Any:
        """What a bound gets for the row at place ``i``."""


@dataclass(frozen=True)
class Exported:
    """A case after its way through the registry and the exporter."""

    library: Library
    case: Case
    model: Any
    uri: str
    folder: Path
    types: dict[str, str]
    texts: set[str]
    rows: list[Row]
    answers: Answers


@pytest.fixture(scope="module")
def exported(request, registry, jar, tmp_path_factory) -> Exported:
    """One case of ``over``."""
    library, case = request.param
    folder = tmp_path_factory.mktemp("parity")
    model = library.fit(case, request)
    uri = library.log(case, model, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PENSTOCK_JAR", str(jar))
        # The rows are asked here; how thorough the gate is, its own tests show.
        penstock.export(
            uri, to=list(case.formats), out=folder / "out", effort="quick", **library.options(case)
        )
    rows = library.rows(case, model)
    return Exported(
        library,
        case,
        model,
        uri,
        folder / "out",
        library.types(case),
        library.texts(case),
        rows,
        library.answers(case, model, uri, rows, request),
    )


def over(library: Library, cases: Sequence[Case], slow: str = "") -> pytest.MarkDecorator:
    """Runs each test of a module for each case; ``slow`` is why some are left to test-all."""
    return pytest.mark.parametrize(
        "exported",
        [
            pytest.param(
                (library, case),
                id=case.name,
                marks=[pytest.mark.slow(reason=slow)] if case.slow else [],
            )
            for case in cases
        ],
        indirect=True,
        scope="module",
    )
