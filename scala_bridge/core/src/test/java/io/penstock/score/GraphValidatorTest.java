package io.penstock.score;

import static io.penstock.score.Graphs.classification;
import static io.penstock.score.Graphs.leaf;
import static io.penstock.score.Graphs.listOf;
import static io.penstock.score.Graphs.number;
import static io.penstock.score.Graphs.regression;
import static io.penstock.score.Graphs.stump;
import static io.penstock.score.Graphs.sum;
import static io.penstock.score.Graphs.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A graph that makes no sense is refused before it can answer, and the error says where. */
class GraphValidatorTest {
  private static final List<Column> XT = List.of(number("x"), text("t"));
  private static final Operand ONE = new Operand.Const(1);

  private static Graph nodes(Node... nodes) {
    return regression(XT, List.of(nodes), "y");
  }

  private static Graph tree(Tree tree) {
    return nodes(sum(List.of("x"), List.of(leaf(0), tree), "y"));
  }

  private static Tree children(int[] left, int[] right) {
    int n = left.length;
    int[] feature = new int[n];
    double[][] values = new double[n][];
    for (int i = 0; i < n; i++) {
      feature[i] = left[i] < 0 ? -1 : 0;
      values[i] = left[i] < 0 ? new double[] {i} : null;
    }
    return new Tree(feature, new double[n], left, right, new boolean[n], values);
  }

  private static Node linear(double[][] weights, double... intercepts) {
    return new Node.Linear(List.of("x"), weights, intercepts, List.of("y"));
  }

  static Stream<Arguments> broken() {
    Node negate = new Node.Unary(Node.UnaryOp.NEGATE, "x", "y");
    return Stream.of(
        Arguments.of("node 0 (Unary)", "\"z\"", nodes(new Node.Unary(Node.UnaryOp.ABS, "z", "y"))),
        Arguments.of("node 0 (Unary)", "STRING", nodes(new Node.Unary(Node.UnaryOp.ABS, "t", "y"))),
        Arguments.of("node 1 (Unary)", "defined twice", nodes(negate, negate)),
        Arguments.of(
            "node 0 (Unary)", "defined twice", nodes(new Node.Unary(Node.UnaryOp.ABS, "x", "x"))),
        Arguments.of(
            "node 0 (Binary)",
            "not defined before",
            nodes(new Node.Binary(Node.BinaryOp.ADD, ONE, new Operand.Ref("y"), "y"))),
        Arguments.of("node 0 (Linear)", "weights in a row", nodes(linear(new double[][] {{}}, 0))),
        Arguments.of("node 0 (Linear)", "intercepts", nodes(linear(new double[][] {{1}}))),
        Arguments.of(
            "node 0 (OneHotEncoder)",
            "there twice",
            nodes(new Node.OneHotEncoder("x", List.of(0.0, -0.0), List.of("y", "z")))),
        Arguments.of(
            "node 0 (OneHotEncoder)",
            "cannot be compared",
            nodes(new Node.OneHotEncoder("t", List.of(1.0), List.of("y")))),
        Arguments.of(
            "node 0 (OneHotEncoder)",
            "cannot be compared",
            nodes(new Node.OneHotEncoder("x", listOf((Object) null), List.of("y")))),
        Arguments.of(
            "node 0 (CategoryMapper)",
            "values",
            nodes(new Node.CategoryMapper("t", List.of("a"), new double[0], 0.0, "y"))),
        Arguments.of(
            "node 0 (Imputer)",
            "fill",
            nodes(new Node.Imputer(List.of("x"), new double[2], List.of("y")))),
        Arguments.of(
            "node 0 (TreeEnsemble)", "no trees", nodes(sum(List.of("x"), List.of(), "y"))),
        Arguments.of("tree 1: node 0", "feature 1 of only 1", tree(stump(1, 0, false, 0, 0))),
        Arguments.of("tree 1: node 0", "threshold", tree(stump(0, Double.NaN, false, 0, 0))),
        Arguments.of("tree 1: node 0", "2 values", tree(leaf(1, 2))),
        Arguments.of(
            "tree 1: node 1",
            "later node",
            tree(children(new int[] {1, 0, -1}, new int[] {2, 2, -1}))),
        Arguments.of(
            "tree 1: node 0", "later node", tree(children(new int[] {1, -1}, new int[] {9, -1}))),
        Arguments.of(
            "tree 1: node 0",
            "another node's child",
            tree(children(new int[] {1, -1}, new int[] {1, -1}))),
        Arguments.of(
            "tree 1: node 3",
            "nobody's child",
            tree(children(new int[] {1, -1, -1, -1}, new int[] {2, -1, -1, -1}))),
        Arguments.of(
            "the inputs", "defined twice", regression(List.of(number("x"), text("x")), List.of(), "x")),
        Arguments.of("the outputs", "\"y\"", nodes()),
        Arguments.of("the outputs", "STRING", regression(XT, List.of(), "t")),
        Arguments.of("the outputs", "no prediction", regression(XT, List.of())),
        Arguments.of(
            "the outputs",
            "label twice",
            classification(XT, List.of(), "x", List.of("a", "a"), List.of())),
        Arguments.of(
            "the outputs",
            "1 probabilities for 2 labels",
            classification(XT, List.of(), "x", List.of("a", "b"), List.of("x"))));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenGraphIsRefusedAndTheErrorSaysWhere(String place, String problem, Graph graph) {
    PenstockException e =
        assertThrows(PenstockException.class, () -> Scorer.compile(graph, null));
    assertEquals(ErrorClass.MODEL_UNREADABLE, e.errorClass());
    assertTrue(e.getMessage().contains(place), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }
}
