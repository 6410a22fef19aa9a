package io.penstock.spark

import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.expressions.codegen.{
  CodeGenerator,
  CodegenContext,
  ExprCode,
  FalseLiteral
}
import org.apache.spark.sql.catalyst.expressions.codegen.Block._
import org.apache.spark.sql.types._

/**
 * The Java source that fills a row's buffer and scores it: primitives stay primitives, and of the
 * model nothing stands in the source, so that Spark compiles it once for all versions.
 */
private[spark] object ModelCodegen {

  def generate(
      call: ModelCall,
      columns: Seq[Expression],
      ctx: CodegenContext,
      ev: ExprCode): ExprCode = {
    val reference = ctx.addReferenceObj("modelCall", call, classOf[ModelCall].getName)
    val scorer = ctx.addMutableState(
      classOf[RowScorer].getName,
      "rowScorer",
      variable => s"$variable = $reference.newScorer();")
    val setters =
      columns.zip(call.inputs).map { case (column, input) => setter(scorer, column, input, ctx) }
    val fill = ctx.splitExpressionsWithCurrentInputs(setters, "setInputs")
    val javaType = CodeGenerator.javaType(call.resultType)
    val result = s"$scorer.${resultMethod(call)}()"
    call.function.onRefusal match {
      case FailQuery =>
        ev.copy(
          code = code"""
            $fill
            $scorer.scoreOrFail();
            $javaType ${ev.value} = $result;""",
          isNull = FalseLiteral)
      case GiveReason =>
        ev.copy(
          code = code"""
            $fill
            $scorer.score();
            $javaType ${ev.value} = $result;""",
          isNull = FalseLiteral)
      case GiveNull =>
        val default = CodeGenerator.defaultValue(call.resultType)
        ev.copy(code = code"""
            $fill
            boolean ${ev.isNull} = !$scorer.score();
            $javaType ${ev.value} = ${ev.isNull} ? $default : $result;""")
    }
  }

  private def setter(scorer: String, column: Expression, i: Int, ctx: CodegenContext): String = {
    val value = column.genCode(ctx)
    val set = column.dataType match {
      case NullType => s"$scorer.setNull($i);"
      case _: StringType => s"$scorer.setText($i, ${value.value});"
      case BooleanType => s"$scorer.setNumber($i, ${value.value} ? 1.0 : 0.0);"
      case _ => s"$scorer.setNumber($i, (double) ${value.value});"
    }
    if (value.isNull == FalseLiteral || column.dataType == NullType) s"${value.code}\n$set"
    else s"${value.code}\nif (${value.isNull}) { $scorer.setNull($i); } else { $set }"
  }

  private def resultMethod(call: ModelCall): String = call.function match {
    case Score => "report"
    case PredictProba => "probabilities"
    case Predict | TryPredict =>
      call.resultType match {
        case DoubleType => "predictedDouble"
        case LongType => "predictedLong"
        case BooleanType => "predictedBoolean"
        case StringType => "predictedText"
        case _ => "predictedArray"
      }
  }
}
