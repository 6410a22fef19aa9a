package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Num;
import io.penstock.pmml.PmmlValue.TextConstant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * The functions of Apply. A missing argument makes the result missing, but for min and max, which
 * pass over it, and isIn, which is false. (JPMML fails on a missing argument of a comparison or of
 * a logical function; a missing result stays the nearest thing to that.)
 */
final class Functions {
  static final int MAX_ARGUMENTS = 10_000;

  private final Element apply;
  private final String name;
  private final PmmlValue[] arguments;
  private final Columns columns;

  private Functions(Element apply, String name, PmmlValue[] arguments, Columns columns) {
    this.apply = apply;
    this.name = name;
    this.arguments = arguments;
    this.columns = columns;
  }

  static PmmlValue apply(Element apply, String name, PmmlValue[] arguments, Columns columns) {
    if (arguments.length > MAX_ARGUMENTS) {
      throw apply.unreadable("it has more than " + MAX_ARGUMENTS + " arguments");
    }
    return new Functions(apply, name, arguments, columns).apply();
  }

  private PmmlValue apply() {
    return switch (name) {
      case "+" -> arithmetic(BinaryOp.ADD);
      case "-" -> arithmetic(BinaryOp.SUB);
      case "*" -> arithmetic(BinaryOp.MUL);
      case "/" -> arithmetic(BinaryOp.DIV);
      case "min" -> extreme(BinaryOp.MIN);
      case "max" -> extreme(BinaryOp.MAX);
      case "exp" -> unary(UnaryOp.EXP, Type.DOUBLE);
      case "ln" -> unary(UnaryOp.LOG, Type.DOUBLE);
      case "sqrt" -> unary(UnaryOp.SQRT, Type.DOUBLE);
      case "abs" -> unary(UnaryOp.ABS, number(0).type());
      case "floor" -> unary(UnaryOp.FLOOR, Type.INTEGER);
      case "ceil" -> unary(UnaryOp.CEIL, Type.INTEGER);
      case "threshold" -> threshold();
      case "equal" -> equal();
      case "notEqual" -> columns.not(equal());
      case "lessThan" -> compare(BinaryOp.LESS);
      case "lessOrEqual" -> compare(BinaryOp.LESS_OR_EQUAL);
      case "greaterThan" -> compare(BinaryOp.GREATER);
      case "greaterOrEqual" -> compare(BinaryOp.GREATER_OR_EQUAL);
      case "and" -> logical(columns::and);
      case "or" -> logical(columns::or);
      case "not" -> columns.not(flag(only(1)[0]));
      case "isMissing" -> Comparisons.isMissing(only(1)[0], columns);
      case "isNotMissing" -> columns.not(Comparisons.isMissing(only(1)[0], columns));
      case "isIn" -> isIn();
      case "isNotIn" -> columns.not(isIn());
      default ->
          throw apply.unsupported(
              "Penstock does not compute the function '" + Numbers.shorten(name) + "'",
              "write the model without it");
    };
  }

  private PmmlValue[] only(int count) {
    if (arguments.length != count) {
      throw apply.unreadable(
          "the function " + name + " has " + arguments.length + " arguments, not " + count);
    }
    return arguments;
  }

  private Num number(int i) {
    if (i >= arguments.length) {
      throw apply.unreadable("the function " + name + " lacks an argument");
    }
    return Expressions.number(apply, arguments[i], columns);
  }

  private Flag flag(PmmlValue value) {
    if (value instanceof Flag flag) {
      return flag;
    }
    throw apply.unsupported("an argument of its function " + name + " is no truth value",
        "compare the value with a constant");
  }

