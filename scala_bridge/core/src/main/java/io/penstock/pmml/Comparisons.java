package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.Linear;
import io.penstock.graph.Node.OneHotEncoder;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Label;
import io.penstock.pmml.PmmlValue.Missing;
import io.penstock.pmml.PmmlValue.Num;
import io.penstock.pmml.PmmlValue.Text;
import io.penstock.pmml.PmmlValue.TextConstant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** Tests a value against texts of the document, read in the value's own type. */
final class Comparisons {
  private Comparisons() {}

  /** Whether the value is one of those that the texts stand for; unknown where it is missing. */
  static Flag isIn(Element by, PmmlValue value, List<String> texts, Columns columns) {
    if (value instanceof Text text) {
      return text.field().isIn(columns, new HashSet<>(texts));
    }
    if (value instanceof Num num) {
      return isIn(num, numbers(by, num.type(), texts), columns);
    }
    if (value instanceof Label label) {
      List<Object> indices = new ArrayList<>();
      for (int i = 0; i < label.labels().size(); i++) {
        if (texts.contains(label.labels().get(i))) {
          indices.add((double) i);
        }
      }
      Num index = new Num(Columns.ref(label.column()), Type.DOUBLE, true);
      return isIn(index, indices.stream().mapToDouble(i -> (double) i).toArray(), columns);
    }
    if (value instanceof Flag flag) {
      boolean onTrue = texts.contains("true");
      boolean onFalse = texts.contains("false");
      if (onTrue != onFalse && texts.size() == 1) {
        return onTrue ? flag : columns.not(flag);
      }
    }
    throw by.unsupported("it compares what has no values to compare", "compare fields only");
  }

  private static double[] numbers(Element by, Type type, List<String> texts) {
    double[] numbers = new double[texts.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = type.parse(texts.get(i));
      if (Double.isNaN(numbers[i])) {
        throw by.unreadable("'" + Numbers.shorten(texts.get(i)) + "' is not a number");
      }
    }
    return numbers;
  }

  static Flag isIn(Num num, double[] numbers, Columns columns) {
    if (numbers.length == 1) {
      Num constant = new Num(new Operand.Const(numbers[0]), num.type(), false);
      return columns.compare(BinaryOp.EQUAL, num, constant);
    }
    List<Object> distinct = new ArrayList<>();
    Arrays.stream(numbers).map(x -> x + 0.0).distinct().forEach(distinct::add);
    return columns.once(List.of(num, distinct), () -> isIn(num, distinct, columns));
  }

  private static Flag isIn(Num num, List<Object> distinct, Columns columns) {
    String result = columns.fresh("in");
    List<String> parts = columns.fresh(result, distinct.size());
    double[] ones = new double[distinct.size()];
    Arrays.fill(ones, 1.0);
    columns.add(new OneHotEncoder(columns.column(num.operand()), distinct, parts));
    columns.add(new Linear(parts, new double[][] {ones}, new double[] {0}, List.of(result)));
    return num.nullable()
        ? new Flag(columns.unlessMissing(num.operand(), Columns.ref(result)), true)
        : new Flag(result, false);
  }

  static Flag isMissing(PmmlValue value, Columns columns) {
    if (value instanceof Text text) {
      return text.field().isMissing(columns);
    } else if (value instanceof Num num) {
      return columns.isMissing(num);
    } else if (value instanceof Flag flag) {
      return columns.isMissing(new Num(Columns.ref(flag.column()), Type.DOUBLE, true));
    } else if (value instanceof Label label) {
      return columns.isMissing(new Num(Columns.ref(label.column()), Type.DOUBLE, true));
    }
    return new Flag(columns.column(value instanceof Missing ? Columns.ONE : Columns.ZERO), false);
  }

  /** Equality of two values, one of which may be a constant text. */
  static Flag equal(Element by, PmmlValue left, PmmlValue right, Columns columns) {
    if (right instanceof TextConstant constant) {
      return isIn(by, left, List.of(constant.text()), columns);
    }
    if (left instanceof TextConstant constant) {
      return isIn(by, right, List.of(constant.text()), columns);
    }
    if (left instanceof Flag a && right instanceof Flag b) {
      return columns.not(columns.xor(a, b));
    }
    Num a = Expressions.number(by, left, columns);
    Num b = Expressions.number(by, right, columns);
    return columns.compare(BinaryOp.EQUAL, a, b);
  }
}
