package io.penstock.score;

/** The operations that read many columns at once. Columns are slots of the row's numbers. */
final class VectorSteps {
  private VectorSteps() {}

  /** {@code 1 / (1 + exp(-x))} of each column. */
  static final class Logistic extends Step {
    private final int[] in;
    private final int[] out;

    Logistic(int[] in, int[] out) {
      this.in = in;
      this.out = out;
    }

    @Override
    void run(RowBuffer row) {
      double[] s = row.numbers;
      for (int i = 0; i < in.length; i++) {
        s[out[i]] = 1.0 / (1.0 + StrictMath.exp(-s[in[i]]));
      }
    }
  }

  /** The maximum is subtracted, the exponentials summed from left to right. */
  static final class Softmax extends Step {
    private final int[] in;
    private final int[] out;

    Softmax(int[] in, int[] out) {
      this.in = in;
      this.out = out;
    }

    @Override
    void run(RowBuffer row) {
      double[] s = row.numbers;
      double max = Double.NEGATIVE_INFINITY;
      for (int slot : in) {
        max = Math.max(max, s[slot]);
      }
      double sum = 0.0;
      for (int i = 0; i < in.length; i++) {
        double power = StrictMath.exp(s[in[i]] - max);
        s[out[i]] = power;
        sum += power;
      }
      for (int slot : out) {
        s[slot] /= sum;
      }
    }
  }

  /** The first of the largest; NaN wins only where there is nothing else. */
  static final class ArgMax extends Step {
    private final int[] in;
    private final int out;

    ArgMax(int[] in, int out) {
      this.in = in;
      this.out = out;
    }

    @Override
    void run(RowBuffer row) {
      double[] s = row.numbers;
      int best = 0;
      for (int i = 1; i < in.length; i++) {
        double x = s[in[i]];
        double largest = s[in[best]];
        if (x > largest || (largest != largest && x == x)) {
          best = i;
        }
      }
      s[out] = best;
    }
  }

  /**
   * Inputs and weights are sorted by insertion, equal inputs left in their order, and the weights
   * added up in the order of the inputs, as NumPy does.
   */
  static final class WeightedMedian extends Step {
    private final int[] in;
    private final double[] weights;
    private final int sorted; // the first slot of the inputs in order
    private final int sums; // the first slot of the sums of their weights
    private final int out;

    WeightedMedian(int[] in, double[] weights, int scratch, int out) {
      this.in = in;
      this.weights = weights;
      this.sorted = scratch;
      this.sums = scratch + in.length;
      this.out = out;
    }

    @Override
    void run(RowBuffer row) {
      double[] s = row.numbers;
      int count = in.length;
      for (int i = 0; i < count; i++) {
        double x = s[in[i]];
        if (x != x) {
          s[out] = x;
          return;
        }
        int at = i;
        for (; at > 0 && s[sorted + at - 1] > x; at--) {
          s[sorted + at] = s[sorted + at - 1];
          s[sums + at] = s[sums + at - 1];
        }
        s[sorted + at] = x;
        s[sums + at] = weights[i];
      }
      for (int i = 1; i < count; i++) {
        s[sums + i] += s[sums + i - 1];
      }
      double half = 0.5 * s[sums + count - 1];
      int first = 0;
      while (s[sums + first] < half) {
        first++;
      }
      s[out] = s[sorted + first];
    }
  }
}
