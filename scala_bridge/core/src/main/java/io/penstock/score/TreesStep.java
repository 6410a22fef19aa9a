package io.penstock.score;

import io.penstock.graph.TreeEnsemble;

/**
 * A tree ensemble. The inputs that splits read are first brought together, rounded to float32 where
 * the ensemble compares so: once for each row, not at every node.
 */
final class TreesStep extends Step {
  private final FlatTrees trees;
  private final boolean float32;
  private final boolean mean;
  private final int[] in;
  private final int base;
  private final int[] out;

  /** {@code in}: the slots of the ensemble's inputs; {@code base}: room for those that are used. */
  TreesStep(TreeEnsemble ensemble, FlatTrees trees, int[] in, int base, int[] out) {
    this.trees = trees;
    this.float32 = ensemble.compare() == TreeEnsemble.Compare.FLOAT32;
    this.mean = ensemble.aggregate() == TreeEnsemble.Aggregate.MEAN;
    this.in = new int[trees.usedInputs.length];
    for (int i = 0; i < this.in.length; i++) {
      this.in[i] = in[trees.usedInputs[i]];
    }
    this.base = base;
    this.out = out;
  }

  int treeCount() {
    return trees.roots.length;
  }

  @Override
  void run(RowBuffer row) {
    double[] s = row.numbers;
    boolean missing = gather(s);
    if (out.length == 1) {
      s[out[0]] = sumOne(s, missing);
    } else {
      sumMany(s, missing);
    }
    if (mean) {
      for (int slot : out) {
        s[slot] /= trees.roots.length;
      }
    }
  }

  /** Copies what the splits compare; whether any of it is missing. */
  private boolean gather(double[] s) {
    boolean missing = false;
    for (int i = 0; i < in.length; i++) {
      double x = s[in[i]];
      missing |= x != x;
      s[base + i] = float32 ? (double) (float) x : x;
    }
    return missing;
  }

  private double sumOne(double[] s, boolean missing) {
    double sum = 0.0;
    if (missing) {
      for (int root : trees.roots) {
        sum += trees.leafValues[trees.leafWithMissing(root, s, base)];
      }
    } else {
      for (int root : trees.roots) {
        sum += trees.leafValues[trees.leaf(root, s, base)];
      }
    }
    return sum;
  }

  private void sumMany(double[] s, boolean missing) {
    int outputs = out.length;
    for (int slot : out) {
      s[slot] = 0.0;
    }
    for (int root : trees.roots) {
      int leaf = missing ? trees.leafWithMissing(root, s, base) : trees.leaf(root, s, base);
      for (int k = 0; k < outputs; k++) {
        s[out[k]] += trees.leafValues[leaf * outputs + k];
      }
    }
  }

  /**
   * Writes the leaf of each tree, numbered from 0 within its tree, from {@code at} on. The row must
   * have been scored.
   */
  void leaves(RowBuffer row, int[] found, int at) {
    for (int t = 0; t < trees.roots.length; t++) {
      found[at + t] =
          trees.leafWithMissing(trees.roots[t], row.numbers, base) - trees.firstLeaf[t];
    }
  }
}
