"""A stream scores with the function, and with the model that lay there when it began."""

from __future__ import annotations

import shutil

from pyspark.sql import functions as F

from tests.spark.rows import same, table

FIRST = [(6.1, 7.5, 3.2), (12.0, 60.0, 3.8)]
SECOND = [(4.2, 0.9, 2.9), (None, 1.0, 3.0)]


def run(spark, query, checkpoint, target):
    (
        query.writeStream.format("parquet")
        .option("checkpointLocation", str(checkpoint))
        .option("path", str(target))
        .trigger(availableNow=True)
        .start()
        .awaitTermination()
    )
    return [row.p for row in spark.read.parquet(str(target)).orderBy("row number").collect()]


def test_a_stream_of_files(spark, model, tmp_path):
    forest = model("forest")
    landing = tmp_path / "landing"
    for number, rows in enumerate((FIRST, SECOND)):
        part = table(spark, forest, rows).withColumn("row number", F.col("row number") + 2 * number)
        part.coalesce(1).write.mode("append").csv(str(landing), nullValue="")
    schema = table(spark, forest, FIRST).schema
    lines = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).csv(str(landing))
    scored = lines.select("row number", F.expr(f"ml_predict('{forest.path}', *)").alias("p"))
    nan = float("nan")
    expected = forest.answers([*FIRST, SECOND[0], (nan, 1.0, 3.0)])
    same(expected, run(spark, scored, tmp_path / "checkpoint", tmp_path / "target"))


def test_a_running_stream_keeps_its_model(spark, model, tmp_path):
    """The folder is gone before the first batch; the plan holds what analysis read there."""
    forest = model("forest")
    export = shutil.copytree(forest.path, tmp_path / "export")
    landing = tmp_path / "landing"
    table(spark, forest, FIRST).write.parquet(str(landing))
    lines = spark.readStream.schema(table(spark, forest, FIRST).schema).parquet(str(landing))
    scored = lines.select("row number", F.expr(f"ml_predict('{export}', *)").alias("p"))
    shutil.rmtree(export)
    same(forest.answers(FIRST), run(spark, scored, tmp_path / "checkpoint", tmp_path / "target"))


def test_good_and_bad_rows_part_in_foreach_batch(spark, model, tmp_path):
    """Both sides come from one evaluation, so that each row is on exactly one of them."""
    linear = model("linear")
    rows = [("6.1", "7.5", "3.2"), ("6.1", "many", "3.2"), ("6.1", "1_0", "3.2"), ("", "1", "3")]
    table(spark, linear, rows).write.parquet(str(tmp_path / "landing"))
    lines = spark.readStream.schema(table(spark, linear, rows).schema)
    scored = lines.parquet(str(tmp_path / "landing")).select(
        "row number", F.expr(f"ml_score('{linear.path}', *)").alias("score")
    )

    def split(batch, _):
        batch.persist()
        good = batch.where("score.error IS NULL").selectExpr(
            "`row number`", "score.prediction AS p"
        )
        good.write.mode("append").parquet(str(tmp_path / "good"))
        bad = batch.where("score.error IS NOT NULL").selectExpr("`row number`", "score.error")
        bad.write.mode("append").parquet(str(tmp_path / "bad"))
        batch.unpersist()

    stream = scored.writeStream.foreachBatch(split).trigger(availableNow=True)
    stream.option("checkpointLocation", str(tmp_path / "checkpoint")).start().awaitTermination()
    good = spark.read.parquet(str(tmp_path / "good")).orderBy("row number").collect()
    bad = spark.read.parquet(str(tmp_path / "bad")).orderBy("row number").collect()
    assert [row[0] for row in good] == [0, 2]
    same(linear.answers([rows[0], rows[2]]), [row.p for row in good])
    assert [row[0] for row in bad] == [1, 3]
    assert "sugar" in bad[0].error and "many" in bad[0].error
