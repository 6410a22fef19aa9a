import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.penstock.spark.Penstock;
import io.penstock.spark.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Prints the prediction for one wine three times: by a function, by the UDF, by SQL. */
public final class JavaCaller {
  public static void main(String[] arguments) {
    String model = arguments[0];
    SparkSession spark = SparkSession.builder().getOrCreate();
    Penstock.register(spark);
    Dataset<Row> wines =
        spark.sql("SELECT 6.1D AS `fixed acidity`, 7.5D AS sugar, 3.2D AS pH FROM range(1)");
    wines
        .select(
            functions.ml_predict(model, col("*")),
            Penstock.udf(model).apply(struct(col("*"))),
            org.apache.spark.sql.functions.expr("ml_predict('" + model + "', *)"))
        .collectAsList()
        .forEach(row -> System.out.println(row.get(0) + " " + row.get(1) + " " + row.get(2)));
    spark.stop();
  }
}
