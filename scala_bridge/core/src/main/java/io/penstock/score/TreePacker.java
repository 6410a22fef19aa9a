package io.penstock.score;

import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.List;

/** Lays the trees of an ensemble out as {@link PackedTrees} walks them. */
final class TreePacker {
  private static final int LANES = PackedTrees.LANES;

  /** What an array can hold. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  /** How much deeper than the average a group's deepest leaf may be, before steps are counted. */
  private static final double UNEVEN = 3.0;

  final TreeEnsemble ensemble;
  final TreeKeys keys;
  final int[] steps;
  int[] roots;
  long[] nodes;
  double[] values;
  int[] firstValue;
  double[] leafValues;

  private final String forced;
  private final int outputs;
  private int nodeCount;
  private int valueCount;

  TreePacker(TreeEnsemble ensemble, TreeKeys keys, String forced) {
    this.ensemble = ensemble;
    this.keys = keys;
    this.forced = forced;
    outputs = ensemble.outputs().size();
    steps = new int[(ensemble.trees().size() + LANES - 1) / LANES];
  }

  /** Fills the arrays; false where the ensemble has too many inputs, thresholds or nodes. */
  boolean pack() {
    List<Tree> trees = ensemble.trees();
    long leafRank = (1L << (63 - PackedTrees.RANK_SHIFT)) - 1; // no value may pass it
    long total = 1; // a leaf for lanes without a tree
    long leaves = 0;
    for (Tree tree : trees) {
      total += tree.nodeCount();
      leaves += (tree.nodeCount() + 1) / 2;
    }
    if (keys.room > 1 << PackedTrees.KEY_BITS
        || keys.highestRank() > leafRank
        || Math.max(total, leaves * outputs) > MOST) {
      return false;
    }
    nodes = new long[(int) total];
    if (outputs == 1) {
      values = new double[(int) total];
    } else {
      firstValue = new int[(int) total];
      leafValues = new double[(int) leaves * outputs];
    }
    long leaf = leafRank << PackedTrees.RANK_SHIFT;
    roots = new int[LANES * steps.length];
    nodes[0] = leaf; // its own left child
    nodeCount = 1;
    for (int g = 0; g < steps.length; g++) {
      int deepest = 0;
      long depths = 0;
      long ends = 0;
      for (int t = LANES * g; t < Math.min(trees.size(), LANES * (g + 1)); t++) {
        Tree tree = trees.get(t);
        int[] depth = depths(tree);
        roots[t] = nodeCount;
        pack(tree, leaf);
        for (int node = 0; node < depth.length; node++) {
          if (tree.feature()[node] < 0) {
            deepest = Math.max(deepest, depth[node]);
            depths += depth[node];
            ends++;
          }
        }
      }
      boolean uneven = deepest * (double) ends > UNEVEN * depths;
      boolean early = forced.isEmpty() ? uneven : forced.equals("packed-early");
      steps[g] = early ? 0 : Math.max(1, deepest);
    }
    return true;
  }

  private static int[] depths(Tree tree) {
    int[] depth = new int[tree.nodeCount()];
    for (int node = 0; node < depth.length; node++) { // children come after their parents
      if (tree.feature()[node] >= 0) {
        depth[tree.left()[node]] = depth[node] + 1;
        depth[tree.right()[node]] = depth[node] + 1;
      }
    }
    return depth;
  }

  /** Appends a tree, level by level, so that its first levels share cache lines. */
  private void pack(Tree tree, long leaf) {
    int[] queue = new int[tree.nodeCount()]; // the node that goes to each of the next places
    int first = nodeCount;
    nodeCount++;
    for (int at = first; at < nodeCount; at++) {
      int node = queue[at - first];
      int f = tree.feature()[node];
      if (f < 0) {
        nodes[at] = leaf | (long) at << PackedTrees.KEY_BITS;
        addValues(tree.values()[node], at);
        continue;
      }
      long rank = keys.rank(f, tree.threshold()[node]);
      long key = keys.key(f, tree.missingLeft()[node]);
      nodes[at] = rank << PackedTrees.RANK_SHIFT | (long) nodeCount << PackedTrees.KEY_BITS | key;
      queue[nodeCount++ - first] = tree.left()[node];
      queue[nodeCount++ - first] = tree.right()[node];
    }
  }

  private void addValues(double[] leaf, int at) {
    if (outputs == 1) {
      values[at] = leaf[0];
    } else {
      firstValue[at] = valueCount;
      System.arraycopy(leaf, 0, leafValues, valueCount, outputs);
      valueCount += outputs;
    }
  }
}
