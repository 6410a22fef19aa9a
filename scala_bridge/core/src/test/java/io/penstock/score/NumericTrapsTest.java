package io.penstock.score;

import static io.penstock.score.Graphs.classification;
import static io.penstock.score.Graphs.contract;
import static io.penstock.score.Graphs.leaf;
import static io.penstock.score.Graphs.listOf;
import static io.penstock.score.Graphs.number;
import static io.penstock.score.Graphs.predict;
import static io.penstock.score.Graphs.regression;
import static io.penstock.score.Graphs.row;
import static io.penstock.score.Graphs.stump;
import static io.penstock.score.Graphs.sum;
import static io.penstock.score.Graphs.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import io.penstock.graph.TreeEnsemble.Aggregate;
import io.penstock.graph.TreeEnsemble.Compare;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test for each way in which exporters have been seen to give a slightly different number. */
class NumericTrapsTest {
  private static final Operand X = new Operand.Ref("x");

  private static Scorer trees(Aggregate aggregate, Compare compare, Tree... trees) {
    TreeEnsemble ensemble =
        new TreeEnsemble(List.of("x"), List.of(trees), aggregate, compare, List.of("y"));
    return Scorer.compile(regression(List.of(number("x")), List.of(ensemble), "y"), null);
  }

  private static Scorer node(Node node) {
    return Scorer.compile(regression(List.of(number("x")), List.of(node), "y"), null);
  }

  @Test
  void float32SplitRoundsTheInputAndComparesWithTheDoubleThreshold() {
    double below = 1.0f;
    double above = Math.nextUp(1.0f);
    double threshold = (below + above) / 2 * (1 - Math.ulp(1.0)); // just under the midpoint
    double x = Math.nextUp(threshold); // greater in double, rounds down to 1.0f
    assertTrue(x > threshold && (float) x == 1.0f);
    Tree tree = stump(0, threshold, false, -1, 1);
    assertEquals(-1.0, predict(trees(Aggregate.SUM, Compare.FLOAT32, tree), "x", x));
    assertEquals(1.0, predict(trees(Aggregate.SUM, Compare.FLOAT64, tree), "x", x));
    // A threshold that is no float32 is itself not rounded.
    Tree third = stump(0, 0.1, false, -1, 1);
    assertEquals(1.0, predict(trees(Aggregate.SUM, Compare.FLOAT32, third), "x", (double) 0.1f));
    assertEquals(1.0, predict(trees(Aggregate.SUM, Compare.FLOAT32, third), "x", 0.1));
    assertEquals(-1.0, predict(trees(Aggregate.SUM, Compare.FLOAT64, third), "x", 0.1));
  }

  @Test
  void missingValuesGoWhereEachNodeSendsThem() {
    Scorer scorer =
        trees(
            Aggregate.SUM,
            Compare.FLOAT64,
            stump(0, 0.0, true, 1, 2),
            stump(0, 0.0, false, 10, 20),
            stump(0, Double.POSITIVE_INFINITY, false, 100, 200));
    assertEquals(221.0, predict(scorer, "x", Double.NaN));
    assertEquals(221.0, predict(scorer, "x", null));
    assertEquals(111.0, predict(scorer, "x", -1.0));
    assertEquals(122.0, predict(scorer, "x", Double.POSITIVE_INFINITY));
    assertEquals(111.0, predict(scorer, "x", Double.NEGATIVE_INFINITY));
  }

  @Test
  void zerosOfEitherSignGoTheSameWay() {
    Scorer scorer = trees(Aggregate.SUM, Compare.FLOAT64, stump(0, -0.0, false, 1, 2));
    assertEquals(1.0, predict(scorer, "x", 0.0));
    assertEquals(1.0, predict(scorer, "x", -0.0));
    assertEquals(2.0, predict(scorer, "x", Double.MIN_VALUE));
  }

  @Test
  void treesAreSummedInTheirOrderFromZero() {
    double tiny = 0x1p-53;
    Tree[] bigFirst = {leaf(1.0), leaf(tiny), leaf(tiny)};
    Tree[] tinyFirst = {leaf(tiny), leaf(tiny), leaf(1.0)};
    assertEquals(
        1.0, predict(trees(Aggregate.SUM, Compare.FLOAT32, bigFirst), "x", 0.0));
    assertEquals(
        Math.nextUp(1.0), predict(trees(Aggregate.SUM, Compare.FLOAT32, tinyFirst), "x", 0.0));
  }

  @Test
  void aMeanIsTheSumDividedOnce() {
    Tree[] trees = {leaf(0.1), leaf(0.2), leaf(0.3)};
    double mean = predict(trees(Aggregate.MEAN, Compare.FLOAT32, trees), "x", 0.0);
    assertEquals((0.1 + 0.2 + 0.3) / 3, mean);
    assertNotEquals(0.1 / 3 + 0.2 / 3 + 0.3 / 3, mean);
  }

