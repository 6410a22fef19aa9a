package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.Outputs;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import io.penstock.graph.TreeEnsemble.Aggregate;
import io.penstock.graph.TreeEnsemble.Compare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeCopiesTest {

  @Test
  void copiesBecomeOneEnsembleWithTheSameAnswers() {
    Graph graph = graph(forest("a", 0.5, 1, 2), forest("b", 0.5, 30, 40), forest("c", 0.5, 5, 6));
    Graph joined = TreeCopies.join(graph);
    assertEquals(1, joined.nodes().size());
    assertEquals(List.of("a", "b", "c"), joined.nodes().get(0).outputs());
    Scorer scorer = Scorer.compile(graph, null);
    assertArrayEquals(new double[] {1, 30, 5}, score(scorer, 0.5));
    assertArrayEquals(new double[] {2, 40, 6}, score(scorer, 0.6));
    assertArrayEquals(new int[] {1, 1}, scorer.leaves(Map.of("x", 0.6)));
  }

  @Test
  void ensemblesWithOtherBranchesStayApart() {
    Graph graph = graph(forest("a", 0.5, 1, 2), forest("b", 0.25, 30, 40), forest("c", 0.5, 5, 6));
    Graph joined = TreeCopies.join(graph);
    assertEquals(
        List.of(List.of("a", "c"), List.of("b")),
        joined.nodes().stream().map(Node::outputs).toList());
    assertArrayEquals(new double[] {1, 40, 5}, score(Scorer.compile(graph, null), 0.4));
  }

  private static double[] score(Scorer scorer, double x) {
    return (double[]) scorer.score(Map.of("x", x)).prediction();
  }

  private static Graph graph(TreeEnsemble... ensembles) {
    List<String> outputs = new ArrayList<>();
    for (TreeEnsemble ensemble : ensembles) {
      outputs.addAll(ensemble.outputs());
    }
    return new Graph(
        List.of(new Column("x", Kind.NUMBER)),
        List.of(ensembles),
        new Outputs(outputs, List.of(), List.of()));
  }

  /** The mean of two equal stumps. */
  private static TreeEnsemble forest(String output, double threshold, double low, double high) {
    Tree tree =
        new Tree(
            new int[] {0, -1, -1},
            new double[] {threshold, 0, 0},
            new int[] {1, -1, -1},
            new int[] {2, -1, -1},
            new boolean[3],
            new double[][] {null, {low}, {high}});
    return new TreeEnsemble(
        List.of("x"), List.of(tree, tree), Aggregate.MEAN, Compare.FLOAT64, List.of(output));
  }
}
