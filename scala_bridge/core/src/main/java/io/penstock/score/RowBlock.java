package io.penstock.score;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;

/**
 * Many rows, scored together: the batch interface. Trees are walked by many rows at once, up to 512
 * of them; each row gets bit by bit the answer that it gets alone. One thread uses a block at a
 * time, for as many rows as it likes; nothing is allocated per row.
 *
 * <pre>{@code
 * RowBlock block = scorer.newBlock(512);
 * for (int r = 0; r < n; r++) {
 *   block.row(r).setNumber(0, ...);
 * }
 * block.score(n);
 * double first = block.row(0).prediction();
 * }</pre>
 *
 * <p>Where all inputs and the answer are numbers, {@link #score(double[], int, double[])} does the
 * same from array to array.
 */
public final class RowBlock {
  private final Scorer scorer;
  private final RowBuffer[] rows;
  private final RowSet admitted;

  RowBlock(Scorer scorer, int capacity) {
    if (capacity < 1) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          "a block for " + capacity + " rows holds none; 512 are a good choice");
    }
    this.scorer = scorer;
    rows = new RowBuffer[capacity];
    for (int r = 0; r < capacity; r++) {
      rows[r] = scorer.newBuffer();
    }
    admitted = new RowSet(scorer, capacity);
  }

  /** How many rows the block holds. */
  public int capacity() {
    return rows.length;
  }

  /** Row {@code r}, to set its inputs before and to read its answer after the block is scored. */
  public RowBuffer row(int r) {
    return rows[r];
  }

  /** Scores the first {@code count} rows; each row's buffer has its answer or its refusal. */
  public void score(int count) {
    score(count, true);
  }

  /** As {@link #score(int)}, but leaves the probabilities undefined. */
  public void predict(int count) {
    score(count, false);
  }

  private void score(int count, boolean probabilities) {
    if (count < 0 || count > rows.length) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          count + " rows were to be scored in a block that holds " + rows.length
              + "; score it in parts, or ask the scorer for a larger block");
    }
    scorer.score(rows, count, admitted, probabilities);
  }

  /**
   * Scores rows of numbers.
   *
   * @param values row after row, each with a value for every input in the order of {@link
   *     Scorer#inputs()}, NaN for a missing one; {@code rows * inputs} of them
   * @param count the number of rows, which may be more than the block holds
   * @param predictions where to put the prediction of each row: the predicted number, of a
   *     classification the number of the class in {@link OutputType#classes}; NaN for a row that
   *     the model refuses. With several outputs all of a row stand together
   * @return how many rows were refused; score those alone to learn why
   * @throws PenstockException {@link ErrorClass#INVALID_ARGUMENT} where an input is text or an
   *     array is too short
   */
  public int score(double[] values, int count, double[] predictions) {
    int inputs = scorer.inputs().size();
    int width = scorer.output().width();
    if ((long) count * inputs > values.length || (long) count * width > predictions.length) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          count + " rows need " + (long) count * inputs + " values and room for "
              + (long) count * width + " predictions, and the arrays hold " + values.length
              + " and " + predictions.length);
    }
    int refused = 0;
    for (int from = 0; from < count; from += rows.length) {
      int part = Math.min(rows.length, count - from);
      for (int r = 0; r < part; r++) {
        rows[r].setNumbers(values, (from + r) * inputs);
      }
      predict(part);
      for (int r = 0; r < part; r++) {
        boolean bad = rows[r].refusal() != null;
        refused += bad ? 1 : 0;
        for (int k = 0; k < width; k++) {
          predictions[(from + r) * width + k] = bad ? Double.NaN : rows[r].predictionAt(k);
        }
      }
    }
    return refused;
  }
}
