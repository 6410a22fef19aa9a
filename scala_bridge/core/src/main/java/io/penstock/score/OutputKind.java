package io.penstock.score;

/** Whether a model predicts numbers or classes. */
public enum OutputKind {
  REGRESSION,
  CLASSIFICATION
}
