"""Scores where executors are processes of their own and the model's folder is gone.

spark-submit ... cluster.py ROWS.json MODEL...; prints one line of JSON: the number of executors,
then for each model the answers in the order of the rows.
"""

import json
import shutil
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def main(rows_file: str, models: list[str]) -> None:
    rows = json.loads(Path(rows_file).read_text())
    spark = SparkSession.builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    columns = "id INT, `fixed acidity` DOUBLE, sugar DOUBLE, pH DOUBLE"
    frame = spark.createDataFrame([(i, *row) for i, row in enumerate(rows)], columns)
    frame = frame.repartition(8, "id")
    results = []
    for model in models:
        scores = frame.select("id", F.expr(f"ml_predict('{model}', *)").alias("p"))
        shutil.rmtree(model)  # after analysis, before any task
        answers = [[row.p for row in scores.orderBy("id").collect()] for _ in range(2)]
        assert answers[0] == answers[1]
        results.append(answers[0])
    processes = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size()  # with the driver's
    print(json.dumps({"executors": processes - 1, "answers": results}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
