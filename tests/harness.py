"""The py4j harness: our scorer in a JVM, the oracle in Python, and how their answers are compared.

A gateway with an authentication token starts the JVM; rows go over in files, one call per file and
never one per row. The oracle is MLflow's pyfunc on one-row frames, asked here without any help
from the package under test.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

from tests.rowfiles import read_answers, with_leaves, write_rows

SCORED = "scored"
"""What became of a row that was not refused."""


class Jvm:
    """The jar under test behind a py4j gateway that only the holder of its token may use."""

    def __init__(self, jar: Path) -> None:
        port, token = launch_gateway(
            classpath=str(jar),
            javaopts=["-Xss16m", "-Xmx2g", "--add-modules", "jdk.incubator.vector"],
            die_on_exit=True,
            enable_auth=True,
        )
        self._gateway = JavaGateway(
            gateway_parameters=GatewayParameters(port=port, auth_token=token)
        )
        self.address = port, token

    def score(
        self,
        model: Path,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
        format: str | None = None,
        leaves: bool = False,
        kernel: str | None = None,
    ) -> list[dict[str, Any]]:
        """One answer per row: ``prediction``, ``probability`` and ``leaves``, or ``refused``.

        ``kernel`` forces the way in which trees are walked, which the shape decides otherwise.
        """
        self._gateway.jvm.java.lang.System.setProperty("io.penstock.score.kernel", kernel or "")
        with TemporaryDirectory(prefix="penstock-rows-") as folder:
            source = write_rows(Path(folder) / "rows.jsonl", columns, rows)
            out, told = Path(folder) / "answers.jsonl", Path(folder) / "leaves"
            scorer = self._gateway.jvm.io.penstock.tools.BatchScorer
            into = str(told) if leaves else None
            json.loads(scorer.score(str(model), format, str(source), str(out), into))
            answers = read_answers(out)
            return with_leaves(answers, told) if leaves else answers

    def close(self) -> None:
        """Ends the JVM."""
        self._gateway.shutdown()

    def __enter__(self) -> Jvm:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Refused:
    """The oracle raised for this row."""

    why: str


DTYPES = {
    "double": np.float64,
    "float": np.float32,
    "integer": np.int32,
    "long": np.int64,
    "boolean": bool,
    "string": object,
}
NO_NULL = ("integer", "long", "boolean")

Frame = Callable[[Sequence[Any]], Any]
"""From one row of values to what pyfunc takes: a one-row frame, or an array."""


def oracle(predict: Callable[[Any], Any], frame: Frame, rows: Iterable[Sequence[Any]]) -> list[Any]:
    """For each row what ``predict`` gives for it alone, as plain Python, or ``Refused``."""
    return [_ask(predict, frame, row) for row in rows]


def _ask(predict: Callable[[Any], Any], frame: Frame, row: Sequence[Any]) -> Any:
    try:
        return plain(np.asarray(predict(frame(row)))[0])
    except Exception as problem:
        return Refused(f"{type(problem).__name__}: {problem}")


def plain(answer: Any) -> Any:
    """NumPy's numbers and arrays as Python's."""
    return answer.tolist() if isinstance(answer, (np.ndarray, np.generic)) else answer


def typed_frame(types: dict[str, str]) -> Frame:
    """One-row frames by ``typed_table``."""
    return lambda row: typed_table(types, [row])


def typed_table(types: dict[str, str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """The published table: frames whose dtypes follow MLflow's types of the columns."""
    columns = {}
    for place, (name, kind) in enumerate(types.items()):
        cells = [row[place] for row in rows]
        # pandas itself would take None for False.
        if kind in NO_NULL and None in cells:
            raise ValueError(f"a column of type {kind} contains NaN, which it cannot hold")
        columns[name] = pd.Series(cells, dtype=DTYPES[kind])
    return pd.DataFrame(columns)


Bound = Callable[[Sequence[Any]], float]
"""How far the answer to a row may be from the oracle's."""


def exact(row: Sequence[Any]) -> float:
    """The same number, bit by bit."""
    return 0.0


@dataclass(frozen=True)
class Conflict:
    """One row on which two engines do not say the same."""

    row: Sequence[Any]
    expected: Any
    got: Any
    distance: float
    allowed: float

    def __str__(self) -> str:
        return (
            f"  {self.row!r}\n    expected {self.expected!r}\n    got      {self.got!r}"
            f"\n    distance {self.distance:.3g}, allowed {self.allowed:.3g}"
        )


def conflicts(
    rows: Sequence[Sequence[Any]],
    expected: Sequence[Any],
    answers: Sequence[Any],
    bound: Bound = exact,
) -> list[Conflict]:
    """Every row whose answer is not the expected one, worst first. Counts are compared first."""
    assert len(rows) == len(expected) == len(answers), (
        f"{len(rows)} rows, {len(expected)} expected answers, {len(answers)} answers"
    )
    found = []
    for row, want, got in zip(rows, expected, answers, strict=True):
        distance = _distance(want, got)
        allowed = bound(row) if 0.0 < distance < math.inf else 0.0
        if not distance <= allowed:
            found.append(Conflict(row, want, got, distance, allowed))
    return sorted(found, key=lambda conflict: -conflict.distance)


def _distance(want: Any, got: Any) -> float:
    """0 for the same, infinity for what no bound can excuse."""
    if isinstance(want, Refused) or isinstance(got, Refused):
        return 0.0 if isinstance(want, Refused) and isinstance(got, Refused) else math.inf
    if isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            return math.inf
        return max((_distance(a, b) for a, b in zip(want, got, strict=True)), default=0.0)
    if isinstance(want, float) and isinstance(got, float):
        same = want == got or (math.isnan(want) and math.isnan(got))
        distance = 0.0 if same else abs(want - got)
        return math.inf if math.isnan(distance) else distance
    return 0.0 if type(want) is type(got) and want == got else math.inf


def table(title: str, found: Sequence[Conflict], rows: int, worst: int = 5) -> str:
    """What a person reads when a comparison fails."""
    shown = "\n".join(str(conflict) for conflict in found[:worst])
    return f"{title}: {len(found)} of {rows} rows differ; the worst:\n{shown}"
