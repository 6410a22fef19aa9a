package io.penstock.spark

import scala.jdk.CollectionConverters._

import io.penstock.score.{OutputType, ValueType}
import org.apache.spark.unsafe.types.UTF8String

/** A classifier's labels by class index, each in the one Spark type that the model gives. */
private[spark] final class Classes(output: OutputType) {
  private val labels: Array[Any] =
    output.classes.asScala.toArray[Any]

  def isEmpty: Boolean = labels.isEmpty

  val doubles: Array[Double] = of(ValueType.DOUBLE) { case n: java.lang.Number => n.doubleValue }

  val longs: Array[Long] = of(ValueType.LONG) { case n: java.lang.Number => n.longValue }

  val booleans: Array[Boolean] = of(ValueType.BOOLEAN) { case b: Boolean => b }

  val texts: Array[UTF8String] = of(ValueType.STRING) { case s: String => UTF8String.fromString(s) }

  private def of[A: scala.reflect.ClassTag](wanted: ValueType)(
      convert: PartialFunction[Any, A]): Array[A] =
    if (output.`type` == wanted) labels.map(convert) else null
}
