package io.penstock.bench;

import java.nio.file.Path;

/** A way to score a model file on one core. */
public interface Engine {

  /** A loaded model. */
  @FunctionalInterface
  interface Model {
    /** Writes the answers to rows {@code from} to {@code to} into {@code answers}. */
    void score(int from, int to, double[] answers) throws Exception;
  }

  /** Loads a file, and gets ready for rows of these columns. */
  Model load(Path file, Rows rows) throws Exception;
}
