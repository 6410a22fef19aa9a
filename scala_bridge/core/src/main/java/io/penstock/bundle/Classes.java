package io.penstock.bundle;

import io.penstock.graph.Node.ArgMax;
import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import java.util.List;

/**
 * The three output ports of an MLeap classifier. Which of them a bundle connects decides how MLeap
 * predicts: from the raw values where only those are asked for, else from the probabilities.
 */
final class Classes {
  private final Step step;
  private final Frame frame;
  private final List<String> raw;
  private final List<String> probability;

  /** Names the raw values; the caller computes the probabilities under the names made here. */
  Classes(Step step, Frame frame, List<String> raw) {
    this.step = step;
    this.frame = frame;
    this.raw = raw;
    String name = step.outputs().get("probability");
    this.probability =
        frame.fresh(name == null ? step.output("prediction") : name, raw.size());
    define("raw_prediction", raw);
    define("probability", probability);
  }

  private void define(String port, List<String> columns) {
    String name = step.outputs().get(port);
    if (name != null) {
      frame.define(step, name, new Value.Vector(columns));
    }
  }

  List<String> probabilityNames() {
    return probability;
  }

  /** Whether MLeap predicts from the raw values. */
  boolean rawDecides() {
    return step.outputs().containsKey("raw_prediction")
        && !step.outputs().containsKey("probability");
  }

  /** Predicts the first of the largest values, each divided by its class's threshold if any. */
  void predictLargest(List<String> probability) {
    List<String> scores = rawDecides() ? raw : probability;
    if (step.attributes().has("thresholds")) {
      scores = scaled(probability, step.attributes().numbers("thresholds"));
    }
    predict(argMax(scores, frame.fresh(step.output("prediction"))));
  }

  private String argMax(List<String> scores, String output) {
    frame.add(new ArgMax(scores, output));
    return output;
  }

  private List<String> scaled(List<String> probability, double[] thresholds) {
    if (thresholds.length != probability.size()) {
      throw step.unreadable("it has not one threshold for each class");
    }
    String name = step.output("prediction");
    List<String> scaled = frame.fresh(name + "/threshold", thresholds.length);
    for (int i = 0; i < thresholds.length; i++) {
      if (thresholds[i] == 0) {
        frame.constant(Double.POSITIVE_INFINITY, scaled.get(i));
      } else {
        frame.binary(BinaryOp.DIV, probability.get(i), thresholds[i], scaled.get(i));
      }
    }
    return scaled;
  }

  /** The prediction: an index, or NaN where the classifier's numbers are NaN. */
  void predict(String index) {
    String output = step.output("prediction");
    String missing = frame.unary(UnaryOp.IS_NAN, probability.get(0), frame.fresh(output));
    frame.where(missing, new Operand.Const(Double.NaN), new Operand.Ref(index), output);
    frame.isIndex(output, raw.size() - 1);
    frame.define(step, output, new Value.Scalar(output));
  }
}
