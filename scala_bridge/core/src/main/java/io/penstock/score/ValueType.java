package io.penstock.score;

/** The type of a prediction. */
public enum ValueType {
  DOUBLE,
  LONG,
  STRING,
  BOOLEAN
}
