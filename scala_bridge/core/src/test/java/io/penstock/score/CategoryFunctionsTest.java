package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Columns that depend on one text column are looked up, and say what they said one by one. */
class CategoryFunctionsTest {
  private static final int CATEGORIES = 12;

  @Test
  void aOneHotWrittenAsComparisonsIsOneLook() {
    List<Node> nodes = new ArrayList<>();
    List<String> columns = new ArrayList<>(List.of("x"));
    for (int i = 0; i < CATEGORIES; i++) { // as PMML says it: 1 where equal, 0 for missing
      nodes.add(new Node.CategoryMapper("t", List.of("c" + i), new double[] {1}, 0.0, "is" + i));
      nodes.add(new Node.Unary(Node.UnaryOp.IS_NAN, "is" + i, "nan" + i));
      nodes.add(
          new Node.Where("nan" + i, new Operand.Const(0), new Operand.Ref("is" + i), "hot" + i));
      columns.add("hot" + i);
    }
    nodes.add(linear(columns, new Random(1)));
    assertEquals(2, requireSame(nodes));
  }

  @Test
  void valuesThatAreNeverZeroAndTextThatIsImputed() {
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node.StringImputer("t", "c3", "filled"));
    nodes.add(
        new Node.CategoryMapper(
            "filled", List.of("c1", "c2", "c3"), new double[] {0.1, -0.0, 1e300}, -7.25, "code"));
    nodes.add(
        new Node.Binary(
            Node.BinaryOp.DIV, new Operand.Ref("code"), new Operand.Const(3.0), "scaled"));
    List<Object> own = new ArrayList<>(List.of("c2", "", "c5"));
    own.add(null);
    nodes.add(new Node.OneHotEncoder("t", own, List.of("a", "b", "c", "d")));
    nodes.add(linear(List.of("a", "c", "scaled", "x", "b", "code", "d"), new Random(2)));
    requireSame(nodes);
  }

  @Test
  void weightsThatAreNotFiniteKeepTheirZeros() {
    List<Node> nodes =
        List.of(
            new Node.OneHotEncoder("t", List.of("c1", "c2"), List.of("a", "b")),
            new Node.Linear(
                List.of("x", "a", "b"),
                new double[][] {{1, Double.POSITIVE_INFINITY, 2}},
                new double[] {0},
                List.of("y")));
    requireSame(nodes);
  }

  private static Node.Linear linear(List<String> columns, Random random) {
    double[] weights = random.doubles(columns.size(), -1, 1).toArray();
    return new Node.Linear(columns, new double[][] {weights}, new double[] {0.3}, List.of("y"));
  }

  /** Compares every category, a new one, the empty text and null; how many steps there are. */
  private static int requireSame(List<Node> nodes) {
    Graph graph = Graphs.regression(List.of(Graphs.number("x"), Graphs.text("t")), nodes, "y");
    Scorer scorer = Scorer.compile(graph, null);
    RowBuffer buffer = scorer.newBuffer();
    List<String> texts = Graphs.listOf(null, "", "new");
    for (int i = 0; i < CATEGORIES; i++) {
      texts.add("c" + i);
    }
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) { // in an order in which each follows many others
      Map<String, Object> row =
          Graphs.row("x", random.nextGaussian(), "t", texts.get(random.nextInt(texts.size())));
      RowBinder.bind(buffer, row);
      assertEquals(null, scorer.score(buffer));
      assertEquals(new Interpreter(graph, row).number("y"), buffer.prediction(), row.toString());
    }
    GraphCompiler compiler =
        new GraphCompiler(graph, scorer.inputs(), new Liveness(graph, true));
    return compiler.predictionSteps().length;
  }
}
