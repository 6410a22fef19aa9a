"""The formats' official engines, each in a JVM of its own: what a file means by itself.

``Judge("mleap")`` is the MLeap runtime 0.20.0 and ``Judge("jpmml")`` is JPMML 1.7.7 (AGPL-3.0,
which is why it lives in a process of the tests and nowhere else). `make judges` builds them into
build/judges.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.built import ROOT, built
from tests.rowfiles import read_answers, write_rows
from tests.sizes import JAVA

BUILT = ROOT / "build" / "judges"
MAIN = {"mleap": "io.penstock.judges.MleapJudge", "jpmml": "io.penstock.judges.JpmmlJudge"}


class JudgeError(Exception):
    """The engine could not load the file, or died."""


class Judge:
    """One engine in one JVM, which serves until ``close``."""

    def __init__(self, name: str) -> None:
        built("judges")
        self.name = name
        target = BUILT / name
        classpath = [str(target / f"{name}-0.1.0.jar"), (target / "classpath").read_text()]
        self._scratch = TemporaryDirectory(prefix=f"penstock-{name}-")
        self._log = Path(self._scratch.name) / "stderr"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["java", *JAVA, "-Xss16m", "-Xmx2g", "-cp", os.pathsep.join(classpath), MAIN[name]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )

    def score(
        self, model: Path, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]
    ) -> list[dict[str, Any]]:
        """One answer per row: ``prediction`` and ``probability``, or ``error``.

        ``columns`` are the model's inputs, each with its kind, "number" or "string". A number may
        come as text in Python's grammar, for these engines read none; None is NaN in a number.
        """
        kinds = [kind for _, kind in columns]
        plain = ([_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows)
        source = Path(self._scratch.name) / "rows.jsonl"
        answers = Path(self._scratch.name) / "answers.jsonl"
        write_rows(source, [name for name, _ in columns], plain, {"kinds": kinds})
        reply = self._ask({"model": str(model), "rows": str(source), "out": str(answers)})
        scored = read_answers(answers)
        if reply["rows"] != len(rows) or len(scored) != len(rows):
            raise JudgeError(f"{self.name} answered {len(scored)} of {len(rows)} rows")
        return scored

    def validate(self, file: Path) -> list[str]:
        """What is wrong with the file by the schema of its format (PMML 4.4 only)."""
        return self._ask({"validate": str(file)})["problems"]

    def _ask(self, request: dict[str, str]) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise JudgeError(f"{self.name} died:\n{self._log.read_text()[-2000:]}")
        reply = json.loads(line)
        if "failed" in reply:
            raise JudgeError(f"{self.name} on {request}: {reply['failed']}")
        return reply

    def close(self) -> None:
        """Ends the JVM."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=30)
        if self._process.stdout:
            self._process.stdout.close()
        self._scratch.cleanup()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _cell(value: Any, kind: str) -> Any:
    if kind == "string":
        return value
    return float("nan") if value is None else float(value)
