"""Runs the wine jobs, as processes of their own or in one session, and reads what they leave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pyarrow.parquet as pq

from tests.sizes import JAVA

ROOT = Path(__file__).resolve().parents[1]
WINE_QUALITY = ROOT / "pipelines" / "wine_quality"
sys.path.insert(0, str(WINE_QUALITY))

import submit  # noqa: E402
import wines  # noqa: E402

HEADER = ",".join(wines.STREAM_COLUMNS)
DEADLINE = 300.0
JVM = {"spark.driver.extraJavaOptions": " ".join(JAVA)}
WINES_JAR = Path(submit.JOBS["scala"][-1])


class Host:
    """A process that runs jobs one after another in one Spark session, until ``close``."""

    def __init__(self, jar: Path, folder: Path) -> None:
        self.log = folder / "spark.log"
        jars = [jar, WINES_JAR, *sorted((ROOT / "build" / "jars").glob("*.jar"))]
        settings = {**submit.SETTINGS, **JVM, "spark.jars": ",".join(map(str, jars))}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, ROOT / "tests" / "hosted_jobs.py", json.dumps(settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment(),
                cwd=folder,
            )

    def run(self, job: str, arguments: list[str]) -> tuple[int, str]:
        """The exit code that the job would have ended with, and what it logged."""
        assert self._process.stdin and self._process.stdout
        begin = self.log.stat().st_size
        self._process.stdin.write(json.dumps([job, arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        log = self.log.read_bytes()[begin:].decode(errors="replace")
        assert answer, f"the session died:\n{log[-6000:]}"
        return json.loads(answer), log

    def close(self) -> None:
        """Ends the session and its process."""
        self._process.communicate(timeout=60)


@dataclass
class Stream:
    """One streaming job ("scala", "pyspark" or "sql") with the folders it reads and writes.

    It runs in the session of ``host``, or without one in a process of its own.
    """

    job: str
    folder: Path
    model: Path
    jar: Path
    host: Host | None = None

    def __post_init__(self) -> None:
        self.input = self.folder / "in"
        self.scored = self.folder / "scored"
        self.rejected = self.folder / "rejected"
        self.checkpoint = self.folder / "checkpoint"
        self.log = self.folder / "spark.log"
        self.input.mkdir(parents=True, exist_ok=True)

    def _arguments(self, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "model": self.model,
            "input": self.input,
            "scored": self.scored,
            "rejected": self.rejected,
            "checkpoint": self.checkpoint,
            **{name.replace("_", "-"): value for name, value in options.items()},
        }

    @contextmanager
    def started(self, **options: str | int) -> Iterator[subprocess.Popen]:
        """The running job, as the leader of a process group that ends with the block."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                submit.command(self.job, self.jar, self._arguments(options), settings=JVM),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(),
                cwd=self.folder,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def run(self, expect: int = 0, **options: str | int) -> str:
        """Runs the job to its end and returns its log; fails where its exit code is another."""
        if self.host is not None:
            pairs = self._arguments(options).items()
            arguments = [word for name, value in pairs for word in (f"--{name}", str(value))]
            code, log = self.host.run(self.job, arguments)
        else:
            with self.started(**options) as process:
                code = process.wait(DEADLINE)
            log = self.log.read_text(encoding="utf-8", errors="replace")
        assert code == expect, f"{self.job} ended with {code}:\n{log[-6000:]}"
        return log

    def kill_when(self, moment: Callable[[], bool], **options: str | int) -> bool:
        """Starts the job and kills it at `moment`; tells whether the moment was hit, not passed."""
        with self.started(**options) as process:
            self.wait(moment, process)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return moment()

    def wait(self, condition: Callable[[], bool], process: subprocess.Popen) -> None:
        end = time.monotonic() + DEADLINE
        while not condition():
            if process.poll() is not None or time.monotonic() > end:
                log = self.log.read_text(encoding="utf-8", errors="replace")
                raise AssertionError(f"{self.job} ended before its moment came:\n{log[-6000:]}")
            time.sleep(0.0005)

    def batches(self) -> int:
        """How many batches the checkpoint holds as done."""
        return sum(p.name.isdigit() for p in (self.checkpoint / "commits").glob("*"))

    def write(self, name: str, lines: list[str], header: str = HEADER) -> None:
        """Puts a CSV file into the input folder, whole at once."""
        unfinished = self.input / f".{name}"
        unfinished.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        unfinished.rename(self.input / name)


def environment() -> dict[str, str]:
    """That of a job: this Python, and the package as it stands here."""
    return {**submit.environment(), "PYTHONPATH": str(ROOT / "exporters")}


def committed(table: Path, version: int) -> bool:
    """Whether a Delta table has this version."""
    return (table / "_delta_log" / f"{version:020}.json").exists()


def read_delta(table: Path) -> pd.DataFrame:
    """The rows of a Delta table, by its log; reads the column mapping, knows no deletion vectors.

    Written here and not left to Spark so that a wrong table has no way to look right.
    """
    files: dict[str, None] = {}
    names: dict[str, str] = {}
    for version in sorted((table / "_delta_log").glob("[0-9]*.json")):
        for line in version.read_text(encoding="utf-8").splitlines():
            action = json.loads(line)
            if "metaData" in action:
                fields = json.loads(action["metaData"]["schemaString"])["fields"]
                names = {
                    f["metadata"]["delta.columnMapping.physicalName"]: f["name"] for f in fields
                }
            elif "add" in action:
                files[unquote(action["add"]["path"])] = None
            elif "remove" in action:
                del files[unquote(action["remove"]["path"])]
    parts = [pq.read_table(table / file).to_pandas() for file in files]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(names))
    return rows.rename(columns=names)
