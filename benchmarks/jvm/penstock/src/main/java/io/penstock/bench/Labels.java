package io.penstock.bench;

import io.penstock.score.Scorer;

/** Labels that are numbers. */
final class Labels {
  private Labels() {}

  static double[] numbers(Scorer scorer) {
    return scorer.output().classes().stream()
        .mapToDouble(label -> Double.parseDouble(label.toString()))
        .toArray();
  }
}
