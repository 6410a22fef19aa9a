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

  private final Scorer scorer;
  private PlaneRoom planes; // megabytes, so made when a block is first large enough

  RowSet(Scorer scorer, int capacity) {
    this.scorer = scorer;
    rows = new RowBuffer[capacity];
    keys = new long[capacity][];
    sums = new double[capacity];
  }

  /** What {@link TreePlanes} needs of a block. */
  PlaneRoom planes() {
    if (planes == null) {
      planes = scorer.newPlaneRoom();
    }
    return planes;
  }
}
