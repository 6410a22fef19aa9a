"""A session that began without the jar, as in a notebook.

notebook.py MODEL; prints one line of JSON: the error of a call, then the answer after register.
"""

import json
import sys

from pyspark.sql import SparkSession

from penstock import spark as penstock_spark
from penstock.errors import JarError


def main(model: str) -> None:
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    wines = spark.sql("SELECT 6.1D AS `fixed acidity`, 7.5D AS sugar, 3.2D AS pH FROM range(2)")
    try:
        penstock_spark.ml_predict(model)
        error = None
    except JarError as caught:
        error = str(caught)
    penstock_spark.register(spark)
    penstock_spark.register(spark)
    rows = wines.repartition(2).select(penstock_spark.ml_predict(model)).collect()
    print(json.dumps({"error": error, "answers": [row[0] for row in rows]}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
