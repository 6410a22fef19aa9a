package io.penstock.spark

import io.penstock.{ErrorClass, PenstockException}
import org.apache.spark.sql.catalyst.FunctionIdentifier
import org.apache.spark.sql.catalyst.expressions.{
  Alias,
  Expression,
  ExpressionInfo,
  NamedArgumentExpression
}
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.types.StringType

/** From a call in a query to the expression: all that analysis can check is checked here. */
private[spark] object FunctionBuilder {

  type Description = (FunctionIdentifier, ExpressionInfo, Seq[Expression] => Expression)

  def description(function: ModelFunction): Description =
    (FunctionIdentifier(function.name), info(function), build(function, _))

  def info(function: ModelFunction): ExpressionInfo =
    new ExpressionInfo(
      classOf[ModelExpression].getName,
      null,
      function.name,
      function.usage,
      "",
      "",
      "",
      "misc_funcs",
      "",
      "",
      "scala_udf")

  def build(function: ModelFunction, arguments: Seq[Expression]): Expression =
    try {
      val handle = ModelReference.resolve(modelArgument(function, arguments))
      val scorer = handle.model.scorer
      val binding =
        new Binding(function.name, handle.reference, SQLConf.get.caseSensitiveAnalysis)
      val columns = binding.bind(scorer.inputs, Argument.of(arguments.tail))
      // What the model does not use must be there and fit, but need not be computed or read.
      val used = columns.indices.filter(scorer.uses)
      val resultType = function.resultType(handle.reference, scorer.output)
      ModelExpression(ModelCall(function, handle, resultType, used), used.map(columns))
    } catch {
      case e: PenstockException => throw Errors.analysis(e)
    }

  /** The text of the first argument, which must be known when the query is analysed. */
  private def modelArgument(function: ModelFunction, arguments: Seq[Expression]): String = {
    val model = arguments.headOption.map {
      case NamedArgumentExpression(name, value) if name.equalsIgnoreCase("model") => value
      case Alias(value, _) => value
      case value => value
    }
    val text = model.collect {
      case e if e.foldable && e.dataType.isInstanceOf[StringType] => e.eval()
    }
    text match {
      case Some(value) if value != null => value.toString
      case _ =>
        val found = model.fold("nothing")(_.sql)
        throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          s"the first argument of ${function.name} is $found, but it must be a string literal " +
            s"that names the model; write ${function.name}('/models/wine', *)")
    }
  }
}
