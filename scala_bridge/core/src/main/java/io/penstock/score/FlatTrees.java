package io.penstock.score;

import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The kernel for a few trees, and for ensembles that {@link PackedTrees} cannot hold: one tree
 * after the other, its inner nodes in depth-first order.
 *
 * <p>A child is the number of an inner node, or {@code ~leaf}. Leaves are numbered through the
 * ensemble: tree after tree, within a tree from left to right.
 */
final class FlatTrees extends TreeKernel {
  private final int outputs;
  private final boolean float32;

  /** What each of a row's values is. */
  private final Compared[] used;

  /** For each tree its root, coded as a child. */
  private final int[] roots;

  /** For each tree the number of its first leaf. */
  private final int[] firstLeaf;

  /** For each inner node the place of what it compares in the row's values. */
  private final int[] feature;

  private final double[] threshold;

  /** The left child of node n at 2n, the right one at 2n + 1. */
  private final int[] children;

  /** Where a missing value goes: 0 for left, 1 for right. */
  private final byte[] missing;

  /** Output k of a leaf at {@code leaf * outputs + k}. */
  private final double[] leafValues;

  private int nodeCount;
  private int leafCount;

  FlatTrees(TreeEnsemble ensemble, Compared[] inputs) {
    List<Tree> trees = ensemble.trees();
    outputs = ensemble.outputs().size();
    float32 = ensemble.compare() == TreeEnsemble.Compare.FLOAT32;
    int inner = 0;
    int leaves = 0;
    int[] places = new int[inputs.length];
    Arrays.fill(places, -1);
    List<Compared> found = new ArrayList<>();
    for (Tree tree : trees) {
      for (int f : tree.feature()) {
        if (f < 0) {
          leaves++;
          continue;
        }
        inner++;
        if (places[f] < 0) {
          places[f] = found.size();
          found.add(inputs[f]);
        }
      }
    }
    used = found.toArray(new Compared[0]);
    roots = new int[trees.size()];
    firstLeaf = new int[trees.size()];
    feature = new int[inner];
    threshold = new double[inner];
    children = new int[2 * inner];
    missing = new byte[inner];
    leafValues = new double[Math.multiplyExact(leaves, outputs)];
    for (int t = 0; t < roots.length; t++) {
      firstLeaf[t] = leafCount;
      roots[t] = flatten(trees.get(t), places);
    }
  }

  /** Appends one tree; its root, coded as a child. */
  private int flatten(Tree tree, int[] places) {
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
        feature[code] = places[tree.feature()[node]];
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

  @Override
  TreeRow newRow() {
    return new TreeRow(used.length, 0, 0);
  }

  @Override
  void read(double[] s, TreeRow row) {
    boolean missing = false;
    for (int i = 0; i < used.length; i++) {
      double x = s[used[i].slot()];
      missing |= x != x;
      x = float32 ? (double) (float) x : x;
      row.values[i] = used[i].negated() ? -x : x;
    }
    row.missing = missing;
  }

  @Override
  void add(TreeRow row, double[] s, int[] out) {
    for (int root : roots) {
      int first = leaf(root, row) * outputs;
      for (int k = 0; k < out.length; k++) {
        s[out[k]] += leafValues[first + k];
      }
    }
  }

  @Override
  void leaves(TreeRow row, int[] found, int at) {
    for (int t = 0; t < roots.length; t++) {
      found[at + t] = leaf(roots[t], row) - firstLeaf[t];
    }
  }

  private int leaf(int root, TreeRow row) {
    return row.missing ? leafWithMissing(root, row.values) : leaf(root, row.values);
  }

  private int leaf(int root, double[] values) {
    int node = root;
    while (node >= 0) {
      // Written so that the comparison picks an index, not a path.
      node = children[2 * node + (values[feature[node]] <= threshold[node] ? 0 : 1)];
    }
    return ~node;
  }

  private int leafWithMissing(int root, double[] values) {
    int node = root;
    while (node >= 0) {
      double x = values[feature[node]];
      int side = x <= threshold[node] ? 0 : x != x ? missing[node] : 1;
      node = children[2 * node + side];
    }
    return ~node;
  }
}
