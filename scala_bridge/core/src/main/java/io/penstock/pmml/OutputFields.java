package io.penstock.pmml;

import io.penstock.pmml.PmmlValue.Label;
import io.penstock.pmml.PmmlValue.Num;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Output of a model: its result, its probabilities, and what is computed from them. */
final class OutputFields {
  private OutputFields() {}

  static Result read(Element model, Result result, Scope scope) {
    Element output = model.optionalChild("Output");
    if (output == null) {
      return result;
    }
    Scope inner = new Scope(scope, scope.columns());
    Map<String, PmmlValue> values = new LinkedHashMap<>(result.outputs());
    for (Element field : output.children("OutputField")) {
      PmmlValue value = value(field, result, inner);
      inner.define(field, field.attribute("name"), value);
      values.put(field.attribute("name"), value);
    }
    return result.withOutputs(values);
  }

  private static PmmlValue value(Element field, Result result, Scope scope) {
    if (field.optional("segmentId") != null) {
      throw field.unsupportedAttribute("segmentId");
    }
    return switch (field.attribute("feature", "predictedValue")) {
      case "predictedValue" -> predicted(field, result, scope.columns());
      case "probability" -> probability(field, result, scope.columns());
      case "transformedValue" ->
          Expressions.cast(
              field, Expressions.evaluate(Expressions.only(field), scope), scope.columns());
      default -> throw field.unsupportedAttribute("feature");
    };
  }

  private static PmmlValue predicted(Element field, Result result, Columns columns) {
    if (!result.isRegression()) {
      return new Label(result.column(), result.labels());
    }
    Num num = columns.result(result.column());
    return field.optional("dataType") == null ? num : Expressions.cast(field, num, columns);
  }

  private static PmmlValue probability(Element field, Result result, Columns columns) {
    String column = result.probabilities().get(field.attribute("value"));
    if (column == null) {
      throw field.unsupported("the model gives no probability of that class",
          "write the probability of each class, or leave this field out");
    }
    return columns.result(column);
  }

  /** The numbers of the output fields {@code name(0)}, {@code name(1)} and so on. */
  static List<String> numbered(String name, Result result, Columns columns) {
    List<String> found = new ArrayList<>();
    while (result.outputs().get(name + "(" + found.size() + ")") instanceof Num num) {
      found.add(columns.column(num.operand()));
    }
    return found;
  }
}
