package io.penstock.spark

import org.apache.spark.sql.catalyst.expressions.{
  Alias,
  Attribute,
  AttributeReference,
  BinaryArithmetic,
  BinaryComparison,
  Expression,
  NamedExpression,
  RoundBase,
  TryEval,
  UnaryExpression
}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.execution.{ColumnarRule, ProjectExec, SparkPlan}

/**
 * Moves calls for which blocks of rows pay into an operator of their own, where the rows come in
 * columns anyway: from Parquet, Delta, ORC or the cache. Everything else stays an expression.
 */
private[spark] object ScoreInBlocks extends ColumnarRule {

  /** The session setting that turns this off. */
  val Setting = "spark.penstock.blocks.enabled"

  override val preColumnarTransitions: Rule[SparkPlan] = new Rule[SparkPlan] {
    override val ruleName: String = ScoreInBlocks.getClass.getName

    override def apply(plan: SparkPlan): SparkPlan =
      if (conf.getConfString(Setting, "true").equalsIgnoreCase("false")) plan
      else plan.transformUp { case project: ProjectExec => rewrite(project) }
  }

  private def rewrite(project: ProjectExec): SparkPlan = {
    val calls = project.projectList.flatMap(callsIn)
    if (calls.isEmpty || !project.child.supportsColumnar) project
    else {
      val different = calls.foldLeft(Seq.empty[ModelExpression]) { (found, call) =>
        if (found.exists(_.semanticEquals(call))) found else found :+ call
      }
      val columns = different.map { call =>
        val column = AttributeReference(call.prettyName, call.dataType, call.nullable)()
        call -> (column: Attribute)
      }
      val list = project.projectList.map(replace(_, columns))
      ProjectExec(list, ScoreBlocksExec(columns, project.child))
    }
  }

  /**
   * The calls that are evaluated for every row that is asked for, whatever it holds: below what
   * may leave a part of itself out, a refused row would fail queries that pass without blocks.
   */
  private def callsIn(expression: Expression): Seq[ModelExpression] = expression match {
    case call: ModelExpression => if (pays(call)) Seq(call) else Nil
    case _: TryEval => Nil
    case _: Alias | _: UnaryExpression | _: RoundBase => callsIn(expression.children.head)
    case _: BinaryArithmetic | _: BinaryComparison => callsIn(expression.children.head)
    case _ => Nil
  }

  private def pays(call: ModelExpression): Boolean =
    call.children.forall {
      case column: Attribute => BlockScorer.reads(column.dataType)
      case _ => false
    } && call.call.handle.model.scorer.gainsFromBlocks

  private def replace(
      expression: NamedExpression,
      columns: Seq[(ModelExpression, Attribute)]): NamedExpression =
    expression
      .transform {
        case call: ModelExpression if columns.exists(_._1.semanticEquals(call)) =>
          columns.find(_._1.semanticEquals(call)).get._2
      }
      .asInstanceOf[NamedExpression]
}
