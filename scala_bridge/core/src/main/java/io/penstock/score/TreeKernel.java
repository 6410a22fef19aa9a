package io.penstock.score;

import io.penstock.graph.TreeEnsemble;
import java.util.List;

/**
 * A way to find the leaf of each tree and to add up the leaves' values. All kernels give the same
 * bits, because each adds the trees in their order; which one serves is chosen once, from the shape
 * of the ensemble.
 */
abstract class TreeKernel {
  /**
   * The system property that forces a kernel wherever it can hold the ensemble: {@code flat},
   * {@code packed-fixed}, {@code packed-early}, or, for blocks of rows, {@code planes-long} or
   * {@code planes-vector}. For tests and measurements.
   */
  static final String FORCED = "io.penstock.score.kernel";

  /** With fewer trees most lanes of {@link PackedTrees} would walk nothing. */
  private static final int FEW_TREES = 3;

  /**
   * The kernel for an ensemble that {@link GraphValidator} has passed.
   *
   * @param inputs what each input of the ensemble stands for
   */
  static TreeKernel of(TreeEnsemble ensemble, Compared[] inputs) {
    String forced = System.getProperty(FORCED, "");
    boolean flat = forced.isEmpty() ? ensemble.trees().size() < FEW_TREES : forced.equals("flat");
    TreeKernel packed = flat ? null : PackedTrees.of(ensemble, inputs, forced);
    return packed != null ? packed : new FlatTrees(ensemble, inputs);
  }

  /** Room for what the kernel reads of one row. */
  abstract TreeRow newRow();

  /**
   * Brings together what the splits compare, rounded to float32 where the ensemble compares so:
   * once for each row, before all else, and not at every node.
   *
   * @param s the numbers of the row, by slots
   */
  abstract void read(double[] s, TreeRow row);

  /** Adds each tree's leaf values to {@code s[out[k]]}, k being the number of the output. */
  abstract void add(TreeRow row, double[] s, int[] out);

  /** Reads and adds for the ensemble of that number in many rows. */
  void add(RowSet rows, int ensemble, int[] out) {
    for (int r = 0; r < rows.count; r++) {
      read(rows.rows[r].numbers, rows.rows[r].trees[ensemble]);
      add(rows.rows[r].trees[ensemble], rows.rows[r].numbers, out);
    }
  }

  /** What serves large blocks of rows in the place of this; nothing by itself. */
  List<TreePlanes> planes() {
    return List.of();
  }

  /** Writes the leaf of each tree, numbered in its tree from left to right, from {@code at} on. */
  abstract void leaves(TreeRow row, int[] found, int at);
}
