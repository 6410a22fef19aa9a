package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** A rank counts the thresholds below a value, however they are spread. */
class CutsTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  @Test
  void thresholdsOfAnySpread() {
    Random random = new Random(5);
    for (int count : new int[] {0, 1, 2, 7, 8, 9, 16, 100, 3000}) {
      require(random.doubles(count).toArray());
      require(random.doubles(count).map(x -> Math.exp(1000 * (x - 0.5))).toArray());
      require(random.doubles(count).map(x -> Math.rint(20 * x) - 10).toArray());
      require(random.doubles(count).map(x -> 1 + x * 1e-13).toArray());
      require(random.doubles(count).map(x -> (x - 0.5) * Double.MAX_VALUE * 1.9).toArray());
      require(random.doubles(count).map(x -> x * 1e-320).toArray());
      require(random.doubles(count).map(x -> x < 0.2 ? 1e300 * x : x).toArray());
    }
  }

  @Test
  void infinitiesAndZeros() {
    require(-INF);
    require(INF, -INF);
    require(INF, INF, 3);
    require(DoubleStream.concat(DoubleStream.of(-INF, INF), new Random(1).doubles(50)).toArray());
    assertEquals(1, new Cuts(new double[] {-0.0, 0.0}).count());
    assertEquals(0, new Cuts(new double[] {0.0}).rank(-0.0));
  }

  private static void require(double... thresholds) {
    Cuts cuts = new Cuts(thresholds);
    for (double t : thresholds) {
      for (double x : new double[] {t, Math.nextUp(t), Math.nextDown(t), t + 1, t * 1.5, -t}) {
        requireAt(cuts, x, thresholds);
      }
    }
    for (double x : new double[] {0, -0.0, INF, -INF, Double.MAX_VALUE, Double.MIN_VALUE}) {
      requireAt(cuts, x, thresholds);
    }
  }

  private static void requireAt(Cuts cuts, double x, double[] thresholds) {
    if (x == x) {
      long below = DoubleStream.of(thresholds).filter(t -> t < x).map(t -> t + 0.0).distinct().count();
      assertEquals(below, cuts.rank(x), x + " among " + thresholds.length);
    }
  }
}
