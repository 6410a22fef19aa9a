package io.penstock.spark

import org.apache.spark.sql.Column
import org.apache.spark.sql.functions.{call_function, lit}

/**
 * The functions for DataFrames: `df.withColumn("quality", ml_predict("/models/wine", $"*"))`.
 * Columns bind by name; a name can be given with `as`.
 */
object functions {

  /** The model's prediction; the query fails on a row that the model cannot score. */
  @scala.annotation.varargs
  def ml_predict(model: String, columns: Column*): Column = call(Predict, model, columns)

  /** The model's prediction, or NULL for a row that the model cannot score. */
  @scala.annotation.varargs
  def try_ml_predict(model: String, columns: Column*): Column = call(TryPredict, model, columns)

  /** The probability of each class, in the order of the model's classes. */
  @scala.annotation.varargs
  def ml_predict_proba(model: String, columns: Column*): Column =
    call(PredictProba, model, columns)

  /** A struct of prediction, probability, error and model_version, from one evaluation. */
  @scala.annotation.varargs
  def ml_score(model: String, columns: Column*): Column = call(Score, model, columns)

  private def call(function: ModelFunction, model: String, columns: Seq[Column]): Column =
    call_function(function.name, lit(model) +: columns: _*)
}
