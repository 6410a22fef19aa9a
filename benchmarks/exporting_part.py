"""From the registry to PMML, beside sklearn2pmml: time, memory and the size of the file."""

from __future__ import annotations

import shutil
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import memory, oracle, rowfile, workers
from benchmarks.check import judge
from benchmarks.core_engines import rows_of
from benchmarks.data import load_rows
from benchmarks.models import MODELS
from benchmarks.options import Options
from benchmarks.places import BUILD
from benchmarks.prepare import Prepared, prepare
from benchmarks.processes import BenchError

MODEL = "boosting"
ROWS = 8_192
ENGINES = {
    "written": "Penstock, --skip-verify",
    "sklearn2pmml": "sklearn2pmml, which verifies nothing",
    "verified": "Penstock, verified against pyfunc",
}


@dataclass(frozen=True)
class Made:
    """What one process said of its export, and what it and its children ``held`` at most."""

    seconds: float
    held: int
    file: Path


def run(options: Options, say: Any) -> dict[str, Any]:
    """Seconds, memory and bytes for each engine, on the model of 500 trees."""
    workers.build()
    prepared = prepare(MODELS[MODEL])
    say(f"{MODEL}: from the registry to PMML")
    made: dict[str, list[Made]] = {name: [] for name in ENGINES}
    for _ in range(options.size.load_repeats):
        for name in ENGINES:
            made[name].append(_export(name, prepared))
    return {
        "model": MODEL,
        "title": prepared.model.title,
        "engines": {name: _summary(prepared, ENGINES[name], made[name]) for name in ENGINES},
    }


def _export(engine: str, prepared: Prepared) -> Made:
    out = BUILD / "exporting" / engine
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.export_worker", engine, prepared.uri, str(out)]
    done, held = memory.run(command)
    words = done.stdout.strip().rpartition("\n")[2].split()
    if done.returncode or len(words) != 1:
        raise BenchError(f"{engine} could not export {prepared.uri}:\n{done.stderr[-2000:]}")
    return Made(float(words[0]), held, out / "model.pmml")


def _summary(prepared: Prepared, title: str, made: list[Made]) -> dict[str, Any]:
    seconds = [one.seconds for one in made]
    return {
        "title": title,
        "runs": len(made),
        "median_seconds": statistics.median(seconds),
        "fastest_seconds": min(seconds),
        "slowest_seconds": max(seconds),
        "held_bytes": statistics.median(one.held for one in made),
        "file_bytes": made[-1].file.stat().st_size,
        "verdict": _verdict(prepared, made[-1].file),
    }


def _verdict(prepared: Prepared, file: Path) -> dict[str, Any]:
    """Whether our scorer gives pyfunc's answers from the very file."""
    dataset = prepared.model.dataset
    frame = load_rows(dataset, ROWS)
    rows = rows_of(prepared.model, ROWS)
    rowfile.write(rows, frame, dataset)
    worker = workers.Worker("exported", workers.java("penstock", "PenstockRows", file, rows))
    worker.run()
    answers = worker.answers()
    worker.close()
    return judge(oracle.expected(prepared, frame), answers).data()
