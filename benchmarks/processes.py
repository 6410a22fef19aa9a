"""Processes that the benchmark starts: each writes to a log, of which a failure shows the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.places import BUILD, ROOT


class BenchError(Exception):
    """A part could not be run; the message is for a person."""


def python(module: str, *arguments: object) -> None:
    """Runs a module of ours in a process of its own. Raises BenchError."""
    run([sys.executable, "-m", module, *map(str, arguments)], BUILD / f"{module}.log")


def run(command: list[str], log: Path) -> None:
    """Runs a command to its end. Raises BenchError."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as file:
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise BenchError(f"{' '.join(command)} ended with code {done.returncode}:\n{tail}\n({log})")
