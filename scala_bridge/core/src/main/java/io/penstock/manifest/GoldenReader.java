package io.penstock.manifest;

import io.penstock.score.Contract;
import io.penstock.score.OutputKind;
import io.penstock.score.OutputType;
import io.penstock.score.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Reads the manifest's {@code golden}: rows, and what pyfunc answered for each. */
final class GoldenReader {
  private GoldenReader() {}

  static List<GoldenRow> read(JsonObject golden, Contract contract) {
    List<?> rows = golden.list("rows");
    List<JsonObject> expected = golden.objects("expected");
    if (rows.size() != expected.size()) {
      throw new ManifestProblem(
          "golden has " + rows.size() + " rows and " + expected.size() + " answers");
    }
    List<GoldenRow> read = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String path = golden.path("rows") + "[" + i + "]";
      if (!(rows.get(i) instanceof List<?> cells) || cells.size() != contract.inputs().size()) {
        throw JsonObject.wrong(path, "a list of one cell for each input", rows.get(i));
      }
      for (Object cell : cells) {
        if (cell instanceof List || cell instanceof Map) {
          throw JsonObject.wrong(path, "a list of plain values", cell);
        }
      }
      read.add(
          row(Collections.unmodifiableList(new ArrayList<>(cells)), expected.get(i), contract));
    }
    return read;
  }

  private static GoldenRow row(List<Object> cells, JsonObject expected, Contract contract) {
    if (expected.has("refused")) {
      Refusal refusal = ContractReader.kind(expected.text("refused"), expected.path("refused"));
      return new GoldenRow(cells, null, new double[0], null, null, refusal);
    }
    OutputType output = contract.output();
    boolean label = output.kind() == OutputKind.CLASSIFICATION;
    Object prediction = expected.value("prediction");
    if (label && (prediction == null || !output.classes().contains(prediction))) {
      throw JsonObject.wrong(expected.path("prediction"), "one of the classes", prediction);
    }
    double[] bounds = label ? new double[0] : bounds(expected, "bound", output.width());
    if (!label) {
      double[] numbers = expected.numberOrNumbers("prediction");
      requireSize(numbers, output.width(), expected.path("prediction"));
      prediction = numbers;
    }
    double[] probabilities = null;
    double[] probabilityBounds = null;
    if (output.probabilities()) {
      probabilities = expected.numbers("probability");
      requireSize(probabilities, output.classes().size(), expected.path("probability"));
      probabilityBounds = bounds(expected, "probability_bound", probabilities.length);
    }
    return new GoldenRow(cells, prediction, bounds, probabilities, probabilityBounds, null);
  }

  private static double[] bounds(JsonObject expected, String name, int size) {
    double[] bounds = expected.numberOrNumbers(name);
    requireSize(bounds, size, expected.path(name));
    for (double bound : bounds) {
      if (!(bound >= 0)) {
        throw JsonObject.wrong(expected.path(name), "a bound, 0 or more,", bound);
      }
    }
    return bounds;
  }

  private static void requireSize(double[] numbers, int size, String path) {
    if (numbers.length != size) {
      throw new ManifestProblem(path + " has " + numbers.length + " numbers where " + size + " belong");
    }
  }
}
