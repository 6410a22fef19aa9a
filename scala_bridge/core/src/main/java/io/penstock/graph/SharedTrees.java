package io.penstock.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one ensemble of those whose trees differ only in the numbers of their leaves. A format
 * whose leaves hold one number writes a forest of k classes as k such ensembles; together again,
 * each tree is walked once for all of them.
 */
final class SharedTrees {
  private record Shape(
      List<String> inputs,
      TreeEnsemble.Aggregate aggregate,
      TreeEnsemble.Compare compare,
      List<Integer> nodeCounts) {
    static Shape of(TreeEnsemble e) {
      List<Integer> counts = e.trees().stream().map(Tree::nodeCount).toList();
      return new Shape(e.inputs(), e.aggregate(), e.compare(), counts);
    }
  }

  /** The first ensemble, and of each later one only its outputs and leaves. */
  private static final class Group {
    private final TreeEnsemble first;
    private final List<String> outputs;
    private final List<List<double[][]>> leaves = new ArrayList<>();

    Group(TreeEnsemble first) {
      this.first = first;
      this.outputs = new ArrayList<>(first.outputs());
    }

    boolean accept(TreeEnsemble other) {
      for (int i = 0; i < first.trees().size(); i++) {
        if (!sameSplits(first.trees().get(i), other.trees().get(i))) {
          return false;
        }
      }
      outputs.addAll(other.outputs());
      leaves.add(other.trees().stream().map(Tree::values).toList());
      return true;
    }

    TreeEnsemble merged() {
      if (leaves.isEmpty()) {
        return first;
      }
      List<Tree> trees = new ArrayList<>();
      for (int i = 0; i < first.trees().size(); i++) {
        trees.add(merged(i));
      }
      return new TreeEnsemble(
          first.inputs(), trees, first.aggregate(), first.compare(), List.copyOf(outputs));
    }

    private Tree merged(int i) {
      Tree tree = first.trees().get(i);
      double[][] values = new double[tree.nodeCount()][];
      for (int node = 0; node < values.length; node++) {
        if (tree.feature()[node] < 0) {
          int at = tree.values()[node].length;
          values[node] = Arrays.copyOf(tree.values()[node], outputs.size());
          for (List<double[][]> other : leaves) {
            double[] more = other.get(i)[node];
            System.arraycopy(more, 0, values[node], at, more.length);
            at += more.length;
          }
        }
      }
      return new Tree(
          tree.feature(), tree.threshold(), tree.left(), tree.right(), tree.missingLeft(), values);
    }
  }

  private final Map<Shape, List<Group>> groups = new HashMap<>();
  private final Map<TreeEnsemble, Group> byFirst = new IdentityHashMap<>();

  /** Whether the ensemble has become part of an earlier one. */
  boolean join(TreeEnsemble ensemble) {
    List<Group> similar = groups.computeIfAbsent(Shape.of(ensemble), key -> new ArrayList<>());
    for (Group group : similar) {
      if (group.accept(ensemble)) {
        return true;
      }
    }
    Group group = new Group(ensemble);
    similar.add(group);
    byFirst.put(ensemble, group);
    return false;
  }

  /** The node, or the ensemble that it has become. */
  Node merged(Node node) {
    return node instanceof TreeEnsemble ensemble ? byFirst.get(ensemble).merged() : node;
  }

  private static boolean sameSplits(Tree a, Tree b) {
    return Arrays.equals(a.feature(), b.feature())
        && Arrays.equals(a.threshold(), b.threshold())
        && Arrays.equals(a.left(), b.left())
        && Arrays.equals(a.right(), b.right())
        && Arrays.equals(a.missingLeft(), b.missingLeft());
  }
}
