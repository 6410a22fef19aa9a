package io.penstock.spark

import io.penstock.ErrorClass.SCHEMA_MISMATCH
import io.penstock.PenstockException
import io.penstock.score.{Input, InputType}
import org.apache.spark.sql.catalyst.util.quoteIfNeeded
import org.apache.spark.sql.types._

/**
 * Which Spark type may feed which input, by the published table (docs/spark.md): what widens
 * without loss, and the text that a model's own signature asks for. A column of NULLs feeds all.
 */
private[spark] object AcceptedTypes {

  def check(model: String, input: Input, column: DataType): Unit =
    if (!accepts(input, column)) {
      throw new PenstockException(
        SCHEMA_MISMATCH,
        s"""column "${input.name}" is ${column.sql}, but model "$model" takes """ +
          s"${described(input)} there; ${remedy(input, column)}")
    }

  def accepts(input: Input, column: DataType): Boolean = (input.`type`, column) match {
    case (_, NullType) => true
    case (InputType.STRING, _: StringType) => true
    case (InputType.STRING, number) => !input.text && isShortNumber(number)
    case (InputType.DOUBLE, number) => isShortNumber(number)
    case (InputType.FLOAT, ByteType | ShortType | FloatType) => true
    case (InputType.INTEGER, ByteType | ShortType | IntegerType) => true
    case (InputType.LONG, ByteType | ShortType | IntegerType | LongType) => true
    case (InputType.BOOLEAN, BooleanType) => true
    case _ => false
  }

  // Every value of these is a double.
  private def isShortNumber(column: DataType): Boolean = column match {
    case ByteType | ShortType | IntegerType | FloatType | DoubleType => true
    case _ => false
  }

  private def described(input: Input): String = input.`type` match {
    case InputType.STRING if input.text => "text"
    case InputType.STRING => "text that is a number"
    case other => other.name
  }

  private def remedy(input: Input, column: DataType): String = column match {
    case _: NumericType | _: StringType | BooleanType =>
      val name = quoteIfNeeded(input.name)
      s"give it CAST($name AS ${sqlType(input)}) if that is what the model was trained on"
    case _ => "give it another column"
  }

  private def sqlType(input: Input): String = input.`type` match {
    case InputType.STRING => "STRING"
    case InputType.INTEGER => "INT"
    case InputType.LONG => "BIGINT"
    case other => other.name
  }
}
