package io.penstock.pmml;

import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Label;
import io.penstock.pmml.PmmlValue.Missing;
import io.penstock.pmml.PmmlValue.Num;
import io.penstock.pmml.PmmlValue.Text;
import io.penstock.pmml.PmmlValue.TextConstant;
import java.util.List;

/** Computes the expressions of PMML: constants, fields, functions, normalizations, maps. */
final class Expressions {
  static final int MAX_DEPTH = 500;

  private final Scope scope;
  private final Columns columns;
  private int depth;

  private Expressions(Scope scope) {
    this.scope = scope;
    this.columns = scope.columns();
  }

  /** The value of a DerivedField, cast to its data type. */
  static PmmlValue derivedField(Element field, Scope scope) {
    return cast(field, new Expressions(scope).evaluate(only(field)), scope.columns());
  }

  /** The value of an expression. */
  static PmmlValue evaluate(Element expression, Scope scope) {
    return new Expressions(scope).evaluate(expression);
  }

  /** The one expression inside an element. */
  static Element only(Element parent) {
    List<Element> found =
        parent.children().stream()
            .filter(child -> !child.is("Extension") && !child.is("Value"))
            .toList();
    if (found.size() != 1) {
      throw parent.unreadable("it does not hold exactly one expression");
    }
    return found.get(0);
  }

  /** The value as a number: a truth value is none, a missing constant is one. */
  static Num number(Element by, PmmlValue value, Columns columns) {
    if (value instanceof Num num) {
      return num;
    }
    if (value instanceof Missing) {
      return new Num(Columns.MISSING, Type.DOUBLE, true);
    }
    throw by.unsupported("it needs a number where the file has text or a truth value",
        "write the model with numbers there");
  }

  /** A value in the data type that an element declares. */
  static PmmlValue cast(Element by, PmmlValue value, Columns columns) {
    switch (by.attribute("dataType", "double")) {
      case "double" -> {
        Num num = number(by, value, columns);
        return new Num(num.operand(), Type.DOUBLE, num.nullable());
      }
      case "float" -> {
        Num num = number(by, value, columns);
        if (num.type() == Type.FLOAT) {
          return num;
        }
        return toFloat(num, columns);
      }
      case "integer" -> {
        Num num = number(by, value, columns);
        if (num.type() == Type.INTEGER) {
          return num;
        }
        throw by.unsupported("it makes an integer of another number",
            "declare it as double");
      }
      case "boolean" -> {
        if (value instanceof Flag) {
          return value;
        }
      }
      case "string" -> {
        if (value instanceof Text || value instanceof TextConstant || value instanceof Label) {
          return value;
        }
      }
      default -> { }
    }
    throw by.unsupportedAttribute("dataType");
  }

  static Num toFloat(Num num, Columns columns) {
    if (num.operand() instanceof Operand.Const c) {
      return new Num(new Operand.Const((float) c.value()), Type.FLOAT, num.nullable());
    }
    String rounded = columns.unary(UnaryOp.FLOAT32, columns.column(num.operand()));
    return new Num(Columns.ref(rounded), Type.FLOAT, num.nullable());
  }

  private PmmlValue evaluate(Element expression) {
    if (++depth > MAX_DEPTH) {
      throw expression.unreadable("expressions are nested more than " + MAX_DEPTH + " deep");
    }
    try {
      return switch (expression.name()) {
        case "Constant" -> constant(expression);
        case "FieldRef" -> fieldRef(expression);
        case "Apply" -> apply(expression);
        case "NormDiscrete" -> normDiscrete(expression);
        case "NormContinuous" -> NormContinuous.evaluate(expression, scope);
        case "MapValues" -> MapValues.evaluate(expression, scope);
        default -> throw expression.unsupported();
      };
    } finally {
      depth--;
    }
  }

  private PmmlValue constant(Element constant) {
    if (constant.attribute("missing", "false").equals("true")) {
      return new Missing();
    }
    String text = constant.text();
    String dataType = constant.optional("dataType");
    if (dataType == null) {
      // As JPMML infers it: an integer, else a number, else text.
      if (Numbers.isInteger(text)) {
        dataType = "integer";
      } else {
        dataType = Double.isNaN(Numbers.parse(text)) ? "string" : "double";
      }
    }
    return switch (dataType) {
      case "double" -> literal(constant, text, Type.DOUBLE);
      case "float" -> literal(constant, text, Type.FLOAT);
      case "integer" -> literal(constant, text, Type.INTEGER);
      case "string" -> new TextConstant(text);
      case "boolean" -> {
        Operand value = text.strip().equals("true") ? Columns.ONE : Columns.ZERO;
        yield new Flag(columns.column(value), false);
      }
      default -> throw constant.unsupportedAttribute("dataType");
    };
  }

  private static PmmlValue literal(Element by, String text, Type type) {
    if (text.isBlank()) {
      return new Missing();
    }
    double value = type.parse(text);
    if (text.strip().equals("NaN")) {
      return new Missing();
    }
    if (Double.isNaN(value)) {
      throw by.unreadable("'" + Numbers.shorten(text) + "' is not a number");
    }
    return new Num(new Operand.Const(value), type, false);
  }

