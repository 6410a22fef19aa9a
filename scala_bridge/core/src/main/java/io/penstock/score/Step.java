package io.penstock.score;

/** One compiled operation. Holds no state of a row, so threads share it. */
abstract class Step {

  /** Reads columns of the row and defines others; may refuse the row. */
  abstract void run(RowBuffer row);

  /** Runs for many rows; no row's answer depends on the others. */
  void run(RowSet rows) {
    for (int r = 0; r < rows.count; r++) {
      run(rows.rows[r]);
    }
  }
}
