"""JMH: Penstock's kernels beside a plain loop over the same trees and rows, in one run."""

from __future__ import annotations

import json
import statistics
from typing import Any

from benchmarks import rowfile, workers
from benchmarks.core_engines import rows_of
from benchmarks.data import load_rows
from benchmarks.models import MODELS
from benchmarks.options import Options
from benchmarks.places import BUILD
from benchmarks.prepare import prepare
from benchmarks.processes import run as run_process
from penstock import jvm

ROWS = 65_536  # as in KernelBenchmark.java
TREES = ("forest", "boosting", "histogram")


def run(options: Options, say: Any) -> list[dict[str, Any]]:
    """Seconds a row for each kernel, for each of the models that are trees."""
    say("build the JVM workers")
    workers.build()
    return [_run(name, options, say) for name in options.models if name in TREES]


def _run(name: str, options: Options, say: Any) -> dict[str, Any]:
    prepared = prepare(MODELS[name])
    dataset = prepared.model.dataset
    rows = rows_of(prepared.model, ROWS)
    rowfile.write(rows, load_rows(dataset, ROWS), dataset)
    say(f"{name}: JMH")
    out = BUILD / "parts" / f"jmh-{name}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    size = options.size
    command = [
        str(jvm.find_java()), "-cp", workers.class_path("jmh"), "org.openjdk.jmh.Main",
        "-f", size.jmh_forks, "-wi", size.jmh_iterations, "-i", size.jmh_iterations,
        "-w", "1", "-r", "1", "-foe", "true",
        "-p", f"pmml={prepared.file('pmml')}", "-p", f"rowsFile={rows}",
        "-jvmArgs", " ".join((*workers.OPTIONS, *workers.VECTORS)), "-rf", "json", "-rff", out,
    ]  # fmt: skip
    run_process(workers.pinned([str(word) for word in command]), BUILD / f"jmh-{name}.log")
    return {
        "model": name,
        "title": prepared.model.title,
        "rows": ROWS,
        "engines": {
            found["benchmark"].rpartition(".")[2]: _read(found)
            for found in json.loads(out.read_text())
        },
    }


def _read(found: dict[str, Any]) -> dict[str, Any]:
    """The median and the ends of all iterations of all forks."""
    metric = found["primaryMetric"]
    values = [value / 1e9 for fork in metric["rawData"] for value in fork]
    return {
        "median_seconds": statistics.median(values),
        "fastest_seconds": min(values),
        "slowest_seconds": max(values),
    }
