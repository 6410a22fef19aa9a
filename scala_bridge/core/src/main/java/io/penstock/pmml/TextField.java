package io.penstock.pmml;

import io.penstock.graph.Node.CategoryMapper;
import io.penstock.pmml.PmmlValue.Flag;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A field of text: an input, and what its DataField and MiningField make of each of its values.
 *
 * @param column the input; null is missing
 * @param valid the valid values, or null where all are
 * @param missing values that stand for a missing one
 * @param otherMissing whether a value that is not valid counts as missing
 * @param other what replaces a value that is not valid, or null if it stays as it is
 * @param replacement what replaces a missing value, or null
 */
record TextField(
    String column,
    Set<String> valid,
    Set<String> missing,
    boolean otherMissing,
    String other,
    String replacement) {

  TextField replaceMissing(String text) {
    return replacement != null
        ? this
        : new TextField(column, valid, missing, otherMissing, other, text);
  }

  /** Whether each text stands for itself and null for a missing value. */
  boolean isPlain() {
    return missing.isEmpty() && !otherMissing && other == null && replacement == null;
  }

  boolean nullable() {
    return replacement == null;
  }

  /** A number for each value: {@code of} gives it for a text, {@code ofMissing} if missing. */
  String map(
      Columns columns, Set<String> mentioned, Function<String, Double> of, double ofMissing) {
    Set<String> inputs = new LinkedHashSet<>(mentioned);
    inputs.addAll(missing);
    if (valid != null) {
      inputs.addAll(valid);
    }
    List<String> categories = new ArrayList<>(inputs);
    categories.add(null);
    double[] values = new double[categories.size()];
    for (int i = 0; i < values.length; i++) {
      String effective = effective(categories.get(i));
      values[i] = effective == null ? ofMissing : of.apply(effective);
    }
    double unknown = of.apply(null);
    if (valid != null && otherMissing) {
      unknown = replacement == null ? ofMissing : of.apply(replacement);
    } else if (valid != null && other != null) {
      unknown = of.apply(other);
    }
    String output = columns.fresh(column);
    columns.add(new CategoryMapper(column, categories, values, unknown, output));
    return output;
  }

  /** True where the value is one of {@code texts}, unknown where it is missing. */
  Flag isIn(Columns columns, Set<String> texts) {
    return columns.once(
        List.of(this, texts),
        () ->
            new Flag(
                map(columns, texts, t -> texts.contains(t) ? 1.0 : 0.0, Double.NaN), nullable()));
  }

  Flag isMissing(Columns columns) {
    return columns.once(
        List.of(this), () -> new Flag(map(columns, Set.of(), t -> 0.0, 1.0), false));
  }

  /** The value of the field where the input is {@code text}; null if missing. */
  private String effective(String text) {
    if (text == null || missing.contains(text)) {
      return replacement;
    }
    if (valid == null || valid.contains(text)) {
      return text;
    }
    if (otherMissing) {
      return replacement;
    }
    return other == null ? text : other;
  }
}
