package io.penstock.score;

import io.penstock.graph.TreeEnsemble;

/**
 * A tree ensemble. The inputs that splits read are first brought together, rounded to float32 where
 * the ensemble compares so: once for each row, not at every node.
 */
final class TreesStep extends Step {
  private final TreeKernel kernel;
  private final int number;
  private final int treeCount;
  private final boolean float32;
  private final boolean mean;
  private final int[] in;
  private final int[] out;

  /**
   * @param number the ensemble's number among those of the graph
   * @param in the slots of the ensemble's inputs
   * @param out the slots of its outputs
   */
  TreesStep(TreeEnsemble ensemble, int number, int[] in, int[] out) {
    this.kernel = TreeKernel.of(ensemble);
    this.number = number;
    this.treeCount = ensemble.trees().size();
    this.float32 = ensemble.compare() == TreeEnsemble.Compare.FLOAT32;
    this.mean = ensemble.aggregate() == TreeEnsemble.Aggregate.MEAN;
    this.in = new int[kernel.usedInputs.length];
    for (int i = 0; i < this.in.length; i++) {
      this.in[i] = in[kernel.usedInputs[i]];
    }
    this.out = out;
  }

  int treeCount() {
    return treeCount;
  }

  TreeRow newRow() {
    return kernel.newRow();
  }

  @Override
  void run(RowBuffer row) {
    begin(row);
    kernel.add(row.trees[number], row.numbers, out);
    end(row);
  }

  @Override
  void run(RowBuffer[] rows, int count) {
    for (int r = 0; r < count; r++) {
      begin(rows[r]);
    }
    kernel.add(rows, count, number, out);
    for (int r = 0; r < count; r++) {
      end(rows[r]);
    }
  }

  private void begin(RowBuffer row) {
    double[] s = row.numbers;
    TreeRow compared = row.trees[number];
    boolean missing = false;
    for (int i = 0; i < in.length; i++) {
      double x = s[in[i]];
      missing |= x != x;
      compared.values[i] = float32 ? (double) (float) x : x;
    }
    compared.missing = missing;
    kernel.read(compared);
    for (int slot : out) {
      s[slot] = 0.0;
    }
  }

  private void end(RowBuffer row) {
    if (mean) {
      for (int slot : out) {
        row.numbers[slot] /= treeCount;
      }
    }
  }

  /** Writes the leaves of a row that was scored: see {@link TreeKernel#leaves}. */
  void leaves(RowBuffer row, int[] found, int at) {
    kernel.leaves(row.trees[number], found, at);
  }
}
