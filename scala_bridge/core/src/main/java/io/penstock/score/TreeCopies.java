package io.penstock.score;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins ensembles that differ in nothing but their leaf values. A file format whose leaves hold one
 * number writes a forest of k outputs as k copies of its trees; a row need walk them only once.
 */
final class TreeCopies {
  private TreeCopies() {}

  /** The same graph, with one ensemble of several outputs in the place of the first copy. */
  static Graph join(Graph graph) {
    List<List<TreeEnsemble>> groups = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node instanceof TreeEnsemble ensemble) {
        group(groups, ensemble).add(ensemble);
      }
    }
    Map<TreeEnsemble, List<TreeEnsemble>> byFirst = new IdentityHashMap<>();
    groups.forEach(group -> byFirst.put(group.get(0), group));
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!(node instanceof TreeEnsemble ensemble)) {
        nodes.add(node);
      } else if (byFirst.containsKey(ensemble)) {
        nodes.add(joined(byFirst.get(ensemble)));
      }
    }
    return new Graph(graph.inputs(), List.copyOf(nodes), graph.outputs());
  }

  /** The group that the ensemble belongs to, if need be a new and empty one. */
  private static List<TreeEnsemble> group(
      List<List<TreeEnsemble>> groups, TreeEnsemble ensemble) {
    for (List<TreeEnsemble> group : groups) {
      if (sameBranches(group.get(0), ensemble)) {
        return group;
      }
    }
    List<TreeEnsemble> group = new ArrayList<>();
    groups.add(group);
    return group;
  }

  private static boolean sameBranches(TreeEnsemble a, TreeEnsemble b) {
    if (a.aggregate() != b.aggregate()
        || a.compare() != b.compare()
        || a.trees().size() != b.trees().size()
        || !a.inputs().equals(b.inputs())) {
      return false;
    }
    for (int t = 0; t < a.trees().size(); t++) {
      if (!sameBranches(a.trees().get(t), b.trees().get(t))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameBranches(Tree a, Tree b) {
    return Arrays.equals(a.feature(), b.feature())
        && Arrays.equals(a.threshold(), b.threshold())
        && Arrays.equals(a.left(), b.left())
        && Arrays.equals(a.right(), b.right())
        && Arrays.equals(a.missingLeft(), b.missingLeft());
  }

  private static TreeEnsemble joined(List<TreeEnsemble> copies) {
    TreeEnsemble first = copies.get(0);
    if (copies.size() == 1) {
      return first;
    }
    List<String> outputs = new ArrayList<>();
    copies.forEach(copy -> outputs.addAll(copy.outputs()));
    List<Tree> trees = new ArrayList<>();
    for (int t = 0; t < first.trees().size(); t++) {
      Tree tree = first.trees().get(t);
      double[][] values = new double[tree.nodeCount()][];
      for (int node = 0; node < values.length; node++) {
        values[node] = tree.feature()[node] < 0 ? leaf(copies, t, node, outputs.size()) : null;
      }
      trees.add(
          new Tree(
              tree.feature(),
              tree.threshold(),
              tree.left(),
              tree.right(),
              tree.missingLeft(),
              values));
    }
    return new TreeEnsemble(
        first.inputs(), List.copyOf(trees), first.aggregate(), first.compare(), outputs);
  }

  private static double[] leaf(List<TreeEnsemble> copies, int tree, int node, int outputs) {
    double[] values = new double[outputs];
    int at = 0;
    for (TreeEnsemble copy : copies) {
      double[] own = copy.trees().get(tree).values()[node];
      System.arraycopy(own, 0, values, at, own.length);
      at += own.length;
    }
    return values;
  }
}
