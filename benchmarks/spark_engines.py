"""The engines inside Spark: each gives a DataFrame with its answer to every row.

All are timed alike, by ``SELECT count(p), sum(p)`` over their answers ``p``, which Spark computes
over the rows of the same Parquet files. The bare scan counts the values of the same columns: they
are read and decoded, nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmarks.prepare import Prepared, load_native

BATCHES = (10_000, 50_000, 200_000)
_BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"


@dataclass
class SparkEngine:
    """``answers`` adds a column ``p`` to the rows; ``settings`` are what it was tuned to."""

    name: str
    answers: Callable[[DataFrame], DataFrame]
    settings: dict[str, Any] = field(default_factory=dict)

    def run(self, spark: SparkSession, rows: DataFrame) -> tuple[float, int, float]:
        """Seconds, the number of answers, and their sum. A new query each time: Spark would
        take the exchange of one that ran before.
        """
        if _BATCH in self.settings:
            spark.conf.set(_BATCH, self.settings[_BATCH])
        start = time.perf_counter()
        query = self.answers(rows).agg(F.count("p"), F.sum("p"))
        ((count, total),) = query.collect()
        return time.perf_counter() - start, count, float(total)


def scan(rows: DataFrame, columns: tuple[str, ...]) -> float:
    """Seconds to read the columns, and nothing else."""
    start = time.perf_counter()
    rows.agg(*[F.count(name) for name in columns]).collect()
    return time.perf_counter() - start


def expression(prepared: Prepared) -> SparkEngine:
    """The linear model as a person writes it into SQL."""
    native = load_native(prepared)
    terms = [
        f"{weight!r}D * {name}"
        for weight, name in zip(native.coef_.tolist(), prepared.model.dataset.columns, strict=True)
    ]
    sql = " + ".join([*terms, f"{float(native.intercept_)!r}D"])
    return SparkEngine("SQL expression", lambda rows: rows.selectExpr("id", f"{sql} AS p"))


def penstock(prepared: Prepared, format_: str) -> SparkEngine:
    """``ml_predict`` of one file of the export."""
    file = prepared.file(format_)
    call = f"ml_predict('{file}', * EXCEPT (id)) AS p"
    return SparkEngine(f"Penstock, {file.name}", lambda rows: rows.selectExpr("id", call))


def pyfunc_udf(spark: SparkSession, prepared: Prepared) -> SparkEngine:
    """MLflow's own, in the batches that ``tune`` finds best; models are logged with n_jobs=1."""
    import mlflow

    udf = mlflow.pyfunc.spark_udf(
        spark,
        prepared.uri,
        result_type="long" if prepared.model.label else "double",
        env_manager="local",
    )
    struct = F.struct(*prepared.model.dataset.columns)
    return SparkEngine(
        "mlflow.pyfunc.spark_udf",
        lambda rows: rows.select("id", udf(struct).alias("p")),
        {_BATCH: BATCHES[0], "n_jobs": 1},
    )


def tune(spark: SparkSession, engine: SparkEngine, rows: DataFrame) -> None:
    """Sets the Arrow batch size of three that was fastest, by one run each."""
    seconds = {}
    for batch in BATCHES:
        engine.settings[_BATCH] = batch
        seconds[batch] = engine.run(spark, rows)[0]
    engine.settings[_BATCH] = min(seconds, key=seconds.__getitem__)
    engine.settings["tried"] = {str(batch): round(value, 3) for batch, value in seconds.items()}


def jpmml(spark: SparkSession, prepared: Prepared) -> SparkEngine:
    """jpmml-evaluator-spark, on the PMML that Penstock wrote. AGPL-3.0: a peer, nothing else."""
    from jpmml_evaluator_pyspark import FlatPMMLTransformer

    jvm = spark._jvm
    builder = jvm.org.jpmml.evaluator.LoadingModelEvaluatorBuilder()
    evaluator = builder.load(jvm.java.io.File(str(prepared.file("pmml")))).build()
    evaluator.verify()
    transformer = FlatPMMLTransformer(evaluator)
    target = evaluator.getTargetFields()[0].getName()

    def answers(rows: DataFrame) -> DataFrame:
        scored = transformer.transform(rows)
        name = target if target in scored.columns else scored.columns[-2]
        return scored.select("id", F.col(f"`{name}`").cast("double").alias("p"))

    return SparkEngine("jpmml-evaluator-spark", answers)
