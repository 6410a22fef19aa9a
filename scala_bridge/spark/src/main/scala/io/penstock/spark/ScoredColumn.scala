package io.penstock.spark

import io.penstock.score.RowBuffer
import org.apache.spark.sql.types._
import org.apache.spark.sql.vectorized.{ColumnVector, ColumnarArray, ColumnarMap}
import org.apache.spark.unsafe.types.UTF8String

/**
 * The answers to a batch. A row that was refused is NULL, or fails the query when its answer is
 * read, and no sooner: a query that has enough rows before it never comes to it.
 */
private[spark] final class ScoredColumn(resultType: DataType, nullForRefused: Boolean)
    extends ColumnVector(resultType) {

  private var refused = new Array[RowRefusedException](0)
  private var isRefused = new Array[Boolean](0)
  private var anyRefused = false
  private var doubles = new Array[Double](0)
  private var longs = new Array[Long](0)
  private var texts = new Array[UTF8String](0)

  /** Makes room for the answers to so many rows. */
  def reset(rows: Int): Unit = {
    if (anyRefused) {
      java.util.Arrays.fill(isRefused, false)
      java.util.Arrays.fill(refused.asInstanceOf[Array[AnyRef]], null)
      anyRefused = false
    }
    if (rows > isRefused.length) {
      isRefused = new Array(rows)
      refused = new Array(rows)
      resultType match {
        case DoubleType => doubles = new Array(rows)
        case _: StringType => texts = new Array(rows)
        case _ => longs = new Array(rows)
      }
    }
  }

  /** The answer to a row, which stands in its buffer. */
  def put(row: Int, scorer: RowScorer, buffer: RowBuffer): Unit =
    if (buffer.refusal != null) {
      anyRefused = true
      isRefused(row) = true
      if (!nullForRefused) refused(row) = scorer.refused()
    } else {
      resultType match {
        case DoubleType => doubles(row) = scorer.predictedDouble()
        case LongType => longs(row) = scorer.predictedLong()
        case BooleanType => longs(row) = if (scorer.predictedBoolean()) 1 else 0
        case _ => texts(row) = scorer.predictedText()
      }
    }

  private def require(row: Int): Unit = if (anyRefused && refused(row) != null) throw refused(row)

  override def getDouble(row: Int): Double = {
    require(row)
    doubles(row)
  }

  override def getLong(row: Int): Long = {
    require(row)
    longs(row)
  }

  override def getBoolean(row: Int): Boolean = {
    require(row)
    longs(row) != 0
  }

  override def getUTF8String(row: Int): UTF8String = {
    require(row)
    texts(row)
  }

  override def isNullAt(row: Int): Boolean = {
    require(row)
    isRefused(row)
  }

  override def hasNull: Boolean = anyRefused

  override def numNulls: Int = isRefused.count(identity)

  override def close(): Unit = () // holds nothing but arrays, and serves the next batch

  override def getByte(row: Int): Byte = unsupported
  override def getShort(row: Int): Short = unsupported
  override def getInt(row: Int): Int = unsupported
  override def getFloat(row: Int): Float = unsupported
  override def getArray(row: Int): ColumnarArray = unsupported
  override def getMap(row: Int): ColumnarMap = unsupported
  override def getDecimal(row: Int, precision: Int, scale: Int): Decimal = unsupported
  override def getBinary(row: Int): Array[Byte] = unsupported
  override def getChild(ordinal: Int): ColumnVector = unsupported

  private def unsupported: Nothing =
    throw new UnsupportedOperationException(s"a column of ${resultType.sql}")
}

private[spark] object ScoredColumn {

  /** Whether answers of the type can be held. */
  def holds(result: DataType): Boolean = result match {
    case DoubleType | LongType | BooleanType | _: StringType => true
    case _ => false
  }
}
