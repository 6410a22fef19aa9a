"""Appends micro-batches to the tables of scored and of rejected rows, each row once."""

from __future__ import annotations

from functools import cached_property

from pyspark.sql import DataFrame, SparkSession


class TwoTables:
    """What `foreachBatch` calls: each row arrives in one of two Delta tables, once, whenever the
    job is killed and however often Spark repeats a batch.

    A batch has the columns `line`, `prediction`, `model_version` and `reason` beside the input's;
    `reason` is NULL for a row that was scored.
    """

    def __init__(self, spark: SparkSession, checkpoint: str, scored: str, rejected: str):
        self._spark, self._checkpoint = spark, checkpoint
        self._scored, self._rejected = scored, rejected

    def append(self, batch: DataFrame, batch_id: int) -> None:
        hadoop = self._spark._jvm.org.apache.hadoop.fs
        folder = f"{self._checkpoint}/evaluated/{self._query}/{batch_id}"
        files = hadoop.Path(folder).getFileSystem(self._spark._jsc.hadoopConfiguration())

        # What the first attempt decided must stand. Were a repeated batch evaluated anew, by a
        # model that was changed between, a row might go to both tables or to none.
        if not files.exists(hadoop.Path(folder, "_SUCCESS")):
            batch.write.mode("overwrite").parquet(folder)
        evaluated = self._spark.read.schema(batch.schema).parquet(folder)

        scored = evaluated.where("reason IS NULL").drop("reason", "line")
        rejected = evaluated.where("reason IS NOT NULL").drop("prediction")
        self._append_once(scored, self._scored, batch_id)
        self._append_once(rejected, self._rejected, batch_id)
        files.delete(hadoop.Path(folder), True)

    def _append_once(self, rows: DataFrame, table: str, batch_id: int) -> None:
        """Delta leaves out a batch that it has already committed for the same application."""
        (
            rows.write.format("delta")
            .mode("append")
            .option("txnAppId", f"{self._query} {table}")
            .option("txnVersion", batch_id)
            .option("delta.columnMapping.mode", "name")  # the columns' names hold blanks
            .save(table)
        )

    @cached_property
    def _query(self) -> str:
        """The checkpoint's own id: with another checkpoint it is another query, from batch 0 on."""
        return self._spark.read.json(f"{self._checkpoint}/metadata").first()["id"]
