package io.penstock.score;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds the number columns that depend on one text column only: one-hot columns, mapped
 * categories, and what is computed from those and constants. They are computed here, once for each
 * category and by the scorer's own arithmetic, so that a row needs one look into a table.
 */
final class CategoryFunctions {
  private final Map<String, Map<String, Integer>> places = new LinkedHashMap<>();
  private final Map<String, CategoryFunction> functions = new HashMap<>();
  private final Map<String, List<String>> columns = new HashMap<>();

  CategoryFunctions(Graph graph, Liveness live) {
    Set<String> texts = new HashSet<>();
    for (Column input : graph.inputs()) {
      if (input.kind() == Kind.STRING) {
        texts.add(input.name());
      }
    }
    for (Node node : graph.nodes()) {
      if (node instanceof Node.StringImputer n) {
        texts.add(n.output());
      } else if (live.contains(node)) {
        add(node, texts);
      }
    }
  }

  /** The function that a column is; null for any other column. */
  CategoryFunction of(String column) {
    return functions.get(column);
  }

  /** The columns that are functions of a text column, in the order of the graph. */
  List<String> columnsOf(String source) {
    return columns.getOrDefault(source, List.of());
  }

  /** The texts that some function of a text column tells from others, each at its place. */
  List<String> places(String source) {
    return new ArrayList<>(places.getOrDefault(source, Map.of()).keySet());
  }

  private void add(Node node, Set<String> texts) {
    if (node instanceof Node.OneHotEncoder n && texts.contains(n.input())) {
      for (int i = 0; i < n.outputs().size(); i++) {
        int[] place = {place(n.input(), (String) n.categories().get(i))};
        put(n.outputs().get(i), new CategoryFunction(n.input(), place, new double[] {1.0}, 0.0));
      }
    } else if (node instanceof Node.CategoryMapper n && n.unknown() != null) {
      int count = n.categories().size();
      int[] found = new int[count];
      for (int i = 0; i < count; i++) {
        found[i] = place(n.input(), n.categories().get(i));
      }
      int[] order =
          IntStream.range(0, count)
              .boxed()
              .sorted((a, b) -> Integer.compare(found[a], found[b]))
              .mapToInt(Integer::intValue)
              .toArray();
      put(
          n.output(),
          new CategoryFunction(
              n.input(),
              IntStream.of(order).map(i -> found[i]).toArray(),
              IntStream.of(order).mapToDouble(i -> n.values()[i]).toArray(),
              n.unknown()));
    } else if (node instanceof Node.Imputer n) {
      for (int i = 0; i < n.inputs().size(); i++) {
        Operand input = new Operand.Ref(n.inputs().get(i));
        combine(Elementwise.Op.IMPUTE, n.outputs().get(i), input, new Operand.Const(n.fill()[i]));
      }
    } else if (node instanceof Node.Binary n) {
      combine(Elementwise.Op.valueOf(n.op().name()), n.output(), n.left(), n.right());
    } else if (node instanceof Node.Unary n) {
      combine(Elementwise.Op.valueOf(n.op().name()), n.output(), new Operand.Ref(n.input()));
    } else if (node instanceof Node.Where n) {
      Operand condition = new Operand.Ref(n.condition());
      combine(Elementwise.Op.WHERE, n.output(), condition, n.then(), n.otherwise());
    }
  }

  private int place(String source, String text) {
    Map<String, Integer> known = places.computeIfAbsent(source, s -> new LinkedHashMap<>());
    Integer place = known.get(text);
    if (place == null) {
      place = known.size();
      known.put(text, place);
    }
    return place;
  }

  private void put(String column, CategoryFunction function) {
    functions.put(column, function);
    columns.computeIfAbsent(function.source(), source -> new ArrayList<>()).add(column);
  }

  /** An elementwise operation on functions of one text column, and on constants. */
  private void combine(Elementwise.Op op, String output, Operand... operands) {
    CategoryFunction[] given = new CategoryFunction[operands.length];
    String source = null;
    for (int i = 0; i < operands.length; i++) {
      if (operands[i] instanceof Operand.Ref ref) {
        given[i] = functions.get(ref.column());
        if (given[i] == null || (source != null && !source.equals(given[i].source()))) {
          return;
        }
        source = given[i].source();
      } else {
        double constant = ((Operand.Const) operands[i]).value();
        given[i] = new CategoryFunction(null, new int[0], new double[0], constant);
      }
    }
    if (source == null) {
      return;
    }
    int[] all =
        java.util.Arrays.stream(given)
            .map(CategoryFunction::places)
            .flatMapToInt(IntStream::of)
            .sorted()
            .distinct()
            .toArray();
    double[] values = IntStream.of(all).mapToDouble(place -> apply(op, given, place)).toArray();
    put(output, new CategoryFunction(source, all, values, apply(op, given, -1)));
  }

  private static double apply(Elementwise.Op op, CategoryFunction[] given, int place) {
    double[] arguments = new double[3];
    for (int i = 0; i < given.length; i++) {
      arguments[i] = given[i].at(place);
    }
    return Elementwise.apply(op, arguments[0], arguments[1], arguments[2]);
  }
}
