package io.penstock.score;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The inputs and, after {@link Scorer#score(RowBuffer)}, the answer of one row. One thread uses a
 * buffer at a time, for as many rows as it likes; nothing is allocated per row.
 *
 * <p>Inputs go by their position in {@link Scorer#inputs()}. Set every one that {@link
 * Scorer#uses} before each row: what is not set keeps the value of the row before.
 */
public final class RowBuffer {
  private static final byte NUMBER = 0;
  private static final byte BAD_TEXT = 1; // a number input that was given text which is no number
  private static final byte TEXT = 2;

  final Scorer scorer;

  /** Every NUMBER column and constant of the graph; input i stands at i. */
  final double[] numbers;

  /** Every STRING column of the graph as UTF-8; a null array is a null. */
  final byte[][] text;

  final int[] textOffset;
  final int[] textLength;

  /** For each step on categories what it found in the row before; -1 for nothing. */
  final int[] last;

  /** For each tree ensemble what its kernel holds of the row. */
  final TreeRow[] trees;

  private final byte[] state;
  private final String[] badText;
  private int badCount;

  private Refusal refusal;
  private int refusedInput;

  RowBuffer(
      Scorer scorer, double[] numbers, int textCount, int categoryStepCount, TreeRow[] trees) {
    this.scorer = scorer;
    this.numbers = numbers;
    this.trees = trees;
    int inputs = scorer.inputs().size();
    state = new byte[inputs];
    badText = new String[inputs];
    for (int i = 0; i < inputs; i++) {
      state[i] = scorer.inputs().get(i).text() ? TEXT : NUMBER;
    }
    text = new byte[textCount][];
    textOffset = new int[textCount];
    textLength = new int[textCount];
    last = new int[categoryStepCount];
    Arrays.fill(last, -1);
  }

  /** Sets an input that the model uses as a number; NaN is missing. */
  public void setNumber(int i, double value) {
    if (state[i] != NUMBER) {
      leaveBadText(i);
    }
    numbers[i] = value;
  }

  /** Sets all inputs from the numbers that begin at {@code from}, in order; NaN is missing. */
  void setNumbers(double[] values, int from) {
    for (int i = 0; i < state.length; i++) {
      setNumber(i, values[from + i]);
    }
  }

  /**
   * Sets an input from UTF-8 text: kept as it is for an input used as text, parsed as Python's
   * {@code float()} does for one used as a number. The array is not copied; it must not change
   * until the row is scored.
   */
  public void setText(int i, byte[] utf8, int offset, int length) {
    if (state[i] == TEXT) {
      int slot = scorer.textSlot(i);
      text[slot] = utf8;
      textOffset[slot] = offset;
      textLength[slot] = length;
      return;
    }
    long bits = PythonFloat.parse(utf8, offset, length);
    if (bits == PythonFloat.NOT_A_NUMBER) {
      if (state[i] == NUMBER) {
        state[i] = BAD_TEXT;
        badCount++;
      }
      badText[i] = Quote.text(utf8, offset, length);
      numbers[i] = Double.NaN;
    } else {
      setNumber(i, Double.longBitsToDouble(bits));
    }
  }

  /** Sets an input from text, null being a null. */
  public void setText(int i, String value) {
    if (value == null) {
      setNull(i);
    } else {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      setText(i, utf8, 0, utf8.length);
    }
  }

  /** Sets an input to null: a missing number (NaN), or null text, which is not the empty text. */
  public void setNull(int i) {
    if (state[i] == TEXT) {
      text[scorer.textSlot(i)] = null;
    } else {
      setNumber(i, Double.NaN);
    }
  }

  private void leaveBadText(int i) {
    if (state[i] == TEXT) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          "input \"" + scorer.inputs().get(i).name() + "\" is used as text and was given a number;"
              + " call setText or setNull");
    }
    state[i] = NUMBER;
    badText[i] = null;
    badCount--;
  }

  /** The predicted number; of a classification, the number of the class. */
  public double prediction() {
    return numbers[scorer.predictionSlot(0)];
  }

  /** Output {@code k} of a regression, 0 up to {@link OutputType#width}. */
  public double predictionAt(int k) {
    return numbers[scorer.predictionSlot(k)];
  }

  /** The number of the predicted class in {@link OutputType#classes}. */
  public int label() {
    return (int) numbers[scorer.predictionSlot(0)];
  }

  /** The probability of class {@code k} in {@link OutputType#classes}. */
  public double probability(int k) {
    return numbers[scorer.probabilitySlot(k)];
  }

  /** Why the row was refused; null where it was scored. */
  public Refusal refusal() {
    return refusal;
  }

  /** The name of the input for which the row was refused; null where it was scored. */
  public String refusedColumn() {
    return refusal == null ? null : scorer.inputs().get(refusedInput).name();
  }

  /** The refusal in words, with the column and its value; null where the row was scored. */
  public String refusalMessage() {
    return refusal == null ? null : scorer.explain(this, refusal, refusedInput);
  }

  boolean hasBadText() {
    return badCount > 0;
  }

  boolean isBadText(int i) {
    return state[i] == BAD_TEXT;
  }

  boolean isMissing(int i) {
    return state[i] == TEXT
        ? text[scorer.textSlot(i)] == null
        : state[i] != BAD_TEXT && Double.isNaN(numbers[i]);
  }

  /** The value of an input in words. */
  String describe(int i) {
    if (state[i] == BAD_TEXT) {
      return badText[i];
    }
    if (state[i] == NUMBER) {
      return Double.toString(numbers[i]);
    }
    int slot = scorer.textSlot(i);
    return text[slot] == null
        ? "NULL"
        : Quote.text(text[slot], textOffset[slot], textLength[slot]);
  }

  void refuse(Refusal why, int input) {
    refusal = why;
    refusedInput = input;
  }

  void accept() {
    refusal = null;
  }
}
