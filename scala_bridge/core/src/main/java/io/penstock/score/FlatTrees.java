package io.penstock.score;

import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.List;

/**
 * The trees of an ensemble as flat arrays, inner nodes in depth-first order.
 *
 * <p>A child is the number of an inner node, or {@code ~leaf}. Leaves are numbered through the
 * ensemble: tree after tree, within a tree from left to right.
 */
final class FlatTrees {
  final int outputs;

  /** For each tree its root, coded as a child. */
  final int[] roots;

  /** For each tree the number of its first leaf, and at the end the number of all leaves. */
  final int[] firstLeaf;

  /** For each inner node the index of what it compares into {@link #usedInputs}. */
  final int[] feature;

  final double[] threshold;

  /** The left child of node n at 2n, the right one at 2n + 1. */
  final int[] children;

  /** Where a missing value goes: 0 for left, 1 for right. */
  final byte[] missing;

  /** Output k of a leaf at {@code leaf * outputs + k}. */
  final double[] leafValues;

  /** The inputs of the ensemble that some split reads, in order. */
  final int[] usedInputs;

  private int nodeCount;
  private int leafCount;

  /** Flattens an ensemble that {@link GraphValidator} has passed. */
  FlatTrees(TreeEnsemble ensemble) {
    List<Tree> trees = ensemble.trees();
    outputs = ensemble.outputs().size();
    int inner = 0;
    int leaves = 0;
    boolean[] used = new boolean[ensemble.inputs().size()];
    for (Tree tree : trees) {
      for (int f : tree.feature()) {
        if (f < 0) {
          leaves++;
        } else {
          inner++;
          used[f] = true;
        }
      }
    }
    int[] place = new int[used.length];
    int[] inputs = new int[used.length];
    int usedCount = 0;
    for (int f = 0; f < used.length; f++) {
      if (used[f]) {
        place[f] = usedCount;
        inputs[usedCount++] = f;
      }
    }
    usedInputs = java.util.Arrays.copyOf(inputs, usedCount);
    roots = new int[trees.size()];
    firstLeaf = new int[trees.size() + 1];
    feature = new int[inner];
    threshold = new double[inner];
    children = new int[2 * inner];
    missing = new byte[inner];
    leafValues = new double[Math.multiplyExact(leaves, outputs)];
    for (int t = 0; t < roots.length; t++) {
      firstLeaf[t] = leafCount;
      roots[t] = flatten(trees.get(t), place);
    }
    firstLeaf[roots.length] = leafCount;
  }

  /** Appends one tree; its root, coded as a child. */
  private int flatten(Tree tree, int[] place) {
    int[] pending = new int[tree.nodeCount()]; // nodes to visit, and where each is a child
    int[] parent = new int[tree.nodeCount()];
    int depth = 0;
    int root = 0;
    pending[depth] = 0;
    parent[depth++] = -1;
    while (depth > 0) {
      int node = pending[--depth];
      int at = parent[depth];
      int code = tree.feature()[node] < 0 ? ~addLeaf(tree, node) : nodeCount++;
      if (at < 0) {
        root = code;
      } else {
        children[at] = code;
      }
      if (code >= 0) {
        feature[code] = place[tree.feature()[node]];
        threshold[code] = tree.threshold()[node];
        missing[code] = (byte) (tree.missingLeft()[node] ? 0 : 1);
        pending[depth] = tree.right()[node];
        parent[depth++] = 2 * code + 1;
        pending[depth] = tree.left()[node];
        parent[depth++] = 2 * code;
      }
    }
    return root;
  }

  private int addLeaf(Tree tree, int node) {
    System.arraycopy(tree.values()[node], 0, leafValues, leafCount * outputs, outputs);
    return leafCount++;
  }

  /** The leaf that a row reaches where nothing is missing; the compared values start at base. */
  int leaf(int root, double[] s, int base) {
    int node = root;
    while (node >= 0) {
      // Written so that the comparison picks an index, not a path.
      node = children[2 * node + (s[base + feature[node]] <= threshold[node] ? 0 : 1)];
    }
    return ~node;
  }

  /** The leaf that a row reaches where values may be missing. */
  int leafWithMissing(int root, double[] s, int base) {
    int node = root;
    while (node >= 0) {
      double x = s[base + feature[node]];
      int side = x <= threshold[node] ? 0 : x != x ? missing[node] : 1;
      node = children[2 * node + side];
    }
    return ~node;
  }
}
