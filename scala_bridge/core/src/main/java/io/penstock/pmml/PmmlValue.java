package io.penstock.pmml;

import io.penstock.graph.Operand;
import java.util.List;

/** What a field or an expression of PMML is made of in the model graph. */
sealed interface PmmlValue {
  /** A number; where it is missing its column holds NaN, which {@code nullable} allows. */
  record Num(Operand operand, Type type, boolean nullable) implements PmmlValue {}

  /** A truth value: 1.0, 0.0, or where {@code nullable} NaN for unknown. */
  record Flag(String column, boolean nullable) implements PmmlValue {}

  /** Text that comes from an input. */
  record Text(TextField field) implements PmmlValue {}

  /** A constant text. */
  record TextConstant(String text) implements PmmlValue {}

  /** A class predicted by an earlier model: the index of a label, NaN where missing. */
  record Label(String column, List<String> labels) implements PmmlValue {}

  /** A constant missing value. */
  record Missing() implements PmmlValue {}
}
