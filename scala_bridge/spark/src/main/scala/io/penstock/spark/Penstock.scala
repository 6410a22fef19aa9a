package io.penstock.spark

import io.penstock.PenstockException
import org.apache.spark.sql.{classic, functions => spark_functions, SparkSession}
import org.apache.spark.sql.expressions.UserDefinedFunction
import org.apache.spark.sql.internal.SQLConf

/** Penstock in code. In queries there is nothing to call: the functions are there by name. */
object Penstock {

  /**
   * A function of one struct column that gives what `ml_predict` gives, on Spark's public API
   * only: `df.withColumn("quality", Penstock.udf("/models/wine")(struct($"*")))`.
   *
   * `ml_predict` is faster and finds missing columns when the query is analysed; this one when the
   * first row arrives.
   *
   * @param model the path of an export on this machine
   * @throws org.apache.spark.sql.AnalysisException if there is no model, or it is not sound
   */
  def udf(model: String): UserDefinedFunction =
    try {
      val handle = ModelReference.resolve(model)
      val resultType = Predict.resultType(model, handle.model.scorer.output)
      val caseSensitive = SQLConf.get.caseSensitiveAnalysis
      spark_functions
        .udf(new RowUdf(handle, resultType, caseSensitive), resultType)
        .withName(Predict.name)
    } catch {
      case e: PenstockException => throw Errors.analysis(e)
    }

  /**
   * Registers `ml_predict` and its kin in a session that began before the jar was on its class
   * path, as in a notebook. A session that begins with the jar has them.
   */
  def register(spark: SparkSession): Unit = {
    val registry = spark.asInstanceOf[classic.SparkSession].sessionState.functionRegistry
    ModelFunction.all.foreach { function =>
      val (name, info, build) = FunctionBuilder.description(function)
      registry.registerFunction(name, info, build)
    }
  }
}
