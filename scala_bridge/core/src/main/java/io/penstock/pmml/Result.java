package io.penstock.pmml;

import java.util.List;
import java.util.Map;

/**
 * What a model answers.
 *
 * @param column the number, or the index of the class in {@code labels}; NaN if there is none
 * @param labels the classes; null for a regression
 * @param probabilities the column of each class's probability; empty where the model has none
 * @param outputs the values of its output fields, by name
 */
record Result(
    String column,
    List<String> labels,
    Map<String, String> probabilities,
    Map<String, PmmlValue> outputs) {

  static Result number(String column) {
    return new Result(column, null, Map.of(), Map.of());
  }

  static Result label(String column, List<String> labels, Map<String, String> probabilities) {
    return new Result(column, labels, probabilities, Map.of());
  }

  boolean isRegression() {
    return labels == null;
  }

  Result withOutputs(Map<String, PmmlValue> outputs) {
    return new Result(column, labels, probabilities, outputs);
  }

  Result withColumn(String column) {
    return new Result(column, labels, probabilities, outputs);
  }
}
