"""Engines in processes of their own, each on the same one core, asked in turn."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.places import BUILD, JVM, JVM_SOURCES, ROOT
from benchmarks.processes import BenchError, run
from benchmarks.rowfile import read_answers
from penstock import jvm

HEAP = "-Xmx4g"
OPTIONS = (HEAP, "-XX:+UseSerialGC", "-Xss16m")
VECTORS = ("--add-modules", "jdk.incubator.vector")
"""What Spark adds to its JVMs; Penstock's blocks of rows use it."""


def build() -> None:
    """Compiles the workers. Maven fetches the peers; PMML4S comes with pypmml."""
    run(
        [
            "mvn", "-B", "-ntp", "-q", "-f", str(JVM_SOURCES / "pom.xml"), "package",
            f"-Dpenstock.jar={jvm.jar_path()}", f"-Dpmml4s.jar={_pmml4s_jars()[0]}",
        ],
        BUILD / "maven.log",
    )  # fmt: skip


def class_path(module: str) -> str:
    """The class path of one of the modules of benchmarks/jvm."""
    jars = [str(JVM / module / f"{module}-0.1.0.jar")]
    listed = (JVM / module / "classpath").read_text().strip()
    jars += [listed] if listed else []
    if module in ("penstock", "jmh"):
        jars.append(str(jvm.jar_path()))
    if module == "pmml4s":
        jars += map(str, _pmml4s_jars())
    return os.pathsep.join(jars)


def _pmml4s_jars() -> list[Path]:
    """PMML4S' own jar first, then what it needs."""
    import pypmml

    jars = sorted((Path(pypmml.__file__).parent / "jars").glob("*.jar"))
    return sorted(jars, key=lambda jar: not jar.name.startswith("pmml4s"))


def java(module: str, engine: str, *arguments: object) -> list[str]:
    """The command of a JVM worker."""
    options = (*OPTIONS, *VECTORS) if engine == "PenstockBatch" else OPTIONS
    command = [str(jvm.find_java()), *options, "-cp", class_path(module)]
    command += ["io.penstock.bench.Worker", f"io.penstock.bench.{engine}"]
    return pinned([*command, *map(str, arguments)])


def python(engine: str, *arguments: object) -> list[str]:
    """The command of a Python worker."""
    command = [sys.executable, "-m", "benchmarks.python_worker", engine]
    return pinned([*command, *map(str, arguments)])


def pinned(command: list[str]) -> list[str]:
    """The command on one core, the same for all, where the system can say so."""
    if shutil.which("taskset") is None:
        return command
    return ["taskset", "-c", str(max(os.sched_getaffinity(0))), *command]


class Worker:
    """A process that answers ``run`` and ``answers``; see ``Worker.java``."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.log = BUILD / "workers" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                text=True,
            )  # fmt: skip
        self._expect("ready", self._line())

    def run(self) -> float:
        """Scores all rows once; the seconds that it took."""
        return float(self._ask("run"))

    def answers(self) -> np.ndarray:
        """What the last run answered."""
        file = self.log.with_suffix(".answers")
        self._expect("written", self._ask(f"answers {file}"))
        return read_answers(file)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def _ask(self, line: str) -> str:
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            tail = self.log.read_text(errors="replace")[-2000:]
            raise BenchError(f"{self.name} died: {tail}\n({self.log})")
        return line.strip()

    def _expect(self, wanted: str, line: str) -> None:
        if line != wanted:
            raise BenchError(f"{self.name} said {line!r} and not {wanted!r} ({self.log})")
