package io.penstock.score;

import java.util.Arrays;

/**
 * The different thresholds with which an ensemble compares one value, and the rank of a value among
 * them. For every threshold {@code t}, {@code x <= t} says the same as {@code rank(x) <= rank(t)},
 * so a walk can compare small integers, whatever the precision of the thresholds.
 */
final class Cuts {
  /** Up to this many are looked through one by one. */
  private static final int FEW = 8;

  /** With two to four times as many buckets as thresholds most buckets are empty. */
  private static final int SPARSE = 4;

  private final double[] sorted;

  // A value's bucket is (x - low) * scale, cut off. Each step of that rounds monotonically, so a
  // smaller value is never in a later bucket, and only the thresholds of its own can differ.
  private final double low;
  private final double scale;
  private final int lastBucket;

  /** The thresholds of bucket b are those from start[b] to start[b + 1]. */
  private final int[] start;

  /** {@code thresholds}: in any order, repeated or not, none NaN. */
  Cuts(double[] thresholds) {
    double[] all = thresholds.clone();
    Arrays.sort(all);
    int count = 0;
    for (double t : all) {
      if (count == 0 || all[count - 1] != t) { // -0.0 and 0.0 are one threshold
        all[count++] = t;
      }
    }
    sorted = Arrays.copyOf(all, count);
    int first = 0;
    int last = count - 1;
    while (first < last && Double.isInfinite(sorted[first])) {
      first++;
    }
    while (last > first && Double.isInfinite(sorted[last])) {
      last--;
    }
    int buckets = count <= FEW ? 1 : SPARSE * Integer.highestOneBit(count);
    lastBucket = buckets - 1;
    low = count == 0 ? 0.0 : sorted[first];
    scale = buckets == 1 ? 0.0 : (buckets - 1) / (sorted[last] - low);
    start = new int[buckets + 1];
    for (double t : sorted) {
      start[bucket(t) + 1]++;
    }
    for (int b = 0; b < buckets; b++) {
      start[b + 1] += start[b];
    }
  }

  private int bucket(double x) {
    return Math.max(0, Math.min(lastBucket, (int) ((x - low) * scale)));
  }

  /** How many of the thresholds are less than {@code x}, which is not NaN. */
  int rank(double x) {
    int bucket = bucket(x);
    int from = start[bucket];
    int to = start[bucket + 1];
    while (to - from > FEW) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < x) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    while (from < to && sorted[from] < x) {
      from++;
    }
    return from;
  }

  /** The number of different thresholds. */
  int count() {
    return sorted.length;
  }
}
