package io.penstock.score;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The contract of a bare file, and whether a manifest's contract fits the file beside it. */
final class Contracts {
  private Contracts() {}

  /** What a file alone means: doubles and strings in, the model's numbers or label texts out. */
  static Contract ofBareFile(Graph graph) {
    List<Input> inputs = new ArrayList<>();
    for (Column column : graph.inputs()) {
      boolean text = column.kind() == Kind.STRING;
      inputs.add(new Input(column.name(), text ? InputType.STRING : InputType.DOUBLE, text));
    }
    List<String> labels = graph.outputs().labels();
    int width = graph.outputs().predictions().size();
    boolean probabilities = !graph.outputs().probabilities().isEmpty();
    OutputType output =
        labels.isEmpty()
            ? new OutputType(
                OutputKind.REGRESSION, ValueType.DOUBLE, width > 1, width, List.of(), probabilities)
            : new OutputType(
                OutputKind.CLASSIFICATION,
                ValueType.STRING,
                false,
                1,
                List.copyOf(labels),
                probabilities);
    return new Contract(inputs, List.of(), output);
  }

  /** Refuses a contract that says something else than the graph. */
  static void requireFit(Graph graph, Contract contract) {
    Map<String, Input> inputs = new HashMap<>();
    for (Input input : contract.inputs()) {
      require(
          inputs.put(input.name(), input) == null,
          "lists the input \"" + input.name() + "\" twice");
      require(
          !input.text() || input.type() == InputType.STRING,
          "uses \"" + input.name() + "\" as text though it is a " + input.type());
    }
    for (Column column : graph.inputs()) {
      Input input = inputs.get(column.name());
      require(input != null, "does not list \"" + column.name() + "\", which the model file reads");
      require(
          input.text() == (column.kind() == Kind.STRING),
          "gives \"" + column.name() + "\" another role than the model file, which reads it as a "
              + column.kind());
    }
    contract.checks().forEach(check -> requireFit(check, inputs));
    requireFit(contract.output(), graph);
  }

  private static void requireFit(Check check, Map<String, Input> inputs) {
    List<String> columns;
    if (check instanceof Check.OutOfRange range) {
      columns = range.columns();
      int n = columns.size();
      require(range.min().length == n && range.max().length == n, "has a range without its bounds");
      for (int i = 0; i < n; i++) {
        require(range.min()[i] <= range.max()[i], "has an empty range for " + columns.get(i));
      }
    } else if (check instanceof Check.UnknownCategory known) {
      columns = List.of(known.column());
    } else if (check instanceof Check.MissingValue missing) {
      columns = missing.columns();
    } else {
      columns = ((Check.NotANumber) check).columns();
    }
    for (String column : columns) {
      Input input = inputs.get(column);
      require(input != null, "checks \"" + column + "\", which is no input");
      if (check instanceof Check.UnknownCategory known) {
        requireCategories(known, input.text());
      } else {
        boolean numeric = !(check instanceof Check.MissingValue);
        require(
            !(numeric && input.text()),
            "checks \"" + column + "\" for " + check.refusal() + " though it is used as text");
      }
    }
  }

  private static void requireCategories(Check.UnknownCategory check, boolean text) {
    Set<Object> seen = new HashSet<>();
    for (Object category : check.categories()) {
      require(
          category == null || (text ? category instanceof String : category instanceof Double),
          "lists the category " + category + " for \"" + check.column() + "\", which it cannot be");
      Object key =
          text ? category : (Object) NumberTable.key(category == null ? Double.NaN : (Double) category);
      require(seen.add(key), "lists a category of \"" + check.column() + "\" twice");
    }
  }

  private static void requireFit(OutputType output, Graph graph) {
    List<String> labels = graph.outputs().labels();
    boolean classifies = output.kind() == OutputKind.CLASSIFICATION;
    require(
        classifies != labels.isEmpty(),
        "promises a " + output.kind() + ", which the model file is not");
    int probabilities = graph.outputs().probabilities().size();
    require(
        !output.probabilities() || probabilities > 0,
        "promises probabilities, which the model file does not hold");
    if (!classifies) {
      int width = graph.outputs().predictions().size();
      require(
          output.type() == ValueType.DOUBLE || output.type() == ValueType.LONG && output.array(),
          "promises a regression of neither doubles nor an array of longs");
      require(
          output.width() == width && (output.array() || width == 1),
          "promises " + output.width() + " outputs where the model file has " + width);
      return;
    }
    require(!output.array() && output.width() == 1, "promises an array of classes");
    require(
        output.classes().size() == labels.size(),
        "lists " + output.classes().size() + " classes, the model file " + labels.size());
    for (int i = 0; i < labels.size(); i++) {
      require(
          means(labels.get(i), output.classes().get(i), output.type()),
          "calls class " + i + " " + output.classes().get(i) + ", the model file \""
              + labels.get(i) + "\"");
    }
  }

  /** Whether the text of a label in the file means the typed class of the manifest. */
  private static boolean means(String label, Object value, ValueType type) {
    try {
      return switch (type) {
        case STRING -> label.equals(value);
        case BOOLEAN -> value instanceof Boolean && label.equalsIgnoreCase(value.toString());
        case LONG -> value instanceof Long && Long.valueOf(label).equals(value);
        case DOUBLE -> value instanceof Double && Double.valueOf(label).equals(value);
      };
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new PenstockException(
          ErrorClass.MANIFEST_INVALID,
          "the contract " + problem + "; export the model again, both files together");
    }
  }
}
