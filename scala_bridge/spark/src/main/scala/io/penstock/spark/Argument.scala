package io.penstock.spark

import org.apache.spark.sql.catalyst.expressions.{
  Alias,
  Cast,
  CreateNamedStruct,
  Expression,
  GetStructField,
  NamedArgumentExpression,
  NamedExpression
}
import org.apache.spark.sql.types.StructType

/** A value that a call offers to the model, with the name that it is known by, if any. */
private[spark] final case class Argument(name: Option[String], value: Expression)

private[spark] object Argument {

  /** What the arguments after the model offer; a struct that stands alone offers its fields. */
  def of(arguments: Seq[Expression]): Seq[Argument] = arguments match {
    case Seq(NamedArgumentExpression(name, value)) => Seq(Argument(Some(name), value))
    case Seq(unaliased(struct)) if struct.dataType.isInstanceOf[StructType] => fieldsOf(struct)
    case several =>
      several.map {
        case NamedArgumentExpression(name, value) => Argument(Some(name), value)
        case argument => Argument(nameOf(argument), unaliased.of(argument))
      }
  }

  private def fieldsOf(struct: Expression): Seq[Argument] = {
    val values: Seq[Expression] = struct match {
      case made: CreateNamedStruct => made.valExprs // as in struct(*): no need to make it
      case _ => struct.dataType.asInstanceOf[StructType].fields.toSeq.zipWithIndex.map {
          case (field, i) => GetStructField(struct, i, Some(field.name))
        }
    }
    struct.dataType.asInstanceOf[StructType].fieldNames.toSeq.zip(values).map {
      case (name, value) => Argument(Some(name), value)
    }
  }

  // A cast column keeps its name, as it does in Spark's DataFrames.
  private def nameOf(argument: Expression): Option[String] = argument match {
    case named: NamedExpression => Some(named.name)
    case field: GetStructField => Some(field.extractFieldName)
    case cast: Cast => nameOf(cast.child)
    case _ => None
  }

  private object unaliased {
    def of(argument: Expression): Expression = argument match {
      case Alias(child, _) => child
      case other => other
    }
    def unapply(argument: Expression): Option[Expression] = Some(of(argument))
  }
}
