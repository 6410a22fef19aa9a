package io.penstock.score;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import java.util.List;
import java.util.Map;

/**
 * Puts boxed values into a row. Numbers widen without loss; what would lose, and what pyfunc
 * refuses by type, is a {@link ErrorClass#SCHEMA_MISMATCH}.
 */
final class RowBinder {
  private RowBinder() {}

  /** Sets every input from a map of names; further names are ignored. */
  static void bind(RowBuffer row, Map<String, ?> values) {
    List<Input> inputs = row.scorer.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Object value = values.get(inputs.get(i).name());
      if (value == null && !values.containsKey(inputs.get(i).name())) {
        throw new PenstockException(
            ErrorClass.SCHEMA_MISMATCH,
            "the row has no column \"" + inputs.get(i).name() + "\"; give every input of the model"
                + " by its name, null where there is no value");
      }
      bind(row, i, value);
    }
  }

  static void bind(RowBuffer row, int i, Object value) {
    Input input = row.scorer.inputs().get(i);
    if (value == null) {
      row.setNull(i);
    } else if (input.type() == InputType.STRING && value instanceof CharSequence text) {
      row.setText(i, text.toString());
    } else if (input.text()) {
      throw mismatch(input, value);
    } else {
      row.setNumber(i, number(input, value));
    }
  }

  private static double number(Input input, Object value) {
    boolean fits =
        switch (input.type()) {
          case DOUBLE -> isExactDouble(value);
          case FLOAT -> isExactDouble(value) && isFloat(((Number) value).doubleValue());
          case INTEGER -> isWhole(value) && ((Number) value).longValue() == intValue(value);
          case LONG -> isWhole(value);
          case BOOLEAN -> value instanceof Boolean;
          case STRING -> value instanceof Boolean || isExactDouble(value);
        };
    if (!fits) {
      throw mismatch(input, value);
    }
    if (value instanceof Boolean b) {
      return b ? 1.0 : 0.0;
    }
    return ((Number) value).doubleValue();
  }

  private static int intValue(Object value) {
    return ((Number) value).intValue();
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  private static boolean isExactDouble(Object value) {
    if (value instanceof Long v) {
      // The largest long rounds up to 2^63, which the cast back would hide.
      return (long) (double) v == v && v != Long.MAX_VALUE;
    }
    return value instanceof Double || value instanceof Float || isWhole(value);
  }

  private static boolean isFloat(double value) {
    return value != value || (double) (float) value == value;
  }

  private static PenstockException mismatch(Input input, Object value) {
    String given =
        value instanceof CharSequence text
            ? "the text " + Quote.text(text.toString())
            : "the " + value.getClass().getSimpleName() + " " + Quote.text(value.toString());
    return new PenstockException(
        ErrorClass.SCHEMA_MISMATCH,
        "the input \"" + input.name() + "\" is a " + input.type().name().toLowerCase()
            + " and cannot take " + given + " without loss; convert it first");
  }
}