  private Num arithmetic(BinaryOp op) {
    only(2);
    Num left = number(0);
    Num right = number(1);
    Type type = Type.common(left.type(), right.type());
    if (type == Type.INTEGER && op == BinaryOp.DIV) {
      throw apply.unsupported("it divides an integer by an integer",
          "declare one of them as double");
    }
    String result = columns.binary(op, left.operand(), right.operand());
    Num num =
        new Num(Columns.ref(result), Type.DOUBLE, left.nullable() || right.nullable());
    return switch (type) {
      case DOUBLE -> num;
      case FLOAT -> Expressions.toFloat(num, columns);
      case INTEGER -> new Num(num.operand(), Type.INTEGER, num.nullable());
    };
  }

  /** The least or greatest of the arguments that are not missing. */
  private Num extreme(BinaryOp op) {
    Num best = number(0);
    for (int i = 1; i < arguments.length; i++) {
      Num next = number(i);
      Operand result = Columns.ref(columns.binary(op, best.operand(), next.operand()));
      if (best.nullable()) {
        result = Columns.ref(columns.where(missing(best), next.operand(), result));
      }
      if (next.nullable()) {
        result = Columns.ref(columns.where(missing(next), best.operand(), result));
      }
      best =
          new Num(
              result,
              Type.common(best.type(), next.type()),
              best.nullable() && next.nullable());
    }
    return best;
  }

  private String missing(Num num) {
    return columns.isMissing(num).column();
  }

  private Num unary(UnaryOp op, Type type) {
    only(1);
    Num input = number(0);
    String result = columns.unary(op, columns.column(input.operand()));
    return new Num(Columns.ref(result), type, input.nullable());
  }

  private Num threshold() {
    only(2);
    Flag above = compare(BinaryOp.GREATER);
    Type type = Type.common(number(0).type(), number(1).type());
    return new Num(Columns.ref(above.column()), type, above.nullable());
  }

  private Flag equal() {
    only(2);
    return Comparisons.equal(apply, arguments[0], arguments[1], columns);
  }

  private Flag compare(BinaryOp op) {
    only(2);
    return columns.compare(op, number(0), number(1));
  }

  private Flag logical(BinaryOperator<Flag> operator) {
    if (arguments.length < 2) {
      throw apply.unreadable("the function " + name + " has fewer than two arguments");
    }
    Flag result = flag(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      result = strict(result, flag(arguments[i]), operator);
    }
    return result;
  }

  private Flag strict(Flag left, Flag right, BinaryOperator<Flag> operator) {
    Flag result = operator.apply(left, right);
    if (!result.nullable()) {
      return result;
    }
    String column = result.column();
    for (Flag side : List.of(left, right)) {
      if (side.nullable()) {
        column = columns.unlessMissing(Columns.ref(side.column()), Columns.ref(column));
      }
    }
    return new Flag(column, true);
  }

  private Flag isIn() {
    if (arguments.length < 2) {
      throw apply.unreadable("the function " + name + " has fewer than two arguments");
    }
    List<String> texts = new ArrayList<>();
    double[] numbers = new double[arguments.length - 1];
    for (int i = 1; i < arguments.length; i++) {
      if (arguments[i] instanceof TextConstant constant) {
        texts.add(constant.text());
      } else if (number(i).operand() instanceof Operand.Const constant) {
        numbers[i - 1] = constant.value();
      } else {
        throw apply.unsupported("its function " + name + " compares with another field",
            "use constants");
      }
    }
    if (texts.size() == numbers.length) {
      return falseIfUnknown(Comparisons.isIn(apply, arguments[0], texts, columns));
    }
    if (!texts.isEmpty()) {
      throw apply.unreadable("its function " + name + " mixes numbers and text");
    }
    return falseIfUnknown(Comparisons.isIn(number(0), numbers, columns));
  }

  /** A missing value is in no set. */
  private Flag falseIfUnknown(Flag flag) {
    if (!flag.nullable()) {
      return flag;
    }
    String unknown = columns.unary(UnaryOp.IS_NAN, flag.column());
    return new Flag(columns.where(unknown, Columns.ZERO, Columns.ref(flag.column())), false);
  }
}
