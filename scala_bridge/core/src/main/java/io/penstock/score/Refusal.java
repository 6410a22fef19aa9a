package io.penstock.score;

/** Why pyfunc would refuse to score a row. */
public enum Refusal {
  /** Text that Python's {@code float()} does not take, where the model needs a number. */
  NOT_A_NUMBER,
  /** A missing value (null or NaN) where the model takes none. */
  MISSING_VALUE,
  /** A number beyond what the model can take, such as one that overflows its float32. */
  OUT_OF_RANGE,
  /** A category that was not there when the model was trained. */
  UNKNOWN_CATEGORY
}
