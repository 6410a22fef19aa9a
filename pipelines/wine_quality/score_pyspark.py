"""Scores a folder of CSV files as a stream into Delta: the job in PySpark.

spark-submit --jars "$(penstock jar),DELTA JARS" score_pyspark.py --model DIR --input DIR ...
"""

from __future__ import annotations

import stream_io
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from penstock.spark import ml_score


def main() -> None:
    job = stream_io.options("Scores wines as a stream, in PySpark.")
    spark = SparkSession.builder.appName("score-wines-pyspark").getOrCreate()
    wines = stream_io.read(spark, job)

    malformed = F.when(F.col("line").isNotNull(), F.lit(stream_io.MALFORMED))
    evaluated = wines.select("*", ml_score(job.model, "*").alias("score")).select(
        *(F.col(f"`{name}`") for name in wines.columns),
        "score.prediction",
        "score.model_version",
        F.coalesce(malformed, "score.error").alias("reason"),
    )
    stream_io.run(spark, evaluated, job)


if __name__ == "__main__":
    main()
