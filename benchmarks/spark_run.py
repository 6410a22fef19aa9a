"""Models in one Spark session: the process that the orchestrator starts."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.sql import DataFrame, SparkSession

from benchmarks import spark_engines as engines
from benchmarks.check import Expected, Verdict, judge, judge_total
from benchmarks.data import rows_file
from benchmarks.models import MODELS
from benchmarks.oracle import expected_file
from benchmarks.prepare import Prepared, prepare
from benchmarks.scaling_models import SCALING
from benchmarks.timing import interleave, warm_up

ENGINES = ("scan", "sql", "bundle", "pmml", "udf", "jpmml")
HEAP = "4g"


def session(cores: int, with_jpmml: bool = False) -> SparkSession:
    """A local session with the jar; JPMML's jars go first, for Spark brings an older part of it."""
    import penstock.spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{cores}]").appName("penstock-bench")
    settings = {
        "spark.jars": penstock.spark.jar(),
        "spark.ui.enabled": "false",
        "spark.driver.memory": HEAP,
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    if with_jpmml:
        import jpmml_evaluator_pyspark

        jars = jpmml_evaluator_pyspark.spark_jars().split(",")
        settings["spark.driver.extraClassPath"] = ":".join(jars)
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def choose(
    spark: SparkSession, prepared: Prepared, wanted: list[str]
) -> dict[str, engines.SparkEngine]:
    """The engines that were asked for and that can score the model."""
    made = {}
    if "sql" in wanted and prepared.model.name == "elasticnet":
        made["sql"] = engines.expression(prepared)
    for name, format_ in (("bundle", "mleap"), ("pmml", "pmml")):
        if name in wanted:
            made[name] = engines.penstock(prepared, format_)
    if "udf" in wanted:
        made["udf"] = engines.pyfunc_udf(spark, prepared)
    if "jpmml" in wanted:
        made["jpmml"] = engines.jpmml(spark, prepared)
    return made


def check(engine: engines.SparkEngine, rows: DataFrame, expected: Expected) -> Verdict:
    """Every answer against pyfunc's. It is the first run of the engine, and warms it up too."""
    answers = engine.answers(rows).toPandas()
    ids = answers["id"].to_numpy()
    if not np.array_equal(np.sort(ids), np.arange(len(expected.answers))):
        return judge(expected, np.empty(0))
    found = np.empty(len(ids))
    found[ids] = answers["p"].to_numpy(dtype=float, na_value=np.nan)
    return judge(expected, found)


def run_model(
    spark: SparkSession, prepared: Prepared, rows: int, rounds: int, wanted: list[str]
) -> dict[str, Any]:
    """The result of one model, as the report reads it."""
    right = Expected.load(expected_file(prepared.model, rows))
    frame = spark.read.parquet(str(rows_file(prepared.model.dataset, rows)))
    made = choose(spark, prepared, wanted)
    verdicts, slow = {}, set()
    for name, engine in made.items():
        start = time.perf_counter()
        verdicts[name] = check(engine, frame, right)
        if time.perf_counter() - start > 5:
            slow.add(name)  # and warm
    if "udf" in made:
        engines.tune(spark, made["udf"], frame)
    problems: dict[str, str] = {}

    def timed(name: str) -> float:
        seconds, count, total = made[name].run(spark, frame)
        problems[name] = problems.get(name) or judge_total(right, count, total)
        return seconds

    runs = {name: (lambda name=name: timed(name)) for name in made}
    if "scan" in wanted:
        columns = prepared.model.dataset.columns
        runs = {"scan": lambda: engines.scan(frame, columns), **runs}
    warm_up({name: once for name, once in runs.items() if name not in slow})
    samples = interleave(runs, rows, rounds)
    results: dict[str, Any] = {}
    for name, sample in samples.items():
        results[name] = {"title": "bare scan" if name == "scan" else made[name].name}
        results[name] |= sample.data()
        if name in made:
            verdict = verdicts[name].data()
            if problems[name]:
                verdict |= {"right": False, "text": f"WRONG: {problems[name]}"}
            results[name] |= {"verdict": verdict, "settings": made[name].settings}
    return {
        "model": prepared.model.name,
        "title": prepared.model.title,
        "cores": int(spark.sparkContext.defaultParallelism),
        "rows": rows,
        "partitions": frame.rdd.getNumPartitions(),
        "heap": HEAP,
        "engines": results,
    }


def main() -> None:
    known = MODELS | SCALING
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", nargs="+", choices=known, required=True)
    parser.add_argument("--rows", nargs="+", type=int, required=True, help="of each model")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    spark = session(given.cores, "jpmml" in given.engines)
    results = [
        run_model(spark, prepare(known[name], name in SCALING), rows, given.rounds, given.engines)
        for name, rows in zip(given.models, given.rows, strict=True)
    ]
    spark.stop()
    given.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
