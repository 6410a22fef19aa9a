"""Scores a folder of CSV files as a stream into Delta: runs the SELECT of score.sql on it.

spark-submit --jars "$(penstock jar),DELTA JARS" score_sql.py --model DIR --input DIR ...
"""

from __future__ import annotations

from pathlib import Path

import stream_io
from pyspark.sql import SparkSession


def main() -> None:
    job = stream_io.options("Scores wines as a stream, in SQL.")
    spark = SparkSession.builder.appName("score-wines-sql").getOrCreate()
    stream_io.read(spark, job).createOrReplaceTempView("wines")

    select = Path(__file__).with_name("score.sql").read_text(encoding="utf-8")
    stream_io.run(spark, spark.sql(select, model=job.model), job)


if __name__ == "__main__":
    main()
