package io.penstock.score;

import java.util.List;

/**
 * A reason for which pyfunc refuses a row. A row is refused by the first check that fails; within a
 * check by the first of its columns.
 */
public sealed interface Check {

  /** The kind of refusal. */
  Refusal refusal();

  /** Refuses text that is not a Python float literal; null text is missing, not wrong. */
  record NotANumber(List<String> columns) implements Check {
    @Override
    public Refusal refusal() {
      return Refusal.NOT_A_NUMBER;
    }
  }

  /** Refuses null, and NaN in a number. */
  record MissingValue(List<String> columns) implements Check {
    @Override
    public Refusal refusal() {
      return Refusal.MISSING_VALUE;
    }
  }

  /**
   * Refuses a number below its column's {@code min} or above its {@code max}; NaN passes. -0.0 lies
   * below 0.0, so a minimum of -0.0 takes both zeros and one of 0.0 only 0.0.
   */
  record OutOfRange(List<String> columns, double[] min, double[] max) implements Check {
    @Override
    public Refusal refusal() {
      return Refusal.OUT_OF_RANGE;
    }
  }

  /**
   * Refuses a value that is not among the categories: String or null for an input used as text,
   * Double or null (which means NaN) for a number.
   */
  record UnknownCategory(String column, List<Object> categories) implements Check {
    @Override
    public Refusal refusal() {
      return Refusal.UNKNOWN_CATEGORY;
    }
  }
}
