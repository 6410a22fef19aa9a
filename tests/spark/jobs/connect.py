"""Scores through Spark Connect, where the client knows the functions by name only.

connect.py JAR MODEL; JAR may be "none". Prints one line of JSON: the answers, or the error.
"""

import json
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from penstock import spark as penstock_spark
from penstock.errors import PenstockError


def main(jar: str, model: str) -> None:
    builder = SparkSession.builder.remote("local[2]").config("spark.ui.enabled", "false")
    if jar != "none":
        builder = builder.config("spark.jars", jar)
    spark = builder.getOrCreate()
    wines = spark.sql(
        "SELECT id, 6.1D + id AS `fixed acidity`, 7.5D AS sugar, 3.2D AS pH FROM range(3)"
    )
    calls = {
        "function": lambda: penstock_spark.ml_predict(model),
        "columns": lambda: penstock_spark.ml_predict(model, "pH", "fixed acidity", "sugar"),
        "alias": lambda: penstock_spark.ml_predict(
            model, "pH", "sugar", (F.col("id") + 6.1).alias("fixed acidity")
        ),
        "expression": lambda: F.expr(f"ml_predict('{model}', *)"),
        "score": lambda: penstock_spark.ml_score(model).getField("prediction"),
        "missing column": lambda: penstock_spark.ml_predict(model, "pH"),
        "missing model": lambda: penstock_spark.ml_predict("/no/such/export"),
        "refused row": lambda: penstock_spark.ml_predict(
            model, "pH", "sugar", F.expr("double('infinity')").alias("fixed acidity")
        ),
        "register": lambda: penstock_spark.register(spark) or F.lit(1.0),
    }
    answers = {}
    for name, call in calls.items():
        try:
            answers[name] = [row[0] for row in wines.orderBy("id").select(call()).collect()]
        except PySparkException as error:
            answers[name] = [type(error).__name__, error.getCondition(), str(error)]
        except PenstockError as error:
            answers[name] = [type(error).__name__, None, str(error)]
    print(json.dumps(answers), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
