package io.penstock.score;

import java.util.Arrays;

/**
 * A number to its place in a list of categories. NaN equals NaN and -0.0 equals 0.0. Immutable.
 */
final class NumberTable {
  private final double[] sorted; // NaN last
  private final int[] places;

  /** Different numbers. */
  NumberTable(double[] categories) {
    Integer[] order = new Integer[categories.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (x, y) -> Double.compare(key(categories[x]), key(categories[y])));
    sorted = new double[order.length];
    places = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      sorted[i] = key(categories[order[i]]);
      places[i] = order[i];
    }
  }

  /** The place of the number, -1 where it is no category. */
  int find(double value) {
    int at = Arrays.binarySearch(sorted, key(value));
    return at < 0 ? -1 : places[at];
  }

  /** -0.0 becomes 0.0; binarySearch holds all NaN for equal. */
  static double key(double value) {
    return value + 0.0;
  }
}
