package wine

import org.apache.spark.sql.types.StructType

/** What a line of the CSV files holds. */
object Wines {

  /** Holds a line that does not fit the schema, as it came; NULL for all others. */
  val Line = "line"

  val Malformed = "the line does not fit the columns of the file"

  private val features = Seq(
    "fixed acidity",
    "volatile acidity",
    "citric acid",
    "residual sugar",
    "chlorides",
    "free sulfur dioxide",
    "total sulfur dioxide",
    "density",
    "pH",
    "sulphates",
    "alcohol")

  /** @param featureType STRING for a model that was logged with text, DOUBLE for one with numbers */
  def schema(featureType: String): StructType = {
    val columns = "row_id STRING" +: features.map(name => s"`$name` $featureType")
    StructType.fromDDL((columns :+ "quality STRING" :+ s"$Line STRING").mkString(", "))
  }
}
