package wine

import io.penstock.spark.functions.ml_score
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.apache.spark.sql.functions.{coalesce, col, lit, when}

/**
 * Scores a folder of CSV files as a stream: wines with their predicted quality go to one Delta
 * table, rows that cannot be scored to another, with the reason.
 */
object ScoreWines {

  def main(args: Array[String]): Unit = {
    val options = Options.parse(args)
    val spark = SparkSession.builder().appName("score-wines").getOrCreate()
    val wines = read(spark, options)
    val tables = new TwoTables(options.checkpoint, options.scored, options.rejected)

    evaluate(wines, options.model).writeStream
      .option("checkpointLocation", options.checkpoint)
      .trigger(options.trigger)
      .foreachBatch((batch: DataFrame, batchId: Long) => tables.append(batch, batchId))
      .start()
      .awaitTermination()
  }

  private def read(spark: SparkSession, options: Options): DataFrame =
    spark.readStream
      .schema(Wines.schema(options.features))
      .option("header", "true")
      // A file whose columns stand in another order must fail, not be read under wrong names.
      .option("enforceSchema", "false")
      .option("columnNameOfCorruptRecord", Wines.Line)
      .option("maxFilesPerTrigger", options.maxFiles)
      .csv(options.input)

  /** Adds `prediction`, `model_version` and `reason`, which is NULL for a row that is scored. */
  private def evaluate(wines: DataFrame, model: String): DataFrame = {
    val malformed = when(col(Wines.Line).isNotNull, lit(Wines.Malformed))
    wines
      .select(col("*"), ml_score(model, col("*")).as("score"))
      .select(
        wines.columns.map(name => col(s"`$name`")) ++ Seq(
          col("score.prediction"),
          col("score.model_version"),
          coalesce(malformed, col("score.error")).as("reason")): _*)
  }
}
