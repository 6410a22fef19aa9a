package io.penstock.spark

import org.apache.spark.sql.Row
import org.apache.spark.sql.api.java.UDF1
import org.apache.spark.sql.catalyst.CatalystTypeConverters
import org.apache.spark.sql.catalyst.expressions.{GetStructField, Literal}
import org.apache.spark.sql.types.{DataType, StructType}

/**
 * Scores one struct column as `ml_predict` does. Spark tells a UDF its columns only with the rows,
 * so that a column that is missing shows with the first row and not at analysis.
 */
private[spark] final class RowUdf(handle: ModelHandle, resultType: DataType, caseSensitive: Boolean)
    extends UDF1[Row, Any] {

  // In local mode several tasks may share one instance.
  @transient private lazy val scorers = ThreadLocal.withInitial(() => new BoundScorer)

  override def call(row: Row): Any = scorers.get.score(row)

  private final class BoundScorer {
    private val scorer = RowScorer.alone(handle.model, wantsProbabilities = false)
    private val inputs = handle.model.scorer.inputs
    private val external = CatalystTypeConverters.createToScalaConverter(resultType)
    private var schema: StructType = _
    private var ordinals: Array[Int] = Array.empty

    def score(row: Row): Any = {
      if (row == null) {
        var i = 0
        while (i < inputs.size) { scorer.setNull(i); i += 1 }
      } else {
        if (row.schema ne schema) bind(row.schema)
        var i = 0
        while (i < ordinals.length) {
          scorer.set(i, row.get(ordinals(i)))
          i += 1
        }
      }
      scorer.scoreOrFail()
      external(scorer.prediction())
    }

    private def bind(columns: StructType): Unit = {
      val struct = Literal.create(null, columns)
      val binding = new Binding("the UDF", handle.reference, caseSensitive)
      ordinals = binding
        .bind(inputs, Argument.of(Seq(struct)))
        .collect { case field: GetStructField => field.ordinal }
        .toArray
      schema = columns
    }
  }
}
