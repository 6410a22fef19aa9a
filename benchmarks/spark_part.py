"""The comparison inside Spark: a process, and so a JVM, for each model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import oracle
from benchmarks.data import load_rows
from benchmarks.models import MODELS
from benchmarks.options import Options
from benchmarks.places import BUILD
from benchmarks.prepare import Prepared, prepare
from benchmarks.processes import python


def run(options: Options, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """One result for each model."""
    rows, rounds = options.size.spark_rows, options.size.spark_rounds
    results = []
    for name in options.models:
        say(f"{name}: fit, register, export, ask pyfunc for {rows:,} answers")
        prepared = prepare(MODELS[name])
        expect(prepared, rows)
        say(f"{name}: Spark, {' '.join(options.engines)}")
        results += in_spark([name], [rows], rounds, 2, options.engines)
    return results


def expect(prepared: Prepared, rows: int) -> None:
    """Leaves pyfunc's answers where the process that runs Spark looks for them."""
    answers = oracle.expected(prepared, load_rows(prepared.model.dataset, rows))
    answers.save(oracle.expected_file(prepared.model, rows))


def in_spark(
    models: Sequence[str], rows: Sequence[int], rounds: int, cores: int, engines: Sequence[str]
) -> list[dict[str, Any]]:
    """The results of models of which each is to score so many rows, in one session."""
    out = BUILD / "parts" / f"spark-{models[0]}-{cores}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    python(
        "benchmarks.spark_run", "--models", *models, "--rows", *rows, "--rounds", rounds,
        "--cores", cores, "--out", out, "--engines", *engines,
    )  # fmt: skip
    return json.loads(out.read_text())
