package io.penstock.spark

import io.penstock.LoadedModel
import io.penstock.score.RowBuffer
import org.apache.spark.sql.execution.vectorized.{OnHeapColumnVector, WritableColumnVector}
import org.apache.spark.sql.types._
import org.apache.spark.sql.vectorized.{ColumnVector, ColumnarArray, ColumnarMap}
import org.apache.spark.unsafe.types.UTF8String

/**
 * The answers to a batch. A row that was refused is NULL or says why; or it fails the query when its
 * answer is read, and no sooner: a query that has enough rows before it never comes to it.
 */
private[spark] final class ScoredColumn(call: ModelCall, model: LoadedModel)
    extends ColumnVector(call.resultType) {

  private val output = model.scorer.output
  private val version = Option(model.version).map(UTF8String.fromString(_).getBytes)
  private var answers = new OnHeapColumnVector(0, call.resultType)
  private var failures = new Array[RowRefusedException](0)
  private var anyFailed = false

  /** Makes room for the answers to so many rows. */
  def reset(rows: Int): Unit = {
    if (rows > failures.length) {
      answers.close()
      answers = new OnHeapColumnVector(rows, call.resultType)
      failures = new Array(rows)
    } else {
      answers.reset()
      if (anyFailed) java.util.Arrays.fill(failures.asInstanceOf[Array[AnyRef]], null)
    }
    anyFailed = false
  }

  /** The answer to a row, which stands in its buffer. */
  def put(row: Int, scorer: RowScorer, buffer: RowBuffer): Unit = call.function match {
    case Score => putReport(row, scorer, buffer)
    case _ if buffer.refusal != null =>
      answers.putNull(row)
      if (call.function.onRefusal == FailQuery) {
        anyFailed = true
        failures(row) = scorer.refused()
      }
    case PredictProba => putProbabilities(answers, row, buffer)
    case _ => putPrediction(answers, row, scorer, buffer)
  }

  private def putReport(row: Int, scorer: RowScorer, buffer: RowBuffer): Unit = {
    val (prediction, probability) = (answers.getChild(0), answers.getChild(1))
    val (error, modelVersion) = (answers.getChild(2), answers.getChild(3))
    if (buffer.refusal == null) {
      putPrediction(prediction, row, scorer, buffer)
      if (output.probabilities) putProbabilities(probability, row, buffer)
      else probability.putNull(row)
      error.putNull(row)
    } else {
      prediction.putNull(row)
      probability.putNull(row)
      error.putByteArray(row, UTF8String.fromString(buffer.refusalMessage).getBytes)
    }
    version.fold(modelVersion.putNull(row))(modelVersion.putByteArray(row, _))
  }

  private def putPrediction(
      to: WritableColumnVector,
      row: Int,
      scorer: RowScorer,
      buffer: RowBuffer): Unit = to.dataType match {
    case DoubleType => to.putDouble(row, scorer.predictedDouble())
    case LongType => to.putLong(row, scorer.predictedLong())
    case BooleanType => to.putBoolean(row, scorer.predictedBoolean())
    case ArrayType(LongType, _) =>
      putArray(to, row, output.width)((all, k) => all.appendLong(buffer.predictionAt(k).toLong))
    case ArrayType(_, _) =>
      putArray(to, row, output.width)((all, k) => all.appendDouble(buffer.predictionAt(k)))
    case _ => to.putByteArray(row, scorer.predictedText().getBytes)
  }

  private def putProbabilities(to: WritableColumnVector, row: Int, buffer: RowBuffer): Unit =
    putArray(to, row, model.scorer.probabilityCount) { (all, k) =>
      all.appendDouble(buffer.probability(k))
    }

  private def putArray(to: WritableColumnVector, row: Int, width: Int)(
      append: (WritableColumnVector, Int) => Unit): Unit = {
    val all = to.arrayData()
    to.putArray(row, all.getElementsAppended, width)
    var k = 0
    while (k < width) {
      append(all, k)
      k += 1
    }
  }

  private def read(row: Int): OnHeapColumnVector = {
    if (anyFailed && failures(row) != null) throw failures(row)
    answers
  }

  override def isNullAt(row: Int): Boolean = read(row).isNullAt(row)
  override def getDouble(row: Int): Double = read(row).getDouble(row)
  override def getLong(row: Int): Long = read(row).getLong(row)
  override def getBoolean(row: Int): Boolean = read(row).getBoolean(row)
  override def getUTF8String(row: Int): UTF8String = read(row).getUTF8String(row)
  override def getArray(row: Int): ColumnarArray = read(row).getArray(row)
  override def getChild(ordinal: Int): ColumnVector = answers.getChild(ordinal) // of a report
  override def hasNull: Boolean = answers.hasNull
  override def numNulls: Int = answers.numNulls
  override def close(): Unit = () // holds nothing but arrays, and serves the next batch

  override def getByte(row: Int): Byte = noSuchAnswer
  override def getShort(row: Int): Short = noSuchAnswer
  override def getInt(row: Int): Int = noSuchAnswer
  override def getFloat(row: Int): Float = noSuchAnswer
  override def getMap(row: Int): ColumnarMap = noSuchAnswer
  override def getDecimal(row: Int, precision: Int, scale: Int): Decimal = noSuchAnswer
  override def getBinary(row: Int): Array[Byte] = noSuchAnswer

  private def noSuchAnswer: Nothing =
    throw new UnsupportedOperationException(s"the answers are ${call.resultType.sql}")
}
