"""What the PySpark and the SQL job share: the command line, the source, the sink."""

from __future__ import annotations

import argparse

from pyspark.sql import DataFrame, SparkSession
from two_tables import TwoTables
from wines import FEATURES

MALFORMED = "the line does not fit the columns of the file"


def options(description: str) -> argparse.Namespace:
    """The command line of a job; tables are paths of Delta tables."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", required=True, help="the folder that penstock export made")
    parser.add_argument("--input", required=True, help="the folder that the CSV files come to")
    parser.add_argument("--scored", required=True, help="the table of scored wines")
    parser.add_argument("--rejected", required=True, help="the table of rows without a score")
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument(
        "--features", choices=["string", "double"], default="string", help="as the model was logged"
    )
    parser.add_argument(
        "--trigger", default="available-now", help='available-now, once or such as "10 seconds"'
    )
    parser.add_argument("--max-files", type=int, default=1000, help="files in a batch at most")
    return parser.parse_args()


def read(spark: SparkSession, job: argparse.Namespace) -> DataFrame:
    """The CSV files as a stream. `line` holds a line that does not fit the schema, as it came."""
    features = ", ".join(f"`{name}` {job.features}" for name in FEATURES)
    return (
        spark.readStream.schema(f"row_id STRING, {features}, quality STRING, line STRING")
        .option("header", True)
        # A file whose columns stand in another order must fail, not be read under wrong names.
        .option("enforceSchema", False)
        .option("columnNameOfCorruptRecord", "line")
        .option("maxFilesPerTrigger", job.max_files)
        .csv(job.input)
    )


def run(spark: SparkSession, evaluated: DataFrame, job: argparse.Namespace) -> None:
    """Streams the evaluated rows to the two tables until the trigger has no more to do."""
    tables = TwoTables(spark, job.checkpoint, job.scored, job.rejected)
    triggers = {"available-now": {"availableNow": True}, "once": {"once": True}}
    (
        evaluated.writeStream.option("checkpointLocation", job.checkpoint)
        .trigger(**triggers.get(job.trigger, {"processingTime": job.trigger}))
        .foreachBatch(tables.append)
        .start()
        .awaitTermination()
    )
