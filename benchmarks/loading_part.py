"""From a file to the first verified score, in fresh JVMs, and the memory that the model holds."""

from __future__ import annotations

import statistics
import subprocess
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import oracle, rowfile, workers
from benchmarks.check import Expected, judge
from benchmarks.core_engines import rows_of
from benchmarks.data import load_rows
from benchmarks.models import MODELS
from benchmarks.options import Options
from benchmarks.places import ROOT
from benchmarks.prepare import Prepared, load_native, prepare
from benchmarks.processes import BenchError

MODEL = "boosting"
ROWS = 1
INNER_BYTES = 8 + 4 + 2 * 4  # a threshold, a feature, two children
LEAF_BYTES = 8
ENGINES = {
    "bundle": ("Penstock, bundle.zip", "penstock", "PenstockRows", "mleap"),
    "pmml": ("Penstock, model.pmml", "penstock", "PenstockRows", "pmml"),
    "mleap": ("MLeap runtime, bundle.zip", "mleap", "Mleap", "mleap"),
    "jpmml": ("JPMML, model.pmml", "jpmml", "Jpmml", "pmml"),
    "pmml4s": ("PMML4S, model.pmml", "pmml4s", "Pmml4s", "pmml"),
}


@dataclass(frozen=True)
class First:
    """What one fresh JVM said."""

    seconds: float
    answer: float
    held: int


def run(options: Options, say: Any) -> dict[str, Any]:
    """Seconds and bytes for each engine, on the model of 500 trees."""
    workers.build()
    prepared = prepare(MODELS[MODEL])
    frame = load_rows(prepared.model.dataset, ROWS)
    rowfile.write(rows_of(prepared.model, ROWS), frame, prepared.model.dataset)
    expected = oracle.expected(prepared, frame)
    say(f"{MODEL}: from the file to the first score")
    asked: dict[str, list[First]] = {name: [] for name in ENGINES}
    for _ in range(options.size.load_repeats):
        for name, (_, module, engine, format_) in ENGINES.items():
            asked[name].append(_first(prepared, module, engine, format_))
    bare = bare_bytes(load_native(prepared))
    return {
        "model": MODEL,
        "title": prepared.model.title,
        "bare_bytes": bare,
        "engines": {
            name: _summary(ENGINES[name][0], found, expected, bare) for name, found in asked.items()
        },
    }


def _first(prepared: Prepared, module: str, engine: str, format_: str) -> First:
    command = workers.java(
        module, engine, prepared.file(format_), rows_of(prepared.model, ROWS), "first"
    )
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    words = done.stdout.split()
    if done.returncode or len(words) != 3:
        raise BenchError(
            f"{engine} could not load {prepared.file(format_)}:\n{done.stderr[-2000:]}"
        )
    return First(int(words[0]) / 1e9, float(words[1]), int(words[2]))


def _summary(title: str, found: list[First], expected: Expected, bare: int) -> dict[str, Any]:
    seconds = [one.seconds for one in found]
    verdicts = [judge(expected, np.array([one.answer])) for one in found]
    verdict = next((verdict for verdict in verdicts if not verdict.right), verdicts[0])
    held = statistics.median(one.held for one in found)
    return {
        "title": title,
        "runs": len(found),
        "median_seconds": statistics.median(seconds),
        "fastest_seconds": min(seconds),
        "slowest_seconds": max(seconds),
        "held_bytes": held,
        "times_bare": held / bare,
        "verdict": verdict.data(),
    }


def bare_bytes(native: Any) -> int:
    """The least that the arrays of the trees' nodes take."""
    trees = [tree.tree_ for (tree,) in native.estimators_]
    leaves = sum(int(tree.n_leaves) for tree in trees)
    inner = sum(int(tree.node_count) for tree in trees) - leaves
    return inner * INNER_BYTES + leaves * LEAF_BYTES
