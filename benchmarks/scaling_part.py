"""How the cost of a row grows: with trees, depth and features on one core, and in Spark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import core_part, workers
from benchmarks.models import MODELS
from benchmarks.options import Options
from benchmarks.prepare import prepare
from benchmarks.scaling_models import CELLS, SCALING, SERIES, WIDE, rows_for
from benchmarks.spark_part import expect, in_spark

CORE_ENGINES = ("bundle", "batch")
SPARK_ENGINES = ("scan", "bundle")
SPARK_CELLS = 5 * CELLS
CORES = (1, 2)
CORES_MODELS = ("elasticnet", "forest")


def run(options: Options, say: Callable[[str], None]) -> dict[str, Any]:
    """The series on one core, wide models in Spark, and Spark on one core and two."""
    workers.build()
    return {
        "series": {
            title: [_on_one_core(name, options, say) for name in names]
            for title, names in SERIES.items()
        },
        "wide": _wide(options, say),
        "cores": _cores(options, say),
    }


def _on_one_core(name: str, options: Options, say: Callable[[str], None]) -> dict[str, Any]:
    model = SCALING[name]
    say(name)
    prepared = prepare(model, bundle_only=True)
    rows = rows_for(model, options.size.core_rows)
    return core_part.measure(prepared, rows, options.size.core_rounds, CORE_ENGINES)


def _wide(options: Options, say: Callable[[str], None]) -> list[dict[str, Any]]:
    rows = [rows_for(SCALING[name], options.size.spark_rows, SPARK_CELLS) for name in WIDE]
    for name, count in zip(WIDE, rows, strict=True):
        expect(prepare(SCALING[name], bundle_only=True), count)
    say("wide models in Spark")
    return in_spark(WIDE, rows, options.size.spark_rounds, 2, SPARK_ENGINES)


def _cores(options: Options, say: Callable[[str], None]) -> list[dict[str, Any]]:
    rows = options.size.spark_rows
    for name in CORES_MODELS:
        expect(prepare(MODELS[name]), rows)
    found = []
    for cores in CORES:
        say(f"Spark, local[{cores}]")
        counts = [rows] * len(CORES_MODELS)
        rounds = options.size.spark_rounds
        found += in_spark(CORES_MODELS, counts, rounds, cores, SPARK_ENGINES)
    return found
