package io.penstock.spark

import org.apache.spark.sql.types._
import org.apache.spark.sql.vectorized.{ColumnVector, ColumnarBatch}

/**
 * Scores batches of columns for one task.
 *
 * @param columns for each of the call's inputs the number of its column in the batches
 */
private[spark] final class BlockScorer(call: ModelCall, columns: Array[Int]) {
  private val model = call.handle.model
  private val block = model.scorer.newBlock(BlockScorer.Rows)
  private val classes = new Classes(model.scorer.output)
  private val rows = Array.tabulate(block.capacity) { r =>
    new RowScorer(model, block.row(r), classes, call.wantsProbabilities)
  }
  private val inputs = call.inputs.toArray
  private val result = new ScoredColumn(call, model)

  /** The answers, which are good until the next batch is scored. */
  def score(batch: ColumnarBatch): ColumnVector = {
    result.reset(batch.numRows)
    var from = 0
    while (from < batch.numRows) {
      val count = math.min(rows.length, batch.numRows - from)
      var i = 0
      while (i < columns.length) {
        fill(inputs(i), batch.column(columns(i)), from, count)
        i += 1
      }
      if (call.wantsProbabilities) block.score(count) else block.predict(count)
      var r = 0
      while (r < count) {
        result.put(from + r, rows(r), block.row(r))
        r += 1
      }
      from += count
    }
    result
  }

  private def fill(input: Int, column: ColumnVector, from: Int, count: Int): Unit = {
    val nulls = column.hasNull
    column.dataType match {
      case DoubleType => each(input, column, from, count, nulls)(column.getDouble)
      case FloatType => each(input, column, from, count, nulls)(column.getFloat(_).toDouble)
      case LongType => each(input, column, from, count, nulls)(column.getLong(_).toDouble)
      case IntegerType => each(input, column, from, count, nulls)(column.getInt(_).toDouble)
      case ShortType => each(input, column, from, count, nulls)(column.getShort(_).toDouble)
      case ByteType => each(input, column, from, count, nulls)(column.getByte(_).toDouble)
      case BooleanType =>
        each(input, column, from, count, nulls)(i => if (column.getBoolean(i)) 1.0 else 0.0)
      case _ => // text
        var r = 0
        while (r < count) {
          if (nulls && column.isNullAt(from + r)) rows(r).setNull(input)
          else rows(r).setText(input, column.getUTF8String(from + r))
          r += 1
        }
    }
  }

  @inline private def each(input: Int, column: ColumnVector, from: Int, count: Int, nulls: Boolean)(
      value: Int => Double): Unit = {
    var r = 0
    while (r < count) {
      if (nulls && column.isNullAt(from + r)) block.row(r).setNull(input)
      else block.row(r).setNumber(input, value(from + r))
      r += 1
    }
  }
}

private[spark] object BlockScorer {

  /** As many as the kernels take at once. */
  private val Rows = 512

  /** Whether columns of the type can be read; others can feed a model only as expressions. */
  def reads(column: DataType): Boolean = column match {
    case DoubleType | FloatType | LongType | IntegerType | ShortType | ByteType => true
    case BooleanType | _: StringType => true
    case _ => false
  }
}
