package io.penstock.bundle;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.Linear;
import io.penstock.graph.Node.Link;
import io.penstock.graph.Node.LinkFunction;
import io.penstock.graph.Node.UnaryOp;
import java.util.List;

/** Linear and logistic regression. */
final class LinearOps {
  private LinearOps() {}

  static void regression(Step step, Frame frame, ZipArchive archive) {
    String output = step.output("prediction");
    linear(step, frame, "intercept", output);
    frame.define(step, output, new Value.Scalar(output));
  }

  private static void linear(Step step, Frame frame, String intercept, String output) {
    double[] weights = step.attributes().vector("coefficients");
    frame.add(
        new Linear(
            frame.vector(step, "features", weights.length),
            new double[][] {weights},
            new double[] {step.attributes().finite(intercept)},
            List.of(output)));
  }

  static void logistic(Step step, Frame frame, ZipArchive archive) {
    if (step.attributes().integer("num_classes") > 2) {
      multinomial(step, frame);
    } else {
      binomial(step, frame);
    }
  }

  /** Probabilities are the logistic function of -margin and of margin, each by itself. */
  private static void binomial(Step step, Frame frame) {
    double threshold = step.attributes().finite("threshold", 0.5);
    String name = step.output("prediction");
    String margin = frame.fresh(name);
    linear(step, frame, "intercept", margin);
    String negative = frame.unary(UnaryOp.NEGATE, margin, frame.fresh(name));
    List<String> raw = List.of(negative, margin);
    Classes classes = new Classes(step, frame, raw);
    List<String> probability = classes.probabilityNames();
    frame.add(new Link(LinkFunction.LOGISTIC, raw, probability));
    if (classes.rawDecides()) {
      double rawThreshold = Math.log(threshold / (1.0 - threshold));
      classes.predict(frame.binary(BinaryOp.GREATER, margin, rawThreshold, frame.fresh(name)));
    } else {
      String second = probability.get(1);
      classes.predict(frame.binary(BinaryOp.GREATER, second, threshold, frame.fresh(name)));
    }
  }

  /**
   * Softmax that always subtracts the largest margin. MLeap does so only where that is above 0, and
   * gives NaN where all margins are below -745.
   */
  private static void multinomial(Step step, Frame frame) {
    Attributes.Tensor matrix = step.attributes().tensor("coefficient_matrix");
    double[] intercepts = step.attributes().vector("intercept_vector");
    if (matrix.dimensions().length != 2 || matrix.dimensions()[0] != intercepts.length) {
      throw step.unreadable("its coefficient_matrix has not one row for each intercept");
    }
    int rows = intercepts.length;
    int features = matrix.dimensions()[1];
    double[][] weights = new double[rows][features];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < features; j++) {
        weights[i][j] = matrix.values()[j * rows + i]; // column by column, as Spark stores it
      }
    }
    String name = step.output("prediction");
    List<String> input = frame.vector(step, "features", features);
    List<String> raw = identity(weights, intercepts) ? input : frame.fresh(name, rows);
    if (raw != input) {
      frame.add(new Linear(input, weights, intercepts, raw));
    }
    Classes classes = new Classes(step, frame, raw);
    List<String> probability = classes.probabilityNames();
    frame.add(new Link(LinkFunction.SOFTMAX, raw, probability));
    classes.predictLargest(probability);
  }

  /** Softmax alone is written as a regression by the identity matrix. */
  private static boolean identity(double[][] weights, double[] intercepts) {
    for (int i = 0; i < weights.length; i++) {
      if (intercepts[i] != 0 || weights[i].length != weights.length) {
        return false;
      }
      for (int j = 0; j < weights.length; j++) {
        if (weights[i][j] != (i == j ? 1 : 0)) {
          return false;
        }
      }
    }
    return true;
  }
}
