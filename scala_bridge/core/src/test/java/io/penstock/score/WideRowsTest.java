package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sizes that are large but real: thousands of columns, categories, and levels of a tree. */
class WideRowsTest {
  private static final int WIDTH = 2000;

  @Test
  void twoThousandScaledColumns() {
    List<Column> inputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    List<String> scaled = new ArrayList<>();
    double[] weights = new double[WIDTH];
    List<Input> contractInputs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < WIDTH; i++) {
      String x = "x" + i;
      names.add(x);
      inputs.add(Graphs.number(x));
      contractInputs.add(new Input(x, InputType.STRING, false));
      Operand mean = new Operand.Const(i);
      Operand scale = new Operand.Const(i + 1);
      nodes.add(new Node.Binary(Node.BinaryOp.SUB, new Operand.Ref(x), mean, "c" + i));
      nodes.add(new Node.Binary(Node.BinaryOp.DIV, new Operand.Ref("c" + i), scale, "s" + i));
      scaled.add("s" + i);
      weights[i] = 1.0 / (i + 1);
    }
    nodes.add(new Node.Linear(scaled, new double[][] {weights}, new double[] {3}, List.of("y")));
    Graph graph = Graphs.regression(inputs, nodes, "y");
    double[] bound = new double[WIDTH];
    Arrays.fill(bound, 1e6);
    double[] low = Arrays.stream(bound).map(b -> -b).toArray();
    Contract contract =
        Graphs.contract(
            contractInputs,
            new Check.NotANumber(names),
            new Check.MissingValue(names),
            new Check.OutOfRange(names, low, bound));
    Scorer scorer = Scorer.compile(graph, contract);
    RowBuffer row = scorer.newBuffer();
    double expected = 0;
    for (int i = 0; i < WIDTH; i++) {
      row.setText(i, i + ".25");
      expected += (i + 0.25 - i) / (i + 1) * weights[i];
    }
    assertNull(scorer.score(row));
    assertEquals(expected + 3, row.prediction());
    row.setText(WIDTH - 1, "1e7");
    row.setText(WIDTH - 2, "");
    assertEquals(Refusal.NOT_A_NUMBER, scorer.score(row));
    assertEquals("x1998", row.refusedColumn());
    row.setNumber(WIDTH - 2, 0);
    assertEquals(Refusal.OUT_OF_RANGE, scorer.score(row));
    assertEquals("x1999", row.refusedColumn());
  }

  @Test
  void aHundredThousandCategories() {
    int count = 100_000;
    List<Object> categories = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      categories.add("Aa".repeat(i % 3) + "BB".repeat(i % 5) + i); // equal hashes among them
      outputs.add("o" + i);
      weights[i] = i;
    }
    Graph graph =
        Graphs.regression(
            List.of(Graphs.text("t")),
            List.of(
                new Node.OneHotEncoder("t", categories, outputs),
                new Node.Linear(outputs, new double[][] {weights}, new double[1], List.of("y"))),
            "y");
    Scorer scorer = Scorer.compile(graph, null);
    RowBuffer row = scorer.newBuffer();
    for (int i = 0; i < count; i += 1237) {
      row.setText(0, (String) categories.get(i));
      assertNull(scorer.score(row));
      assertEquals(i, row.prediction());
    }
    row.setText(0, "none of them");
    assertNull(scorer.score(row));
    assertEquals(0.0, row.prediction());
  }

  @Test
  void aTreeAsDeepAsItHasSplits() {
    int splits = 200_000;
    int n = 2 * splits + 1;
    int[] feature = new int[n];
    double[] threshold = new double[n];
    int[] left = new int[n];
    int[] right = new int[n];
    double[][] values = new double[n][];
    for (int s = 0; s < splits; s++) { // x <= s ends here, else goes on
      int node = 2 * s;
      threshold[node] = s;
      left[node] = node + 1;
      right[node] = node + 2;
      feature[node + 1] = left[node + 1] = right[node + 1] = -1;
      values[node + 1] = new double[] {s};
    }
    feature[n - 1] = left[n - 1] = right[n - 1] = -1;
    values[n - 1] = new double[] {splits};
    Tree tree = new Tree(feature, threshold, left, right, new boolean[n], values);
    TreeEnsemble ensemble = Graphs.sum(List.of("x"), List.of(tree), "y");
    Graph graph = Graphs.regression(List.of(Graphs.number("x")), List.of(ensemble), "y");
    Scorer scorer = Scorer.compile(graph, null);
    assertEquals(150_000.0, Graphs.predict(scorer, "x", 149_999.5));
    assertEquals((double) splits, Graphs.predict(scorer, "x", 1e300));
    assertEquals(150_000, scorer.leaves(Graphs.row("x", 150_000.0))[0]);
  }
}
