package io.penstock.score;

/** What a tree kernel holds of one row. */
final class TreeRow {
  /** {@link FlatTrees} only: what the splits compare. */
  final double[] values;

  /** {@link FlatTrees} only: whether one of the values is missing. */
  boolean missing;

  /** {@link PackedTrees} only: what its nodes are compared with; the length is a power of two. */
  final long[] keys;

  /** {@link PackedTrees} only: the nodes at which its lanes stand. */
  final int[] nodes;

  TreeRow(int values, int keys, int lanes) {
    this.values = new double[values];
    this.keys = new long[keys];
    this.nodes = new int[lanes];
  }
}
