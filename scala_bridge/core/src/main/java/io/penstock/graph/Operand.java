package io.penstock.graph;

/** One side of an operation: a NUMBER column or a constant. */
public sealed interface Operand {
  /** The value of a column. */
  record Ref(String column) implements Operand {}

  /** A constant. */
  record Const(double value) implements Operand {}
}
