package io.penstock.spark

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.expressions.codegen.{CodegenContext, CodegenFallback, ExprCode}
import org.apache.spark.sql.types.DataType

/**
 * What is evaluated, all but the columns.
 *
 * @param inputs for each column the number of the model's input that it feeds; inputs that the
 *   model does not use have none
 */
private[spark] final case class ModelCall(
    function: ModelFunction,
    handle: ModelHandle,
    resultType: DataType,
    inputs: Seq[Int])
    extends Serializable {

  def wantsProbabilities: Boolean = function == Score || function == PredictProba

  def newScorer(): RowScorer = RowScorer.alone(handle.model, wantsProbabilities)
}

/**
 * A model's answer for a row. The children feed the inputs that `call.inputs` says, already bound
 * by name and of accepted types; a null child is a missing value and reaches the model as one.
 */
private[spark] sealed trait ModelExpression extends Expression {
  def call: ModelCall

  override def dataType: DataType = call.resultType

  override def nullable: Boolean = call.function.onRefusal == GiveNull

  override lazy val throwable: Boolean =
    call.function.onRefusal == FailQuery || children.exists(_.throwable)

  // The interpreted path fills one buffer, which copies for other threads must not share.
  override def stateful: Boolean = true

  override def prettyName: String = call.function.name

  override def toString: String =
    s"$prettyName(${call.handle}, ${truncated(children.map(_.toString))})"

  override def sql: String = {
    val model = "'" + call.handle.reference.replace("\\", "\\\\").replace("'", "\\'") + "'"
    (model +: children.map(_.sql)).mkString(s"$prettyName(", ", ", ")")
  }

  @transient private lazy val scorer = call.newScorer()

  override def eval(input: InternalRow): Any = {
    val inputs = call.inputs.iterator
    val columns = children.iterator
    while (columns.hasNext) scorer.set(inputs.next(), columns.next().eval(input))
    call.function.onRefusal match {
      case FailQuery => scorer.scoreOrFail()
      case GiveNull => if (!scorer.score()) return null
      case GiveReason => scorer.score()
    }
    call.function match {
      case Predict | TryPredict => scorer.prediction()
      case PredictProba => scorer.probabilities()
      case Score => scorer.report()
    }
  }

  protected def generate(ctx: CodegenContext, ev: ExprCode): ExprCode =
    ModelCodegen.generate(call, children, ctx, ev)

  private def truncated(names: Seq[String]): String =
    if (names.size <= 25) names.mkString(", ")
    else names.take(25).mkString(", ") + s", ... ${names.size - 25} more"
}

private[spark] object ModelExpression {

  // From about here on the statements that fill the buffer no longer fit in one method that the
  // JIT compiler takes (8,000 bytecodes).
  private val MaxColumnsInOneMethod = 60

  def apply(call: ModelCall, columns: Seq[Expression]): ModelExpression =
    if (columns.size <= MaxColumnsInOneMethod) ScoreColumns(call, columns)
    else ScoreManyColumns(call, columns)
}

/** The usual case: whole-stage generated code. */
private[spark] final case class ScoreColumns(call: ModelCall, children: Seq[Expression])
    extends ModelExpression {

  override protected def doGenCode(ctx: CodegenContext, ev: ExprCode): ExprCode =
    generate(ctx, ev)

  override protected def withNewChildrenInternal(
      newChildren: IndexedSeq[Expression]): Expression = copy(children = newChildren)
}

/**
 * Many columns: generated code all the same, but split into methods. Spark can split only outside
 * whole-stage code, and `CodegenFallback` is the mark that takes an operator out of it.
 */
private[spark] final case class ScoreManyColumns(call: ModelCall, children: Seq[Expression])
    extends ModelExpression
    with CodegenFallback {

  override protected def doGenCode(ctx: CodegenContext, ev: ExprCode): ExprCode =
    generate(ctx, ev)

  override protected def withNewChildrenInternal(
      newChildren: IndexedSeq[Expression]): Expression = copy(children = newChildren)
}
