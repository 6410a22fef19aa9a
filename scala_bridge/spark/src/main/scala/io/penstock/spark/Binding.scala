package io.penstock.spark

import java.util

import scala.jdk.CollectionConverters._

import io.penstock.ErrorClass.SCHEMA_MISMATCH
import io.penstock.PenstockException
import io.penstock.score.Input
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.util.quoteIfNeeded

/**
 * Binds what a call offers to the inputs of a model: by name where there are names (exactly, then
 * as `caseSensitive` says), and by position where nothing has a name and the count fits.
 */
private[spark] final class Binding(function: String, model: String, caseSensitive: Boolean) {

  /** One expression per input, in the model's order. */
  def bind(inputs: util.List[Input], arguments: Seq[Argument]): Seq[Expression] = {
    val wanted = inputs.asScala.toSeq
    val bound =
      if (arguments.nonEmpty && arguments.forall(_.name.isEmpty)) byPosition(wanted, arguments)
      else byName(wanted, arguments)
    wanted.zip(bound).foreach { case (input, value) =>
      AcceptedTypes.check(model, input, value.dataType)
    }
    bound
  }

  private def byPosition(inputs: Seq[Input], arguments: Seq[Argument]): Seq[Expression] = {
    if (arguments.size != inputs.size) {
      fail(
        s"$function was given ${count(arguments.size, "expression")} without names, but model " +
          s""""$model" has ${count(inputs.size, "input")} (${list(inputs.map(_.name))}); give """ +
          s"as many in that order, or name them as in ${example(inputs)} => expression")
    }
    arguments.map(_.value)
  }

  private def byName(inputs: Seq[Input], arguments: Seq[Argument]): Seq[Expression] = {
    arguments.find(_.name.isEmpty).foreach { nameless =>
      fail(
        s"in the call of $function, ${nameless.value.sql} has no name while other arguments have " +
          s"one; say which input it is, as in ${example(inputs)} => ${nameless.value.sql}")
    }
    val candidates = new Candidates(inputs.map(_.name).toSet, arguments, caseSensitive)
    val found = inputs.map(input => input.name -> candidates.of(input.name))
    val missing = found.collect { case (name, Seq()) => name }
    if (missing.nonEmpty) failMissing(missing, arguments)
    found.map {
      case (_, Seq(only)) => only.value
      case (name, several) =>
        fail(
          s"""model "$model" takes one column "$name", but ${several.size} columns fit that """ +
            s"name (${several.map(_.value.sql).mkString(", ")}); keep one of them, for example " +
            "with * EXCEPT (...), or rename the others")
    }
  }

  private def failMissing(missing: Seq[String], arguments: Seq[Argument]): Nothing = {
    val names = arguments.flatMap(_.name)
    val columns = if (missing.size == 1) "column" else "columns"
    val offered =
      if (names.isEmpty) s"$function was given none; pass them, as in $function('$model', *)"
      else {
        s"the columns given are ${list(names)}; add what is missing, or say which column it is, " +
          s"as in ${quoteIfNeeded(missing.head)} => some_column"
      }
    val needed = list(missing.map(name => s""""$name""""))
    fail(s"""model "$model" needs $columns $needed, but $offered""")
  }

  private def example(inputs: Seq[Input]): String =
    quoteIfNeeded(inputs.headOption.fold("name")(_.name))

  private def count(n: Int, noun: String): String = if (n == 1) s"1 $noun" else s"$n ${noun}s"

  private def list(names: Seq[String]): String =
    if (names.size <= 20) names.mkString(", ")
    else names.take(20).mkString(", ") + s" and ${names.size - 20} more"

  private def fail(sentence: String): Nothing =
    throw new PenstockException(SCHEMA_MISMATCH, sentence)
}

/** Finds the arguments that a model's input could mean. */
private final class Candidates(
    inputs: Set[String],
    arguments: Seq[Argument],
    caseSensitive: Boolean) {

  private val exact: Map[String, Seq[Argument]] = arguments.groupBy(_.name.get)

  // A column with the very name of one input is not meant for another that differs in case only.
  private val loose: Map[String, Seq[Argument]] =
    if (caseSensitive) Map.empty
    else arguments.filterNot(a => inputs(a.name.get)).groupBy(a => folded(a.name.get))

  /** None, the one, or all between which the call does not decide; a repeated column is one. */
  def of(input: String): Seq[Argument] = {
    val all = exact.getOrElse(input, loose.getOrElse(folded(input), Nil))
    all.distinctBy(_.value.canonicalized)
  }

  private def folded(name: String): String = name.map(c => c.toUpper.toLower)
}
