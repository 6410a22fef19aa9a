"""The comparison inside Spark: a process, and so a JVM, for each model."""

from __future__ import annotations

import json
from typing import Any

from benchmarks import oracle
from benchmarks.data import load_rows
from benchmarks.models import MODELS, Model
from benchmarks.options import Options
from benchmarks.places import BUILD, EXPECTED
from benchmarks.prepare import prepare
from benchmarks.processes import python


def run(options: Options, say: Any) -> list[dict[str, Any]]:
    """One result for each model."""
    return [
        run_model(MODELS[name], options.size.spark_rows, options.size.spark_rounds, options, say)
        for name in options.models
    ]


def run_model(model: Model, rows: int, rounds: int, options: Options, say: Any) -> dict[str, Any]:
    say(f"{model.name}: fit, register, export")
    prepared = prepare(model)
    say(f"{model.name}: ask pyfunc for {rows:,} answers")
    right = EXPECTED / f"{model.name}-{rows}.npz"
    oracle.expected(prepared, load_rows(model.dataset, rows)).save(right)
    say(f"{model.name}: Spark, {' '.join(options.engines)}")
    out = BUILD / "parts" / f"spark-{model.name}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    python(
        "benchmarks.spark_run", "--model", model.name, "--expected", right, "--rows", rows,
        "--rounds", rounds, "--out", out, "--engines", *options.engines,
    )  # fmt: skip
    return json.loads(out.read_text())
