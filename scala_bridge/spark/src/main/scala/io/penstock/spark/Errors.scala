package io.penstock.spark

import java.util

import io.penstock.{ErrorClass, PenstockException}
import org.apache.spark.SparkThrowable
import org.apache.spark.sql.AnalysisException
import org.apache.spark.sql.catalyst.trees.Origin

/** Our errors as Spark reports its own: with an error condition and an SQLSTATE. */
private[spark] object Errors {

  /** The failure as Spark's analysis reports it: the sentence alone, nothing of our stack. */
  def analysis(e: PenstockException): AnalysisException = {
    val error = new ModelAnalysisException(e.errorClass, e.sentence, None, None)
    error.setStackTrace(error.getStackTrace.filterNot(_.getClassName.startsWith("io.penstock")))
    error
  }

  def sqlState(errorClass: ErrorClass): String = errorClass match {
    case ErrorClass.ROW_REFUSED => "22000" // data exception
    case ErrorClass.INVALID_ARGUMENT => "22023" // invalid parameter value
    case ErrorClass.SCHEMA_MISMATCH => "42804" // the types do not fit
    case ErrorClass.MODEL_NOT_FOUND | ErrorClass.STORE_NOT_CONFIGURED => "42704" // no such object
    case ErrorClass.FORMAT_UNSUPPORTED | ErrorClass.MANIFEST_TOO_NEW => "0A000" // not supported
    case _ => "58030" // what was read is not what it should be
  }
}

/**
 * An analysis error with a condition of ours. It never carries a query context: for an error that
 * does, PySpark asks Spark for the message by its condition, and Spark knows only its own.
 */
private final class ModelAnalysisException(
    errorClass: ErrorClass,
    sentence: String,
    line: Option[Int],
    startPosition: Option[Int])
    extends AnalysisException(
      message = s"[${errorClass.code}] $sentence",
      line = line,
      startPosition = startPosition,
      cause = None,
      errorClass = Some(errorClass.code),
      messageParameters = Map("sentence" -> sentence),
      context = Array.empty,
      sqlState = Some(Errors.sqlState(errorClass)),
      messageTemplate = Some("<sentence>")) {

  // The sentence has said where; "line 1 pos 7" behind it would only blur it.
  override def getSimpleMessage: String = message

  override def withPosition(origin: Origin): AnalysisException = {
    val positioned =
      new ModelAnalysisException(errorClass, sentence, origin.line, origin.startPosition)
    positioned.setStackTrace(getStackTrace)
    positioned
  }
}

/** Fails a query on a row that the model, as pyfunc does, refuses to score. */
final class RowRefusedException(sentence: String, column: String, reason: String)
    extends IllegalArgumentException(s"[${ErrorClass.ROW_REFUSED.code}] $sentence")
    with SparkThrowable {

  override def getCondition: String = ErrorClass.ROW_REFUSED.code

  override def getSqlState: String = Errors.sqlState(ErrorClass.ROW_REFUSED)

  override def getMessageParameters: util.Map[String, String] = {
    val parameters = new util.LinkedHashMap[String, String]
    parameters.put("column", column)
    parameters.put("reason", reason)
    parameters
  }
}
