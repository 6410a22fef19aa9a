package io.penstock.bundle;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import java.util.List;

/** Scalers of vectors. They round as MLeap does, which is not always as scikit-learn does. */
final class ScalerOps {
  private ScalerOps() {}

  /** {@code (x - mean) * (1 / std)}: the reciprocal is rounded first, and 0 where std is 0. */
  static void standard(Step step, Frame frame, ZipArchive archive) {
    double[] mean = optional(step, "mean");
    double[] std = optional(step, "std");
    if (mean == null && std == null) {
      throw step.unreadable("it has neither a mean nor a std");
    }
    int width = mean == null ? std.length : mean.length;
    if (std != null && std.length != width) {
      throw step.unreadable("its mean and std differ in length");
    }
    List<String> input = frame.vector(step, "input", width);
    String name = step.output("output");
    List<String> output = frame.fresh(name, width);
    for (int i = 0; i < width; i++) {
      String column = output.get(i);
      if (std == null) {
        frame.binary(BinaryOp.SUB, input.get(i), mean[i], column);
      } else if (mean == null) {
        frame.binary(BinaryOp.MUL, input.get(i), std[i] == 0 ? 0.0 : 1.0 / std[i], column);
      } else if (std[i] == 0) {
        frame.constant(0.0, column);
      } else {
        String shifted =
            frame.binary(BinaryOp.SUB, input.get(i), mean[i], frame.fresh(column));
        frame.binary(BinaryOp.MUL, shifted, 1.0 / std[i], column);
      }
    }
    frame.define(step, name, new Value.Vector(output));
  }

  /** {@code (x - min) / (max - min) * scale + low}, and the middle where max is min. */
  static void minMax(Step step, Frame frame, ZipArchive archive) {
    double low = step.attributes().finite("minValue", 0.0);
    double scale = step.attributes().finite("maxValue", 1.0) - low;
    double[] min = step.attributes().vector("min");
    double[] max = step.attributes().vector("max");
    if (min.length != max.length) {
      throw step.unreadable("its min and max differ in length");
    }
    List<String> input = frame.vector(step, "input", min.length);
    String name = step.output("output");
    List<String> output = frame.fresh(name, min.length);
    for (int i = 0; i < min.length; i++) {
      String column = output.get(i);
      double range = max[i] - min[i];
      if (range == 0) {
        String missing = frame.unary(UnaryOp.IS_NAN, input.get(i), frame.fresh(column));
        frame.where(
            missing, new Operand.Ref(input.get(i)), new Operand.Const(0.5 * scale + low), column);
        continue;
      }
      String shifted = frame.binary(BinaryOp.SUB, input.get(i), min[i], frame.fresh(column));
      String raw = frame.binary(BinaryOp.DIV, shifted, range, frame.fresh(column));
      String scaled = frame.binary(BinaryOp.MUL, raw, scale, frame.fresh(column));
      frame.binary(BinaryOp.ADD, scaled, low, column);
    }
    frame.define(step, name, new Value.Vector(output));
  }

  /** {@code x / maxAbs} (by 1 where that is 0), clipped to -1 and 1. */
  static void maxAbs(Step step, Frame frame, ZipArchive archive) {
    double[] maxAbs = step.attributes().vector("maxAbs");
    List<String> input = frame.vector(step, "input", maxAbs.length);
    String name = step.output("output");
    List<String> output = frame.fresh(name, maxAbs.length);
    for (int i = 0; i < maxAbs.length; i++) {
      String column = output.get(i);
      double divisor = maxAbs[i] == 0 ? 1.0 : maxAbs[i];
      String raw = frame.binary(BinaryOp.DIV, input.get(i), divisor, frame.fresh(column));
      String capped = frame.binary(BinaryOp.MIN, raw, 1.0, frame.fresh(column));
      frame.binary(BinaryOp.MAX, capped, -1.0, column);
    }
    frame.define(step, name, new Value.Vector(output));
  }

  private static double[] optional(Step step, String name) {
    return step.attributes().has(name) ? step.attributes().vector(name) : null;
  }
}
