package io.penstock.spark

import io.penstock.LoadedModel
import io.penstock.score.{RowBuffer, Scorer, ValueType}
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow
import org.apache.spark.sql.catalyst.util.ArrayData
import org.apache.spark.unsafe.Platform
import org.apache.spark.unsafe.types.UTF8String

/**
 * Scores row after row in one reused buffer, in Spark's own types. Generated code holds one of
 * these for each iterator; it is not for several threads.
 *
 * Public because code that Spark generates calls it; not an API.
 *
 * @param row the buffer, of the model's scorer; it may be one of a block, which is then scored as
 *   a whole
 * @param classes the model's, which many may share
 * @param wantsProbabilities whether `probabilities` and `report` will be asked
 */
final class RowScorer private[spark] (
    model: LoadedModel,
    row: RowBuffer,
    classes: Classes,
    wantsProbabilities: Boolean) {
  private val scorer: Scorer = model.scorer
  private val single = !scorer.output.array
  private val version = UTF8String.fromString(model.version)

  def setNumber(input: Int, value: Double): Unit = row.setNumber(input, value)

  def setNull(input: Int): Unit = row.setNull(input)

  /** Hands over the UTF-8 bytes as they lie in Spark's row, without decoding them. */
  def setText(input: Int, text: UTF8String): Unit = text.getBaseObject match {
    case bytes: Array[Byte] =>
      val offset = (text.getBaseOffset - Platform.BYTE_ARRAY_OFFSET).toInt
      row.setText(input, bytes, offset, text.numBytes)
    case _ =>
      val bytes = text.getBytes
      row.setText(input, bytes, 0, bytes.length)
  }

  /** Sets an input from a value as Spark's interpreted expressions or its rows give it. */
  def set(input: Int, value: Any): Unit = (value: @unchecked) match {
    case null => row.setNull(input)
    case text: UTF8String => setText(input, text)
    case text: String => row.setText(input, text)
    case number: java.lang.Number => row.setNumber(input, number.doubleValue)
    case truth: Boolean => row.setNumber(input, if (truth) 1.0 else 0.0)
  }

  /** Scores the row; false where the model refuses it. */
  def score(): Boolean =
    (if (wantsProbabilities) scorer.score(row) else scorer.predict(row)) == null

  /** Scores the row, or fails the query where the model refuses it. */
  def scoreOrFail(): Unit = if (!score()) throw refused()

  def predictedDouble(): Double =
    if (classes.isEmpty) row.prediction else classes.doubles(row.label)

  def predictedLong(): Long =
    if (classes.isEmpty) row.prediction.toLong else classes.longs(row.label)

  def predictedBoolean(): Boolean = classes.booleans(row.label)

  def predictedText(): UTF8String = classes.texts(row.label)

  def predictedArray(): ArrayData =
    if (scorer.output.`type` == ValueType.LONG) {
      UnsafeArrayData.fromPrimitiveArray(
        Array.tabulate(scorer.output.width)(row.predictionAt(_).toLong))
    } else array(scorer.output.width, row.predictionAt)

  /** The class probabilities, or null for a model that has none. */
  def probabilities(): ArrayData =
    if (scorer.output.probabilities) array(scorer.probabilityCount, row.probability) else null

  /** Everything about the row that was just scored or refused, as `ml_score` gives it. */
  def report(): InternalRow =
    if (row.refusal == null) {
      new GenericInternalRow(Array[Any](prediction(), probabilities(), null, version))
    } else {
      val reason = UTF8String.fromString(row.refusalMessage)
      new GenericInternalRow(Array[Any](null, null, reason, version))
    }

  /** The prediction in Spark's internal type for it. */
  def prediction(): Any =
    if (!single) predictedArray()
    else {
      scorer.output.`type` match {
        case ValueType.DOUBLE => predictedDouble()
        case ValueType.LONG => predictedLong()
        case ValueType.BOOLEAN => predictedBoolean()
        case ValueType.STRING => predictedText()
      }
    }

  private def array(width: Int, value: Int => Double): ArrayData = {
    val values = new Array[Double](width)
    var i = 0
    while (i < width) {
      values(i) = value(i)
      i += 1
    }
    UnsafeArrayData.fromPrimitiveArray(values)
  }

  /** Why the row that was last scored fails the query. */
  def refused(): RowRefusedException =
    new RowRefusedException(
      s"${row.refusalMessage}; where such rows are to be expected, try_ml_predict gives NULL " +
        "for them and ml_score the reason",
      row.refusedColumn,
      row.refusal.name)
}

private[spark] object RowScorer {

  /** A scorer with a buffer of its own. */
  def alone(model: LoadedModel, wantsProbabilities: Boolean): RowScorer = {
    val scorer = model.scorer
    new RowScorer(model, scorer.newBuffer(), new Classes(scorer.output), wantsProbabilities)
  }
}
