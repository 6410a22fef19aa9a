package io.penstock.manifest;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.score.Refusal;
import io.penstock.score.RowBuffer;
import io.penstock.score.Score;
import io.penstock.score.Scorer;
import java.util.Arrays;
import java.util.List;

/** Scores the golden rows and compares with what pyfunc answered when the model was exported. */
public final class GoldenReplay {
  private GoldenReplay() {}

  /**
   * Refuses a model that does not give its recorded answers on this machine.
   *
   * @throws PenstockException {@link ErrorClass#GOLDEN_ROWS_DIFFER}, naming the first such row
   */
  public static void require(Scorer scorer, List<GoldenRow> rows, String where) {
    RowBuffer buffer = scorer.newBuffer();
    int differ = 0;
    String first = null;
    for (int i = 0; i < rows.size(); i++) {
      String difference = difference(scorer, buffer, rows.get(i));
      if (difference != null && differ++ == 0) {
        first = "row " + i + " " + difference;
      }
    }
    if (differ > 0) {
      throw new PenstockException(
          ErrorClass.GOLDEN_ROWS_DIFFER,
          where + " does not give the answers that its manifest recorded for " + differ + " of "
              + rows.size() + " golden rows (" + first
              + "); export the model again with this release, and report it if that does not help");
    }
  }

  /** What is wrong with the answer for a row; null if nothing. */
  private static String difference(Scorer scorer, RowBuffer buffer, GoldenRow row) {
    try {
      for (int i = 0; i < row.cells().size(); i++) {
        scorer.bind(buffer, i, row.cells().get(i));
      }
    } catch (PenstockException e) {
      return "cannot be read: " + e.sentence();
    }
    Refusal refusal = scorer.score(buffer);
    if (refusal != row.refusal()) {
      return "gives " + name(refusal) + " where " + name(row.refusal()) + " was recorded";
    }
    if (refusal != null) {
      return null;
    }
    Score score = scorer.answer(buffer);
    if (row.probabilities() != null) {
      String difference =
          difference(
              "probability", score.probabilities(), row.probabilities(), row.probabilityBounds());
      if (difference != null) {
        return difference;
      }
    }
    if (!(row.prediction() instanceof double[] expected)) {
      return score.prediction().equals(row.prediction())
          ? null
          : "gives " + score.prediction() + " where " + row.prediction() + " was recorded";
    }
    return difference("prediction", numbers(score.prediction()), expected, row.bounds());
  }

  private static double[] numbers(Object prediction) {
    if (prediction instanceof long[] several) {
      return Arrays.stream(several).asDoubleStream().toArray();
    }
    return prediction instanceof double[] several
        ? several
        : new double[] {(Double) prediction};
  }

  private static String difference(
      String what, double[] given, double[] expected, double[] bounds) {
    for (int k = 0; k < expected.length; k++) {
      boolean same = given[k] == expected[k] || (given[k] != given[k] && expected[k] != expected[k]);
      if (!same && !(Math.abs(given[k] - expected[k]) <= bounds[k])) {
        return "gives the " + what + " " + given[k] + " where " + expected[k]
            + " was recorded with the bound " + bounds[k];
      }
    }
    return null;
  }

  private static String name(Refusal refusal) {
    return refusal == null ? "a score" : "the refusal " + refusal;
  }
}
