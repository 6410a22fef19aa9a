package io.penstock.bundle;

import io.penstock.graph.Node;
import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import java.util.List;

/** Ops on single numbers (a binarizer also takes a vector). */
final class MathOps {
  private MathOps() {}

  static void imputer(Step step, Frame frame, ZipArchive archive) {
    double surrogate = step.attributes().finite("surrogate_value");
    step.attributes().text("strategy");
    String input = frame.number(step, "input");
    String output = step.output("output");
    if (step.attributes().has("missing_value")) {
      double missing = step.attributes().number("missing_value");
      String equal = frame.fresh(output);
      frame.binary(BinaryOp.EQUAL, input, missing, equal);
      input =
          frame.where(
              equal, new Operand.Const(surrogate), new Operand.Ref(input), frame.fresh(output));
    }
    frame.add(new Node.Imputer(List.of(input), new double[] {surrogate}, List.of(output)));
    frame.define(step, output, new Value.Scalar(output));
  }

  static void binary(Step step, Frame frame, ZipArchive archive) {
    Operand left = operand(step, frame, "input_a", "da");
    Operand right = operand(step, frame, "input_b", "db");
    String output = step.output("output");
    String operation = step.attributes().text("operation");
    if (operation.equals("log_n")) {
      left = new Operand.Ref(logarithm(frame, left, output));
      right = new Operand.Ref(logarithm(frame, right, output));
    }
    BinaryOp op =
        switch (operation) {
          case "add" -> BinaryOp.ADD;
          case "sub" -> BinaryOp.SUB;
          case "mul" -> BinaryOp.MUL;
          case "div", "log_n" -> BinaryOp.DIV;
          case "min" -> BinaryOp.MIN;
          case "max" -> BinaryOp.MAX;
          default -> throw unknown(step, operation, "add, sub, mul, div, log_n, min, max");
        };
    frame.binary(op, left, right, output);
    frame.define(step, output, new Value.Scalar(output));
  }

  private static Operand operand(Step step, Frame frame, String port, String constant) {
    return step.inputs().containsKey(port)
        ? new Operand.Ref(frame.number(step, port))
        : new Operand.Const(step.attributes().number(constant));
  }

  private static String logarithm(Frame frame, Operand operand, String output) {
    String input =
        operand instanceof Operand.Ref ref
            ? ref.column()
            : frame.constant(((Operand.Const) operand).value(), frame.fresh(output));
    return frame.unary(UnaryOp.LOG, input, frame.fresh(output));
  }

  static void unary(Step step, Frame frame, ZipArchive archive) {
    String operation = step.attributes().text("operation");
    UnaryOp op =
        switch (operation) {
          case "log" -> UnaryOp.LOG;
          case "exp" -> UnaryOp.EXP;
          case "sqrt" -> UnaryOp.SQRT;
          case "abs" -> UnaryOp.ABS;
          default -> throw unknown(step, operation, "log, exp, sqrt, abs");
        };
    String output = frame.unary(op, frame.number(step, "input"), step.output("output"));
    frame.define(step, output, new Value.Scalar(output));
  }

  static void binarizer(Step step, Frame frame, ZipArchive archive) {
    double threshold = step.attributes().number("threshold");
    int width =
        step.op().equals("binarizer")
            ? step.attributes().width("input_shapes")
            : first(step, step.attributes().widths("input_shapes"));
    if (width >= 0 && threshold < 0) {
      // MLeap skips the zeros of a vector that happens to be stored sparse.
      throw step.unsupported(
          "a binarizer with a negative threshold over a vector has no one meaning in MLeap",
          "binarize the columns before they are assembled");
    }
    List<String> input = frame.numbers(step, "input", width);
    String name = step.output("output");
    List<String> output = width < 0 ? List.of(name) : frame.fresh(name, width);
    for (int i = 0; i < input.size(); i++) {
      frame.binary(BinaryOp.GREATER, input.get(i), threshold, output.get(i));
      frame.isIndex(output.get(i), 1);
    }
    frame.define(step, name, width < 0 ? new Value.Scalar(name) : new Value.Vector(output));
  }

  private static int first(Step step, int[] widths) {
    if (widths.length == 0) {
      throw step.unreadable("its input shapes are empty");
    }
    return widths[0];
  }

  private static RuntimeException unknown(Step step, String operation, String known) {
    return step.unsupported(
        "Penstock does not compute the operation '" + operation + "'", "use one of " + known);
  }
}
