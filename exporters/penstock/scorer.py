"""The JVM's scorer in a process of its own, which works beside the one that asks it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import numpy as np

from penstock import encoding, jvm
from penstock.answer import Answer, Value, narrowed
from penstock.errors import JavaError
from penstock.output import temporary_folder

_LEAVES_AT_ONCE = 1_000_000


class Scorer:
    """A JVM that scores files, one after another, for the time of a ``with`` block.

    It starts with the block, so that what comes before the first file costs it no time. Raises
    JavaError and JarError at the start, OutputError where there is no room for the rows.
    """

    def __enter__(self) -> Scorer:
        command = jvm.command("serve")
        with ExitStack() as stack:
            self._folder = stack.enter_context(temporary_folder("penstock-rows-"))
            self._said = self._folder / "stderr"
            self._process = _started(command, self._said)
            stack.callback(_end, self._process)
            self._stack = stack.pop_all()
        self._files = 0
        self._sent: deque[Scoring] = deque()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> Rows:
        """The rows for the JVM, cells in the order of ``columns``, to be scored with any files."""
        path = self._new("rows")
        with path.open("w", encoding="utf-8") as file:
            file.write(encoding.line({"columns": list(columns)}) + "\n")
            for row in rows:
                file.write(encoding.line(row) + "\n")
        return Rows(path, len(rows))

    def send(
        self,
        model: Path,
        rows: Rows,
        format: str | None = None,
        leaves: bool = False,
        skip_golden: bool = False,
    ) -> Scoring:
        """Has the rows scored with ``model``, an export folder or a bare file, and returns at once.

        The JVM checks the digests and replays the golden rows first, unless ``skip_golden``.
        """
        out, leaf_file = self._new("answers"), self._new("leaves") if leaves else None
        arguments = ["score", "--model", str(model), "--rows", str(rows.path), "--out", str(out)]
        if format:
            arguments += ["--format", format]
        if leaf_file:
            arguments += ["--leaves", str(leaf_file)]
        if skip_golden:
            arguments.append("--skip-golden")
        sent = Scoring(self, model, rows, out, leaf_file)
        self._sent.append(sent)
        with suppress(OSError):  # where it has ended, reading the answer tells why
            self._process.stdin.write(json.dumps(arguments) + "\n")
            self._process.stdin.flush()
        return sent

    def score(
        self,
        model: Path,
        columns: Sequence[str],
        rows: Sequence[Sequence[Value]],
        format: str | None = None,
    ) -> list[Answer]:
        """The JVM's answers for the rows, as ``write``, ``send`` and ``answers`` give them."""
        return self.send(model, self.write(columns, rows), format).answers()

    def _new(self, name: str) -> Path:
        self._files += 1
        return self._folder / f"{name}-{self._files}"

    def _wait(self, scoring: Scoring) -> str:
        """What the JVM says of ``scoring``; what it was asked for before is told first."""
        while scoring.told is None:
            line = self._process.stdout.readline()
            if not line.endswith("\n"):
                raise self._ended()
            self._sent.popleft().told = line
        return scoring.told

    def _ended(self) -> JavaError:
        code = self._process.wait()
        lines = self._said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return JavaError(
            f"Java ended with exit code {code}: {(lines or ['no message'])[0][:400]}; "
            f"the command was {' '.join(self._process.args)}"
        )


class Rows:
    """A file of rows that the JVM can read."""

    def __init__(self, path: Path, count: int):
        self.path, self.count = path, count


class Scoring:
    """A file at work: ``answers`` waits for it."""

    def __init__(
        self, scorer: Scorer, model: Path, rows: Rows, out: Path, leaves: Path | None
    ) -> None:
        self.told: str | None = None
        self._scorer, self._model, self._rows = scorer, model, rows
        self._out, self._leaves = out, leaves

    def answers(self) -> list[Answer]:
        """One answer for each row. Raises JavaError with the JVM's sentence."""
        failed = re.match(r"\[(PENSTOCK_\w+)\] (.*)$", self._scorer._wait(self))
        if failed:
            raise JavaError(failed[2], failed[1])
        with self._out.open(encoding="utf-8") as file:
            data = [json.loads(line) for line in file if line.strip()]
        if len(data) != self._rows.count:
            raise JavaError(
                f"the scorer answered {len(data)} of {self._rows.count} rows of {self._model}; "
                "please report it"
            )
        scored = sum("refused" not in answer for answer in data)
        told = iter(_read_leaves(self._leaves, scored) if self._leaves else ())
        return [_answer(one, None if "refused" in one else next(told, None)) for one in data]


def _started(command: Sequence[str], said: Path) -> subprocess.Popen[str]:
    # Java decodes the names of files by the locale: under POSIX it would lose every accent.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    environment.pop("JAVA_TOOL_OPTIONS", None)
    try:
        with said.open("wb") as stderr:
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
                encoding="utf-8", errors="replace", env=environment,
            )  # fmt: skip
    except OSError as error:
        raise JavaError(f"Java could not be started ({command[0]}): {error}") from error


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    process.stdout.close()
    with suppress(OSError):  # what it did not live to read
        process.stdin.close()


def _read_leaves(path: Path, rows: int) -> np.ndarray:
    """The leaves that the scorer told, (rows, trees) in the least type that holds them."""
    parts = []
    with path.open("rb") as file:
        while len(part := np.fromfile(file, dtype="<i4", count=_LEAVES_AT_ONCE)):
            parts.append(narrowed(part))
    found = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint8)
    return found.reshape(rows, -1) if rows else found.reshape(0, 0)


def _answer(data: dict, leaves: np.ndarray | None) -> Answer:
    if "refused" in data:
        return Answer(refused=data["refused"], message=data.get("message") or "")
    prediction = encoding.decode(data["prediction"])
    probability = encoding.decode(data.get("probability"))
    return Answer(
        prediction=tuple(prediction) if isinstance(prediction, list) else prediction,
        probabilities=None if probability is None else tuple(probability),
        leaves=leaves,
    )