  private PmmlValue fieldRef(Element ref) {
    PmmlValue value = scope.value(ref, ref.attribute("field"));
    String mapMissingTo = ref.optional("mapMissingTo");
    return mapMissingTo == null ? value : orElse(ref, value, mapMissingTo);
  }

  /** The value, or what a text stands for where it is missing. */
  private PmmlValue orElse(Element by, PmmlValue value, String text) {
    if (value instanceof Missing) {
      return literal(by, text, Type.DOUBLE);
    }
    if (value instanceof Num num) {
      if (!num.nullable()) {
        return num;
      }
      double fill = num.type().parse(text);
      if (Double.isNaN(fill)) {
        throw by.unreadable("'" + Numbers.shorten(text) + "' is not a number");
      }
      String missing = columns.isMissing(num).column();
      String filled = columns.where(missing, new Operand.Const(fill), num.operand());
      return new Num(Columns.ref(filled), num.type(), false);
    }
    if (value instanceof Text field) {
      return new Text(field.field().replaceMissing(text));
    }
    if (value instanceof Flag flag && (text.equals("true") || text.equals("false"))) {
      String unknown = columns.unary(UnaryOp.IS_NAN, flag.column());
      Operand fill = text.equals("true") ? Columns.ONE : Columns.ZERO;
      return new Flag(columns.where(unknown, fill, Columns.ref(flag.column())), false);
    }
    throw by.unsupported("it replaces a missing value by '" + Numbers.shorten(text) + "'",
        "impute missing values with a MiningField");
  }

  private PmmlValue normDiscrete(Element norm) {
    if (!norm.attribute("method", "indicator").equals("indicator")) {
      throw norm.unsupportedAttribute("method");
    }
    PmmlValue value = scope.value(norm, norm.attribute("field"));
    Flag flag = equality(norm, value, norm.attribute("value"));
    Num indicator = new Num(Columns.ref(flag.column()), Type.DOUBLE, flag.nullable());
    String mapMissingTo = norm.optional("mapMissingTo");
    return mapMissingTo == null ? indicator : orElse(norm, indicator, mapMissingTo);
  }

  /** Whether a value is the one that a text stands for. */
  private Flag equality(Element by, PmmlValue value, String text) {
    return Comparisons.isIn(by, value, List.of(text), columns);
  }

  private PmmlValue apply(Element apply) {
    String function = apply.attribute("function");
    List<Element> arguments =
        apply.children().stream().filter(child -> !child.is("Extension")).toList();
    String mapMissingTo = apply.optional("mapMissingTo");
    String defaultValue = apply.optional("defaultValue");
    if (mapMissingTo != null) {
      throw apply.unsupportedAttribute("mapMissingTo");
    }
    PmmlValue result =
        function.equals("if") ? choose(apply, arguments) : function(apply, function, arguments);
    return defaultValue == null ? result : orElse(apply, result, defaultValue);
  }

  private PmmlValue function(Element apply, String function, List<Element> arguments) {
    PmmlValue[] values = new PmmlValue[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = evaluate(arguments.get(i));
    }
    return Functions.apply(apply, function, values, columns);
  }

  /** {@code if}: numbers, truth values, or text whose missing values are replaced. */
  private PmmlValue choose(Element apply, List<Element> arguments) {
    if (arguments.size() < 2 || arguments.size() > 3) {
      throw apply.unreadable("the function if has two or three arguments");
    }
    if (!(evaluate(arguments.get(0)) instanceof Flag condition)) {
      throw apply.unsupported("the condition of its function if is no truth value",
          "compare the value with a constant");
    }
    PmmlValue then = evaluate(arguments.get(1));
    PmmlValue otherwise = arguments.size() == 3 ? evaluate(arguments.get(2)) : new Missing();
    boolean present =
        arguments.size() == 3 && testsMissing(arguments.get(0), arguments.get(2));
    if (then instanceof TextConstant fill && otherwise instanceof Text text && present) {
      return new Text(text.field().replaceMissing(fill.text()));
    }
    if (then instanceof Flag a && otherwise instanceof Flag b) {
      String chosen =
          columns.choose(condition, Columns.ref(a.column()), Columns.ref(b.column()));
      return new Flag(chosen, condition.nullable() || a.nullable() || b.nullable());
    }
    Num a = number(apply, then, columns);
    Num b = number(apply, otherwise, columns);
    if (then instanceof Missing) {
      a = new Num(a.operand(), b.type(), true);
    }
    if (otherwise instanceof Missing) {
      b = new Num(b.operand(), a.type(), true);
    }
    boolean nullable = condition.nullable() || a.nullable() || (b.nullable() && !present);
    String chosen = columns.choose(condition, a.operand(), b.operand());
    return new Num(Columns.ref(chosen), Type.common(a.type(), b.type()), nullable);
  }

  /** Whether {@code condition} is isMissing of the very field that {@code value} refers to. */
  private static boolean testsMissing(Element condition, Element value) {
    return condition.is("Apply")
        && condition.attribute("function").equals("isMissing")
        && condition.children().size() == 1
        && condition.children().get(0).is("FieldRef")
        && value.is("FieldRef")
        && value.optional("mapMissingTo") == null
        && value.attribute("field").equals(condition.children().get(0).attribute("field"));
  }
}
