package io.penstock.score;

/** The type that the model's signature gives an input. */
public enum InputType {
  DOUBLE,
  FLOAT,
  INTEGER,
  LONG,
  BOOLEAN,
  STRING;

  /** Whether pyfunc has no missing value of this type, so that a null refuses the row. */
  boolean refusesNull() {
    return this == INTEGER || this == LONG || this == BOOLEAN;
  }
}
