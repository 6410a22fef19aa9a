"""The comparison outside Spark: every engine on the same one core, asked in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import oracle, rowfile, workers
from benchmarks.check import Expected, judge
from benchmarks.core_engines import ENGINES, rows_of
from benchmarks.data import load_rows
from benchmarks.models import MODELS
from benchmarks.options import Options
from benchmarks.prepare import Prepared, prepare
from benchmarks.timing import interleave, warm_up


def run(options: Options, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """One result for each model."""
    say("build the JVM workers")
    workers.build()
    results = []
    for name in options.models:
        say(f"{name}: one core, {' '.join(options.core_engines)}")
        prepared = prepare(MODELS[name])
        wanted = [engine for engine in options.core_engines if name in ENGINES[engine].models]
        results.append(measure(prepared, options.size.core_rows, options.size.core_rounds, wanted))
    return results


def measure(prepared: Prepared, rows: int, rounds: int, engines: Sequence[str]) -> dict[str, Any]:
    """The result of one model. An engine that cannot score it is named with the reason."""
    model = prepared.model
    frame = load_rows(model.dataset, rows)
    rowfile.write(rows_of(model, rows), frame, model.dataset)
    expected = oracle.expected(prepared, frame)
    started: dict[str, workers.Worker] = {}
    first: dict[str, float] = {}
    failed: dict[str, str] = {}
    for name in engines:
        try:
            worker = workers.Worker(f"{name}-{model.name}", ENGINES[name].command(prepared, rows))
            first[name] = worker.run()
            started[name] = worker
        except workers.BenchError as error:
            failed[name] = str(error).splitlines()[0]
    warm_up({name: worker.run for name, worker in started.items() if first[name] < 3})
    samples = interleave({name: worker.run for name, worker in started.items()}, rows, rounds)
    results = {
        name: {
            "title": ENGINES[name].title,
            **samples[name].data(),
            **_judged(name, worker, expected),
        }
        for name, worker in started.items()
    }
    for worker in started.values():
        worker.close()
    return {
        "model": model.name,
        "title": model.title,
        "rows": rows,
        "engines": results,
        "failed": {ENGINES[name].title: why for name, why in failed.items()},
    }


def _judged(name: str, worker: workers.Worker, expected: Expected) -> dict[str, Any]:
    precision = ENGINES[name].precision
    verdict = judge(expected, worker.answers(), precision)
    return {
        "verdict": verdict.data(),
        "precision": precision,
        "excuse": ENGINES[name].excuse,
    }