  @Test
  void aTieBetweenClassesFollowsTheOrderOfTheSum() {
    // Summed in this order the first class has 0.6000000000000001 against 0.6.
    Tree[] trees = {leaf(0.1, 0.3), leaf(0.2, 0.2), leaf(0.3, 0.1)};
    TreeEnsemble forest =
        sum(List.of("x"), List.of(trees), "a", "b");
    Node label = new Node.ArgMax(List.of("b", "a"), "label");
    Graph graph =
        classification(
            List.of(number("x")), List.of(forest, label), "label", List.of("b", "a"), List.of());
    assertEquals("a", Scorer.compile(graph, null).score(row("x", 0.0)).prediction());
  }

  @Test
  void argMaxTakesTheFirstOfEqualsAndNeverNaN() {
    List<Node> nodes =
        List.of(
            new Node.ArgMax(List.of("a", "b", "c"), "label"));
    Graph graph =
        classification(
            List.of(number("a"), number("b"), number("c")),
            nodes,
            "label",
            List.of("A", "B", "C"),
            List.of());
    Scorer scorer = Scorer.compile(graph, null);
    double nan = Double.NaN;
    assertEquals("B", scorer.score(row("a", 0.0, "b", 1.0, "c", 1.0)).prediction());
    assertEquals("C", scorer.score(row("a", nan, "b", nan, "c", -5.0)).prediction());
    assertEquals("B", scorer.score(row("a", nan, "b", -1.0, "c", nan)).prediction());
    assertEquals("A", scorer.score(row("a", nan, "b", nan, "c", nan)).prediction());
    double low = Double.NEGATIVE_INFINITY;
    assertEquals("B", scorer.score(row("a", nan, "b", low, "c", low)).prediction());
    assertEquals("A", scorer.score(row("a", -0.0, "b", 0.0, "c", -1.0)).prediction());
  }

  @Test
  void theLabelComesFromTheMarginNotFromTheProbability() {
    // At a margin of 1e-17 both probabilities are 0.5, and scikit-learn says the second class.
    Node link = new Node.Link(Node.LinkFunction.LOGISTIC, List.of("x"), List.of("p"));
    Node rest =
        new Node.Binary(Node.BinaryOp.SUB, new Operand.Const(1.0), new Operand.Ref("p"), "q");
    Node label = new Node.Binary(Node.BinaryOp.GREATER, X, new Operand.Const(0.0), "label");
    Graph graph =
        classification(
            List.of(number("x")),
            List.of(link, rest, label),
            "label",
            List.of("no", "yes"),
            List.of("q", "p"));
    Score score = Scorer.compile(graph, null).score(row("x", 1e-17));
    assertEquals("yes", score.prediction());
    assertArrayEquals(new double[] {0.5, 0.5}, score.probabilities());
    assertEquals("no", Scorer.compile(graph, null).score(row("x", -0.0)).prediction());
  }

