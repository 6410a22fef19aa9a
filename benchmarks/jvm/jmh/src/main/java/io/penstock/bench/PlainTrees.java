package io.penstock.bench;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.Arrays;
import java.util.List;

/**
 * What anybody would write first: the trees of the file as flat arrays, walked one after the other
 * with an if at each node. What is compared is rounded once for each row, not at each node.
 */
final class PlainTrees {
  private final boolean float32;
  private final boolean mean;
  private final int trees;
  private final int[] roots;
  private final int[] feature;
  private final double[] threshold;
  private final int[] left;
  private final int[] right;
  private final boolean[] missingLeft;
  private final double[] value;
  private final double[] row;

  /** The one ensemble of a graph with one output, which reads those columns and nothing else. */
  PlainTrees(Graph graph, String[] columns) {
    TreeEnsemble ensemble = ensemble(graph);
    List<String> names = List.of(columns);
    int[] place = ensemble.inputs().stream().mapToInt(names::indexOf).toArray();
    if (Arrays.stream(place).anyMatch(c -> c < 0)) {
      throw new IllegalArgumentException("the trees do not read the columns themselves");
    }
    float32 = ensemble.compare() == TreeEnsemble.Compare.FLOAT32;
    mean = ensemble.aggregate() == TreeEnsemble.Aggregate.MEAN;
    trees = ensemble.trees().size();
    int nodes = ensemble.trees().stream().mapToInt(Tree::nodeCount).sum();
    roots = new int[trees];
    feature = new int[nodes];
    threshold = new double[nodes];
    left = new int[nodes];
    right = new int[nodes];
    missingLeft = new boolean[nodes];
    value = new double[nodes];
    row = new double[columns.length];
    int base = 0;
    for (int t = 0; t < trees; t++) {
      Tree tree = ensemble.trees().get(t);
      roots[t] = base;
      for (int i = 0; i < tree.nodeCount(); i++) {
        boolean leaf = tree.feature()[i] < 0;
        feature[base + i] = leaf ? -1 : place[tree.feature()[i]];
        threshold[base + i] = tree.threshold()[i];
        left[base + i] = base + tree.left()[i];
        right[base + i] = base + tree.right()[i];
        missingLeft[base + i] = tree.missingLeft()[i];
        value[base + i] = leaf ? tree.values()[i][0] : 0.0;
      }
      base += tree.nodeCount();
    }
  }

  private static TreeEnsemble ensemble(Graph graph) {
    TreeEnsemble found = null;
    for (Node node : graph.nodes()) {
      if (node instanceof TreeEnsemble ensemble) {
        if (found != null || ensemble.outputs().size() != 1) {
          throw new IllegalArgumentException("the model is not one ensemble with one output");
        }
        found = ensemble;
      }
    }
    if (found == null) {
      throw new IllegalArgumentException("the model has no trees");
    }
    return found;
  }

  double score(double[] numbers, int offset) {
    for (int c = 0; c < row.length; c++) {
      double x = numbers[offset + c];
      row[c] = float32 ? (float) x : x;
    }
    double sum = 0.0;
    for (int root : roots) {
      int node = root;
      while (feature[node] >= 0) {
        double x = row[feature[node]];
        if (x <= threshold[node]) {
          node = left[node];
        } else if (Double.isNaN(x) && missingLeft[node]) {
          node = left[node];
        } else {
          node = right[node];
        }
      }
      sum += value[node];
    }
    return mean ? sum / trees : sum;
  }
}
