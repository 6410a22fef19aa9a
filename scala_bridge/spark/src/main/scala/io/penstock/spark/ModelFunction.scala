package io.penstock.spark

import io.penstock.ErrorClass.{FORMAT_UNSUPPORTED, SCHEMA_MISMATCH}
import io.penstock.PenstockException
import io.penstock.score.{OutputType, ValueType}
import org.apache.spark.sql.types._

/** What a function does with a row that the model cannot score. */
private[spark] sealed trait OnRefusal extends Serializable
private[spark] case object FailQuery extends OnRefusal
private[spark] case object GiveNull extends OnRefusal
private[spark] case object GiveReason extends OnRefusal

/** One SQL function over a model: its name, what it gives, and what it does with bad rows. */
private[spark] sealed abstract class ModelFunction(
    val name: String,
    val onRefusal: OnRefusal,
    val usage: String)
    extends Serializable {

  /** The type of the result for a model with this output, or why there is none. */
  def resultType(model: String, output: OutputType): DataType
}

private[spark] case object Predict
    extends ModelFunction(
      "ml_predict",
      FailQuery,
      "_FUNC_(model, column, ...) - The model's prediction; fails on a row it cannot score.") {
  override def resultType(model: String, output: OutputType): DataType =
    ModelFunction.predictionType(model, output)
}

private[spark] case object TryPredict
    extends ModelFunction(
      "try_ml_predict",
      GiveNull,
      "_FUNC_(model, column, ...) - The model's prediction; NULL for a row it cannot score.") {
  override def resultType(model: String, output: OutputType): DataType =
    ModelFunction.predictionType(model, output)
}

private[spark] case object PredictProba
    extends ModelFunction(
      "ml_predict_proba",
      FailQuery,
      "_FUNC_(model, column, ...) - The probability of each class, in the order of the model's " +
        "classes; fails on a row it cannot score.") {
  override def resultType(model: String, output: OutputType): DataType =
    if (output.probabilities) ModelFunction.doubles
    else {
      throw new PenstockException(
        SCHEMA_MISMATCH,
        s"""model "$model" gives no class probabilities; use ml_predict instead of $name""")
    }
}

private[spark] case object Score
    extends ModelFunction(
      "ml_score",
      GiveReason,
      "_FUNC_(model, column, ...) - A struct of prediction, probability, error (the reason why " +
        "a row cannot be scored, or NULL) and model_version, from one evaluation.") {
  override def resultType(model: String, output: OutputType): DataType =
    new StructType()
      .add("prediction", ModelFunction.predictionType(model, output))
      .add("probability", ModelFunction.doubles)
      .add("error", StringType)
      .add("model_version", StringType)
}

private[spark] object ModelFunction {
  val all: Seq[ModelFunction] = Seq(Predict, TryPredict, PredictProba, Score)

  val doubles = ArrayType(DoubleType, containsNull = false)

  def predictionType(model: String, output: OutputType): DataType =
    if (!output.array) {
      output.`type` match {
        case ValueType.DOUBLE => DoubleType
        case ValueType.LONG => LongType
        case ValueType.STRING => StringType
        case ValueType.BOOLEAN => BooleanType
      }
    } else if (output.`type` == ValueType.DOUBLE) doubles
    else if (output.`type` == ValueType.LONG) ArrayType(LongType, containsNull = false)
    else {
      throw new PenstockException(
        FORMAT_UNSUPPORTED,
        s"""model "$model" gives several ${output.`type`} values for a row, and here several """ +
          "outputs must be numbers; export one model for each output")
    }
}
