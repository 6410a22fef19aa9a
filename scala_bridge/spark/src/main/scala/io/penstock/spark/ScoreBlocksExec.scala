package io.penstock.spark

import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.{Attribute, AttributeSet, SortOrder}
import org.apache.spark.sql.catalyst.plans.physical.Partitioning
import org.apache.spark.sql.execution.{SparkPlan, UnaryExecNode}
import org.apache.spark.sql.vectorized.{ColumnVector, ColumnarBatch}

/**
 * Scores batches of columns as they come, block by block, and adds a column for each call. The
 * other columns pass as they are: nothing is copied, and rows are made above, if at all.
 *
 * @param calls the calls, all of whose arguments are columns of the child, with their results
 */
private[spark] final case class ScoreBlocksExec(
    calls: Seq[(ModelExpression, Attribute)],
    child: SparkPlan)
    extends UnaryExecNode {

  override def nodeName: String = "ScoreBlocks"

  override def output: Seq[Attribute] = child.output ++ calls.map(_._2)

  override def producedAttributes: AttributeSet = AttributeSet(calls.map(_._2))

  override def outputPartitioning: Partitioning = child.outputPartitioning

  override def outputOrdering: Seq[SortOrder] = child.outputOrdering

  override def supportsColumnar: Boolean = true

  override protected def doExecute(): RDD[InternalRow] =
    throw new UnsupportedOperationException(s"$nodeName gives columns, not rows")

  override protected def doExecuteColumnar(): RDD[ColumnarBatch] = {
    val places = child.output.map(_.exprId)
    val bound = calls.map { case (call, _) =>
      (call.call, call.children.map(c => places.indexOf(c.asInstanceOf[Attribute].exprId)).toArray)
    }
    child.executeColumnar().mapPartitions { batches =>
      val scorers = bound.map { case (call, columns) => new BlockScorer(call, columns) }
      batches.map { batch =>
        val columns = Array.tabulate[ColumnVector](batch.numCols)(batch.column)
        new ColumnarBatch(columns ++ scorers.map(_.score(batch)), batch.numRows)
      }
    }
  }

  override protected def withNewChildInternal(newChild: SparkPlan): ScoreBlocksExec =
    copy(child = newChild)
}
