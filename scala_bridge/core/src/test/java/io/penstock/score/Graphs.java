package io.penstock.score;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.Outputs;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Short ways to write graphs, contracts and rows in tests. */
final class Graphs {
  private Graphs() {}

  static Column number(String name) {
    return new Column(name, Kind.NUMBER);
  }

  static Column text(String name) {
    return new Column(name, Kind.STRING);
  }

  static Graph regression(List<Column> inputs, List<Node> nodes, String... predictions) {
    return new Graph(inputs, nodes, new Outputs(List.of(predictions), List.of(), List.of()));
  }

  static Graph classification(
      List<Column> inputs,
      List<Node> nodes,
      String label,
      List<String> labels,
      List<String> probabilities) {
    return new Graph(inputs, nodes, new Outputs(List.of(label), labels, probabilities));
  }

  /** One split: x <= threshold gives left, else right. */
  static Tree stump(int feature, double threshold, boolean missingLeft, double left, double right) {
    return new Tree(
        new int[] {feature, -1, -1},
        new double[] {threshold, 0, 0},
        new int[] {1, -1, -1},
        new int[] {2, -1, -1},
        new boolean[] {missingLeft, false, false},
        new double[][] {null, {left}, {right}});
  }

  /** A tree that is one leaf. */
  static Tree leaf(double... values) {
    return new Tree(
        new int[] {-1},
        new double[1],
        new int[] {-1},
        new int[] {-1},
        new boolean[1],
        new double[][] {values});
  }

  static TreeEnsemble sum(List<String> inputs, List<Tree> trees, String... outputs) {
    return new TreeEnsemble(
        inputs,
        trees,
        TreeEnsemble.Aggregate.SUM,
        TreeEnsemble.Compare.FLOAT64,
        List.of(outputs));
  }

  /** A contract for a regression over these inputs. */
  static Contract contract(List<Input> inputs, Check... checks) {
    OutputType output =
        new OutputType(OutputKind.REGRESSION, ValueType.DOUBLE, false, 1, List.of(), false);
    return new Contract(inputs, List.of(checks), output);
  }

  /** A row from names and values in turn. */
  static Map<String, Object> row(Object... namesAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return row;
  }

  static double predict(Scorer scorer, Object... namesAndValues) {
    return (Double) scorer.score(row(namesAndValues)).prediction();
  }

  /** A list that may hold null. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  static <T> List<T> listOf(T... values) {
    return new ArrayList<>(Arrays.asList(values));
  }
}
