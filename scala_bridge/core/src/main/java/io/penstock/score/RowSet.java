package io.penstock.score;

/** The rows of a block that passed the checks, and what steps need beside them. */
final class RowSet {
  final RowBuffer[] rows;

  /** How many rows there are, from the first place on. */
  int count;

  /** For each row the keys of the ensemble that is being walked. */
  final long[][] keys;

  /** For each row the sum that is being added up. */
  final double[] sums;

  /** What the trees of large blocks need; null where there are none. */
  final PlaneRoom planes;

  RowSet(int capacity, PlaneRoom planes) {
    this.planes = planes;
    rows = new RowBuffer[capacity];
    keys = new long[capacity][];
    sums = new double[capacity];
  }
}
