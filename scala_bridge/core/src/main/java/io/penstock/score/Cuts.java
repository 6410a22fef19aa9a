package io.penstock.score;

import java.util.Arrays;

/**
 * The different thresholds with which an ensemble compares one value, and the rank of a value among
 * them. For every threshold {@code t}, {@code x <= t} says the same as {@code rank(x) <= rank(t)},
 * so a walk can compare small integers, whatever the precision of the thresholds.
 */
final class Cuts {
  /** Up to this many are one bucket. */
  private static final int FEW = 8;

  /** With two to four times as many buckets as thresholds most buckets are empty. */
  private static final int SPARSE = 4;

  private final int count;
  private final int belowInfinity; // how many are less than infinity

  /** In order, and so many infinities more that no search leaves the array. */
  private final double[] sorted;

  // A value's bucket is (x - low) * scale, cut off. Each step of that rounds monotonically, so a
  // smaller value is never in a later bucket, and only the thresholds of its own can differ.
  private final double low;
  private final double scale;
  private final int lastBucket;

  /** Before the thresholds of bucket b stand so many of lower buckets. */
  private final int[] start;

  /** The first step of a search: a power of two, or 0 where there is nothing to search. */
  private final int firstStep;

  /** {@code thresholds}: in any order, repeated or not, none NaN. */
  Cuts(double[] thresholds) {
    double[] all = thresholds.clone();
    Arrays.sort(all);
    int different = 0;
    for (double t : all) {
      if (different == 0 || all[different - 1] != t) { // -0.0 and 0.0 are one threshold
        all[different++] = t + 0.0; // 0.0
      }
    }
    count = different;
    int first = 0;
    int last = count - 1;
    while (first < last && Double.isInfinite(all[first])) {
      first++;
    }
    while (last > first && Double.isInfinite(all[last])) {
      last--;
    }
    belowInfinity = count > 0 && all[count - 1] == Double.POSITIVE_INFINITY ? count - 1 : count;
    int buckets = count <= FEW ? 1 : SPARSE * Integer.highestOneBit(count);
    lastBucket = buckets - 1;
    low = count == 0 ? 0.0 : all[first];
    scale = buckets == 1 ? 0.0 : (buckets - 1) / (all[last] - low);
    start = new int[buckets];
    int[] held = new int[buckets];
    for (int i = 0; i < count; i++) {
      held[bucket(all[i])]++;
    }
    int fullest = 0;
    int before = 0;
    for (int b = 0; b < buckets; b++) {
      start[b] = before;
      before += held[b];
      fullest = Math.max(fullest, held[b]);
    }
    firstStep = Integer.highestOneBit(fullest); // steps of 2^k, ... 1 tell 2^(k + 1) places apart
    sorted = Arrays.copyOf(all, count + 2 * firstStep);
    Arrays.fill(sorted, count, sorted.length, Double.POSITIVE_INFINITY);
  }

  private int bucket(double x) {
    return Math.max(0, Math.min(lastBucket, (int) ((x - low) * scale)));
  }

  /** How many of the thresholds are less than {@code x}, which is not NaN. */
  int rank(double x) {
    if (Double.isInfinite(x)) {
      return x < 0 ? 0 : belowInfinity;
    }
    // A search without branches, for a wrong guess costs more than all of it. The difference is
    // never NaN, and 0.0 where the two are equal (no threshold is -0.0), so its sign tells.
    int at = start[bucket(x)];
    for (int step = firstStep; step > 0; step >>= 1) {
      at += step & (int) (Double.doubleToRawLongBits(sorted[at + step - 1] - x) >> 63);
    }
    return at;
  }

  /**
   * The ranks of many values. Each step of the search is a loop over all of them, so that none
   * waits for its own step before.
   *
   * @param ranks where to put them, -1 for NaN
   */
  void ranks(double[] values, int count, int[] ranks) {
    for (int i = 0; i < count; i++) {
      ranks[i] = start[bucket(values[i])];
    }
    for (int step = firstStep; step > 0; step >>= 1) {
      search(values, count, step, ranks);
    }
    for (int i = 0; i < count; i++) {
      double x = values[i];
      if (!(Math.abs(x) <= Double.MAX_VALUE)) {
        ranks[i] = x != x ? -1 : rank(x);
      }
    }
  }

  private void search(double[] values, int count, int step, int[] ranks) {
    double[] all = sorted;
    for (int i = 0; i < count; i++) {
      int at = ranks[i];
      long sign = Double.doubleToRawLongBits(all[at + step - 1] - values[i]) >> 63;
      ranks[i] = at + (step & (int) sign);
    }
  }

  /** The number of different thresholds. */
  int count() {
    return count;
  }
}
