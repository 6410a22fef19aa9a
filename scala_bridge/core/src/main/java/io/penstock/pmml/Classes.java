package io.penstock.pmml;

import io.penstock.graph.Node.ArgMax;
import io.penstock.graph.Node.Linear;
import io.penstock.graph.Node.OneHotEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Classes and their order, and the choice among them. */
final class Classes {
  static final int MAX_CLASSES = 100_000;

  private Classes() {}

  /** Checks the classes of a model against those that it gives numbers for. */
  static void check(Element by, List<String> labels, List<String> given) {
    if (labels.size() > MAX_CLASSES
        || labels.size() != given.size()
        || !labels.containsAll(given)
        || given.stream().distinct().count() != given.size()) {
      throw by.unreadable("the classes that it gives numbers for are not those of its target");
    }
  }

  /**
   * The class with the largest number, in the order {@code given} the first of equals; no class
   * where the first number is missing.
   */
  static Result largest(
      List<String> labels, List<String> given, List<String> columns, Columns builder) {
    String winner = builder.fresh("class");
    builder.add(new ArgMax(List.copyOf(columns), winner));
    String index = renumber(winner, given, labels, builder);
    Map<String, String> probabilities = new LinkedHashMap<>();
    for (int i = 0; i < given.size(); i++) {
      probabilities.put(given.get(i), columns.get(i));
    }
    String known = builder.unlessMissing(Columns.ref(columns.get(0)), Columns.ref(index));
    return Result.label(known, labels, probabilities);
  }

  /** From the index in one order of the labels to that in another. */
  private static String renumber(
      String index, List<String> from, List<String> to, Columns builder) {
    if (from.equals(to)) {
      return index;
    }
    List<Object> indices = new ArrayList<>();
    double[] renumbered = new double[from.size()];
    for (int i = 0; i < renumbered.length; i++) {
      indices.add((double) i);
      renumbered[i] = to.indexOf(from.get(i));
    }
    String result = builder.fresh("class");
    List<String> indicators = builder.fresh(result, renumbered.length);
    builder.add(new OneHotEncoder(index, indices, indicators));
    builder.add(
        new Linear(
            indicators, new double[][] {renumbered}, new double[] {0}, List.of(result)));
    return result;
  }
}