  @Test
  void logisticKeepsItsTails() {
    Scorer scorer = node(new Node.Link(Node.LinkFunction.LOGISTIC, List.of("x"), List.of("y")));
    assertEquals(1.0, predict(scorer, "x", 800.0));
    assertEquals(0.0, predict(scorer, "x", -800.0));
    assertEquals(1.0 / (1.0 + StrictMath.exp(700.0)), predict(scorer, "x", -700.0));
    assertTrue(predict(scorer, "x", -700.0) > 0.0);
    assertEquals(1.0, predict(scorer, "x", Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(predict(scorer, "x", Double.NaN)));
  }

  @Test
  void softmaxSubtractsTheMaximum() {
    Node link =
        new Node.Link(Node.LinkFunction.SOFTMAX, List.of("a", "b"), List.of("p", "q"));
    Node label = new Node.ArgMax(List.of("a", "b"), "label");
    Graph graph =
        classification(
            List.of(number("a"), number("b")),
            List.of(link, label),
            "label",
            List.of("A", "B"),
            List.of("p", "q"));
    Scorer scorer = Scorer.compile(graph, null);
    double[] p = scorer.score(row("a", 1000.0, "b", 1001.0)).probabilities();
    double e = StrictMath.exp(-1.0);
    assertArrayEquals(new double[] {e / (e + 1.0), 1.0 / (e + 1.0)}, p);
  }

  @Test
  void divisionIsNotMultiplicationByTheReciprocal() {
    double x = 5.0;
    double scale = 49.0;
    assertNotEquals(x / scale, x * (1 / scale));
    Node divide = new Node.Binary(Node.BinaryOp.DIV, X, new Operand.Const(scale), "y");
    assertEquals(x / scale, predict(node(divide), "x", x));
  }

  @Test
  void linearAddsTheInterceptLast() {
    Node linear =
        new Node.Linear(
            List.of("x", "z"), new double[][] {{1.0, 1.0}}, new double[] {-1e16}, List.of("y"));
    Scorer scorer =
        Scorer.compile(
            regression(List.of(number("x"), number("z")), List.of(linear), "y"), null);
    assertEquals(2.0, predict(scorer, "x", 1e16, "z", 2.0));
    assertEquals((1e16 + 1.0) - 1e16, predict(scorer, "x", 1e16, "z", 1.0));
  }

  @Test
  void float32OverflowsToInfinityWhereNoCheckRefuses() {
    Node round = new Node.Unary(Node.UnaryOp.FLOAT32, "x", "y");
    assertEquals(Double.POSITIVE_INFINITY, predict(node(round), "x", 1e39));
    double max = Float.MAX_VALUE;
    Contract contract =
        contract(
            List.of(new Input("x", InputType.DOUBLE, false)),
            new Check.OutOfRange(List.of("x"), new double[] {-max}, new double[] {max}));
    Scorer checked =
        Scorer.compile(regression(List.of(number("x")), List.of(round), "y"), contract);
    assertEquals(Refusal.OUT_OF_RANGE, checked.score(row("x", 1e39)).refusal());
    assertEquals(max, predict(checked, "x", max));
    assertTrue(Double.isNaN(predict(checked, "x", Double.NaN)));
  }

  @Test
  void minAndMaxGiveNaNAndComparisonsDoNotHoldForIt() {
    Operand one = new Operand.Const(1.0);
    for (Node.BinaryOp op : Node.BinaryOp.values()) {
      double y = predict(node(new Node.Binary(op, X, one, "y")), "x", Double.NaN);
      boolean comparison = op.ordinal() >= Node.BinaryOp.LESS.ordinal();
      assertEquals(comparison ? 0.0 : Double.NaN, y, op.name());
    }
    assertEquals(
        -0.0,
        predict(
            node(new Node.Binary(Node.BinaryOp.MIN, X, new Operand.Const(-0.0), "y")), "x", 0.0));
  }

  @Test
  void whereTakesNaNForTrue() {
    Node where = new Node.Where("x", new Operand.Const(1.0), new Operand.Const(2.0), "y");
    assertEquals(1.0, predict(node(where), "x", Double.NaN));
    assertEquals(2.0, predict(node(where), "x", -0.0));
    assertEquals(1.0, predict(node(where), "x", 0.5));
  }

  @Test
  void numericCategoriesHoldZerosForEqualAndNaNForItself() {
    Node encoder =
        new Node.OneHotEncoder("x", List.of(1.5, -0.0, Double.NaN), List.of("a", "b", "c"));
    Scorer scorer =
        Scorer.compile(regression(List.of(number("x")), List.of(encoder), "a", "b", "c"), null);
    assertArrayEquals(new double[] {0, 1, 0}, (double[]) scorer.score(row("x", 0.0)).prediction());
    assertArrayEquals(new double[] {0, 1, 0}, (double[]) scorer.score(row("x", -0.0)).prediction());
    assertArrayEquals(
        new double[] {0, 0, 1}, (double[]) scorer.score(row("x", Double.NaN)).prediction());
    assertArrayEquals(new double[] {0, 0, 0}, (double[]) scorer.score(row("x", 2.0)).prediction());
    assertArrayEquals(new double[] {1, 0, 0}, (double[]) scorer.score(row("x", 1.5)).prediction());
  }

  @Test
  void nullEmptyAndUnseenTextAreThreeThings() {
    Node encoder =
        new Node.OneHotEncoder("t", listOf("", null, "é"), List.of("empty", "nothing", "e"));
    Scorer scorer =
        Scorer.compile(
            regression(List.of(text("t")), List.of(encoder), "empty", "nothing", "e"), null);
    assertArrayEquals(new double[] {1, 0, 0}, (double[]) scorer.score(row("t", "")).prediction());
    assertArrayEquals(new double[] {0, 1, 0}, (double[]) scorer.score(row("t", null)).prediction());
    assertArrayEquals(new double[] {0, 0, 1}, (double[]) scorer.score(row("t", "é")).prediction());
    assertArrayEquals(new double[] {0, 0, 0}, (double[]) scorer.score(row("t", "e")).prediction());
    // The same character in two code points is another category, as it is in Python.
    assertArrayEquals(
        new double[] {0, 0, 0}, (double[]) scorer.score(row("t", "e\u0301")).prediction());
  }

  @Test
  void imputersReplaceOnlyWhatIsMissing() {
    Node number = new Node.Imputer(List.of("x"), new double[] {7.0}, List.of("y"));
    assertEquals(7.0, predict(node(number), "x", null));
    assertEquals(Double.POSITIVE_INFINITY, predict(node(number), "x", Double.POSITIVE_INFINITY));
    Node fill = new Node.StringImputer("t", "none", "f");
    Node mapper =
        new Node.CategoryMapper("f", List.of("none", ""), new double[] {1, 2}, -1.0, "y");
    Scorer scorer = Scorer.compile(regression(List.of(text("t")), List.of(fill, mapper), "y"), null);
    assertEquals(1.0, predict(scorer, "t", null));
    assertEquals(2.0, predict(scorer, "t", ""));
    assertEquals(-1.0, predict(scorer, "t", "nan"));
  }
}
