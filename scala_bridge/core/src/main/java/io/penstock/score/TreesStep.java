package io.penstock.score;

import io.penstock.graph.TreeEnsemble;
import java.util.List;

/** A tree ensemble, walked by the kernel that its shape asks for. */
final class TreesStep extends Step {
  private final TreeKernel kernel;
  private final int number;
  private final int treeCount;
  private final boolean mean;
  private final int[] out;

  /**
   * @param number the ensemble's number among those of the graph
   * @param inputs what the ensemble's inputs stand for
   * @param out the slots of its outputs
   */
  TreesStep(TreeEnsemble ensemble, int number, Compared[] inputs, int[] out) {
    this.kernel = TreeKernel.of(ensemble, inputs);
    this.number = number;
    this.treeCount = ensemble.trees().size();
    this.mean = ensemble.aggregate() == TreeEnsemble.Aggregate.MEAN;
    this.out = out;
  }

  int treeCount() {
    return treeCount;
  }

  List<TreePlanes> planes() {
    return kernel.planes();
  }

  TreeRow newRow() {
    return kernel.newRow();
  }

  @Override
  void run(RowBuffer row) {
    begin(row);
    kernel.read(row.numbers, row.trees[number]);
    kernel.add(row.trees[number], row.numbers, out);
    end(row);
  }

  @Override
  void run(RowSet rows) {
    for (int r = 0; r < rows.count; r++) {
      begin(rows.rows[r]);
    }
    kernel.add(rows, number, out);
    for (int r = 0; r < rows.count; r++) {
      end(rows.rows[r]);
    }
  }

  private void begin(RowBuffer row) {
    for (int slot : out) {
      row.numbers[slot] = 0.0;
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
    kernel.read(row.numbers, row.trees[number]); // a block may have been scored without
    kernel.leaves(row.trees[number], found, at);
  }
}
