package io.penstock.score;

import io.penstock.graph.Tree;

/** Checks that the arrays of a tree are one tree, which a walk from the root leaves at a leaf. */
final class TreeValidator {
  private TreeValidator() {}

  /** What is wrong with the tree, in words; null if nothing. */
  static String problem(Tree tree, int arity, int outputs) {
    int n = tree.nodeCount();
    if (n == 0) {
      return "it has no nodes";
    }
    if (tree.threshold().length != n
        || tree.left().length != n
        || tree.right().length != n
        || tree.missingLeft().length != n
        || tree.values().length != n) {
      return "its arrays differ in length";
    }
    boolean[] reached = new boolean[n];
    for (int node = 0; node < n; node++) {
      String problem =
          tree.feature()[node] < 0
              ? leafProblem(tree, node, outputs)
              : splitProblem(tree, node, arity, reached);
      if (problem != null) {
        return "node " + node + " " + problem;
      }
    }
    for (int node = 1; node < n; node++) {
      if (!reached[node]) {
        return "node " + node + " is nobody's child";
      }
    }
    return null;
  }

  private static String leafProblem(Tree tree, int node, int outputs) {
    double[] values = tree.values()[node];
    if (tree.feature()[node] != -1) {
      return "reads feature " + tree.feature()[node];
    }
    if (values == null || values.length != outputs) {
      int found = values == null ? 0 : values.length;
      return "is a leaf with " + found + " values where the ensemble has " + outputs + " outputs";
    }
    return null;
  }

  private static String splitProblem(Tree tree, int node, int arity, boolean[] reached) {
    if (tree.feature()[node] >= arity) {
      return "reads feature " + tree.feature()[node] + " of only " + arity;
    }
    if (Double.isNaN(tree.threshold()[node])) {
      return "has a threshold that is not a number";
    }
    int left = tree.left()[node];
    int right = tree.right()[node];
    for (int child : new int[] {left, right}) {
      if (child <= node || child >= tree.nodeCount()) {
        return "has the child " + child + ", which is not a later node of the tree";
      }
      if (reached[child]) {
        return "has the child " + child + ", which is another node's child too";
      }
      reached[child] = true;
    }
    return null;
  }
}
