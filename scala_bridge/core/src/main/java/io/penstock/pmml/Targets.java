package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import java.util.List;

/** The Targets of a model: they clip, scale and shift the number that it answers. */
final class Targets {
  private Targets() {}

  /** {@code field} is the DataField of the target, or null where there is none. */
  static Result apply(Element model, Result result, Element field, Columns columns) {
    Element targets = model.optionalChild("Targets");
    List<Element> found = targets == null ? List.of() : targets.children("Target");
    if (found.size() > 1) {
      throw targets.unsupported("it has several targets", "write a model for each target");
    }
    boolean integral = false;
    if (!found.isEmpty()) {
      Element target = found.get(0);
      if (!target.children("TargetValue").isEmpty()) {
        throw target.unsupported("it replaces missing results", "leave out its TargetValue");
      }
      if (result.isRegression()) {
        result = result.withColumn(scale(target, result.column(), columns));
        integral = target.optional("castInteger") != null;
      }
    }
    return result.isRegression() ? cast(field, result, integral, columns) : result;
  }

  private static String scale(Element target, String column, Columns columns) {
    column = step(target, "min", BinaryOp.MAX, column, null, columns);
    column = step(target, "max", BinaryOp.MIN, column, null, columns);
    column = step(target, "rescaleFactor", BinaryOp.MUL, column, 1.0, columns);
    column = step(target, "rescaleConstant", BinaryOp.ADD, column, 0.0, columns);
    return switch (target.attribute("castInteger", "")) {
      case "" -> column;
      case "floor" -> columns.unary(UnaryOp.FLOOR, column);
      case "ceiling" -> columns.unary(UnaryOp.CEIL, column);
      default -> throw target.unsupportedAttribute("castInteger");
    };
  }

  private static String step(
      Element target, String attribute, BinaryOp op, String column, Double idle, Columns columns) {
    if (target.optional(attribute) == null) {
      return column;
    }
    double value = target.number(attribute);
    return idle != null && value == idle
        ? column
        : columns.binary(op, Columns.ref(column), new Operand.Const(value));
  }

  private static Result cast(Element field, Result result, boolean integral, Columns columns) {
    String type = field == null ? "double" : field.attribute("dataType");
    return switch (type) {
      case "double" -> result;
      case "float" -> result.withColumn(columns.unary(UnaryOp.FLOAT32, result.column()));
      case "integer" -> {
        if (integral) {
          yield result;
        }
        throw field.unsupported("a regression does not give an integer",
            "declare the target as double, or cast it with castInteger");
      }
      default -> throw field.unsupportedAttribute("dataType");
    };
  }
}
