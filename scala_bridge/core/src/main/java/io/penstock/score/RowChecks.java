package io.penstock.score;

import java.util.ArrayList;
import java.util.List;

/**
 * The contract's checks in two forms: one fused pass that good rows take, and the checks in their
 * order, which find the reason for a row that fails it. Columns are positions of inputs.
 */
final class RowChecks {

  /** One check in its order; {@code categories} only for UNKNOWN_CATEGORY. */
  record Ordered(Refusal kind, int[] columns, double[] min, double[] max, Categories categories) {}

  private final List<Ordered> ordered;
  private final boolean[] used; // inputs whose bad text matters even where no check names them

  // A column that takes no NaN passes if min <= x <= max, which NaN does not.
  private final int[] present;
  private final double[] presentMin;
  private final double[] presentMax;
  // A column that takes NaN passes if not (x < min or x > max).
  private final int[] ranged;
  private final double[] rangedMin;
  private final double[] rangedMax;
  // A column with an end at zero that takes only one of the zeros.
  private final int[] signed;
  private final double[] signedMin;
  private final double[] signedMax;
  private final int[] textPresent; // text slots that take no null
  private final Categories[] categories;

  RowChecks(List<Ordered> checks, List<Input> inputs, int[] textSlot, boolean[] used) {
    this.ordered = List.copyOf(checks);
    this.used = used;
    int n = inputs.size();
    boolean[] noNull = new boolean[n];
    boolean[] hasRange = new boolean[n];
    double[] min = new double[n];
    double[] max = new double[n];
    java.util.Arrays.fill(min, Double.NEGATIVE_INFINITY);
    java.util.Arrays.fill(max, Double.POSITIVE_INFINITY);
    List<Categories> known = new ArrayList<>();
    for (Ordered check : checks) {
      for (int k = 0; k < check.columns().length; k++) {
        int i = check.columns()[k];
        switch (check.kind()) {
          case MISSING_VALUE -> noNull[i] = true;
          case OUT_OF_RANGE -> {
            hasRange[i] = true;
            min[i] = Math.max(min[i], check.min()[k]);
            max[i] = Math.min(max[i], check.max()[k]);
          }
          case UNKNOWN_CATEGORY -> known.add(check.categories());
          case NOT_A_NUMBER -> {}
        }
      }
    }
    List<Integer> presentColumns = new ArrayList<>();
    List<Integer> rangedColumns = new ArrayList<>();
    List<Integer> signedColumns = new ArrayList<>();
    List<Integer> texts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (inputs.get(i).text()) {
        if (noNull[i]) {
          texts.add(textSlot[i]);
        }
      } else if (noNull[i]) {
        presentColumns.add(i);
      } else if (hasRange[i]) {
        rangedColumns.add(i);
      }
      if (isBelow(-0.0, min[i]) != (-0.0 < min[i]) || isBelow(max[i], 0.0) != (max[i] < 0.0)) {
        signedColumns.add(i);
      }
    }
    present = ints(presentColumns);
    presentMin = pick(min, present);
    presentMax = pick(max, present);
    ranged = ints(rangedColumns);
    rangedMin = pick(min, ranged);
    rangedMax = pick(max, ranged);
    signed = ints(signedColumns);
    signedMin = pick(min, signed);
    signedMax = pick(max, signed);
    textPresent = ints(texts);
    categories = known.toArray(new Categories[0]);
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static double[] pick(double[] values, int[] at) {
    return java.util.Arrays.stream(at).mapToDouble(i -> values[i]).toArray();
  }

  /** Refuses the row for the first check that fails; true if there is none. */
  boolean admit(RowBuffer row) {
    return passes(row) || !refuse(row);
  }

  private boolean passes(RowBuffer row) {
    double[] s = row.numbers;
    boolean good = !row.hasBadText();
    for (int k = 0; k < present.length; k++) {
      double x = s[present[k]];
      good &= x >= presentMin[k] & x <= presentMax[k];
    }
    for (int k = 0; k < ranged.length; k++) {
      double x = s[ranged[k]];
      good &= !(x < rangedMin[k] | x > rangedMax[k]);
    }
    for (int k = 0; k < signed.length; k++) {
      double x = s[signed[k]];
      good &= !(isBelow(x, signedMin[k]) | isBelow(signedMax[k], x));
    }
    for (int slot : textPresent) {
      good &= row.text[slot] != null;
    }
    for (int k = 0; good && k < categories.length; k++) {
      good = categories[k].find(row) >= 0;
    }
    return good;
  }

  private boolean refuse(RowBuffer row) {
    for (Ordered check : ordered) {
      for (int k = 0; k < check.columns().length; k++) {
        if (fails(check, k, row)) {
          row.refuse(check.kind(), check.columns()[k]);
          return true;
        }
      }
    }
    for (int i = 0; i < used.length; i++) {
      if (used[i] && row.isBadText(i)) {
        row.refuse(Refusal.NOT_A_NUMBER, i);
        return true;
      }
    }
    return false;
  }

  private static boolean fails(Ordered check, int k, RowBuffer row) {
    int i = check.columns()[k];
    return switch (check.kind()) {
      case NOT_A_NUMBER -> row.isBadText(i);
      case MISSING_VALUE -> row.isMissing(i);
      case OUT_OF_RANGE ->
          isBelow(row.numbers[i], check.min()[k]) || isBelow(check.max()[k], row.numbers[i]);
      case UNKNOWN_CATEGORY -> check.categories().find(row) < 0;
    };
  }

  /** Whether x lies below y, -0.0 below 0.0 too: other equal numbers have the same bits. */
  private static boolean isBelow(double x, double y) {
    return x < y || (x == y && Double.doubleToRawLongBits(x) < Double.doubleToRawLongBits(y));
  }

  /** The bounds of the OUT_OF_RANGE check that the row fails for an input, in words. */
  String bounds(RowBuffer row, int input) {
    for (Ordered check : ordered) {
      for (int k = 0; check.kind() == Refusal.OUT_OF_RANGE && k < check.columns().length; k++) {
        if (check.columns()[k] == input && fails(check, k, row)) {
          return check.min()[k] + " to " + check.max()[k];
        }
      }
    }
    return "";
  }
}
