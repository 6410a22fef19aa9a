package io.penstock.score;

/** One compiled operation. Holds no state of a row, so threads share it. */
abstract class Step {

  /** Reads columns of the row and defines others; may refuse the row. */
  abstract void run(RowBuffer row);
}
