package wine

import org.apache.hadoop.fs.Path
import org.apache.spark.sql.{DataFrame, SparkSession}

/**
 * Appends micro-batches to the tables of scored and of rejected rows. Each row arrives in one of
 * them, once, whenever the job is killed and however often Spark repeats a batch.
 */
final class TwoTables(checkpoint: String, scored: String, rejected: String) {

  /** The checkpoint's own id: with another checkpoint it is another query, counting from 0 again. */
  private lazy val query: String =
    SparkSession.active.read.json(s"$checkpoint/metadata").head().getAs[String]("id")

  def append(batch: DataFrame, batchId: Long): Unit = {
    val spark = batch.sparkSession
    val folder = new Path(checkpoint, s"evaluated/$query/$batchId")
    val files = folder.getFileSystem(spark.sparkContext.hadoopConfiguration)

    // What the first attempt decided must stand. Were a repeated batch evaluated anew, by a model
    // that was changed between, a row might go to both tables or to none.
    if (!files.exists(new Path(folder, "_SUCCESS"))) {
      batch.write.mode("overwrite").parquet(folder.toString)
    }
    val evaluated = spark.read.schema(batch.schema).parquet(folder.toString)

    appendOnce(evaluated.where("reason IS NULL").drop("reason", Wines.Line), scored, batchId)
    appendOnce(evaluated.where("reason IS NOT NULL").drop("prediction"), rejected, batchId)
    files.delete(folder, true)
  }

  /** Delta leaves out a batch that it has already committed for the same application. */
  private def appendOnce(rows: DataFrame, table: String, batchId: Long): Unit =
    rows.write
      .format("delta")
      .mode("append")
      .option("txnAppId", s"$query $table")
      .option("txnVersion", batchId)
      .option("delta.columnMapping.mode", "name") // the columns' names hold blanks
      .save(table)
}
