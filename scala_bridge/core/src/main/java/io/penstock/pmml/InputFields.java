package io.penstock.pmml;

import io.penstock.graph.Kind;
import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.CategoryMapper;
import io.penstock.graph.Node.Imputer;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Num;
import io.penstock.pmml.PmmlValue.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a DataField and a MiningField make of an input: its type, its missing, invalid and extreme
 * values. Inputs of numbers are doubles with NaN for missing; a float field rounds them once.
 */
final class InputFields {
  private final Element data;
  private final Element mining;
  private final Columns columns;
  private final String name;

  private InputFields(Element data, Element mining, Columns columns) {
    this.data = data;
    this.mining = mining;
    this.columns = columns;
    this.name = data.attribute("name");
    mining.refuseVendorAttributes("");
  }

  /** Makes an input of the graph and the value that the model sees of it. */
  static PmmlValue input(Element data, Element mining, Columns columns) {
    return new InputFields(data, mining, columns).input();
  }

  /** What a MiningField inside a segment changes in a value that the outer model gives. */
  static PmmlValue inner(Element mining, PmmlValue value, Columns columns) {
    String treatment = mining.attribute("invalidValueTreatment", "returnInvalid");
    if (treatment.equals("asMissing") || treatment.equals("asValue")) {
      throw mining.unsupportedAttribute("invalidValueTreatment");
    }
    if (value instanceof Num num) {
      InputFields fields = new InputFields(mining, mining, columns);
      return fields.fillMissing(fields.extremes(num));
    }
    String replacement = mining.optional("missingValueReplacement");
    if (value instanceof Text text && replacement != null) {
      return new Text(text.field().replaceMissing(replacement));
    }
    if (replacement != null || mining.optional("outliers") != null) {
      throw mining.unsupported("it treats a field that is neither a number nor text",
          "treat it where it is an input");
    }
    return value;
  }

  private PmmlValue input() {
    for (Element child : data.children()) {
      if (!child.is("Value") && !child.is("Interval") && !child.is("Extension")) {
        throw child.unsupported();
      }
    }
    String type = data.attribute("dataType");
    return switch (type) {
      case "string" -> text();
      case "boolean" -> {
        columns.addInput(name, Kind.NUMBER);
        Num num = fillMissing(new Num(Columns.ref(name), Type.DOUBLE, true));
        yield new Flag(columns.column(num.operand()), num.nullable());
      }
      case "double" -> number(Type.DOUBLE);
      case "float" -> number(Type.FLOAT);
      case "integer" -> number(Type.INTEGER);
      default -> throw data.unsupportedAttribute("dataType");
    };
  }

  private Num number(Type type) {
    columns.addInput(name, Kind.NUMBER);
    Num num = new Num(Columns.ref(name), type, true);
    if (type == Type.FLOAT) {
      num = Expressions.toFloat(new Num(Columns.ref(name), Type.DOUBLE, true), columns);
    }
    double[] missing = numbers(type, "missing");
    if (missing.length > 0) {
      Flag isMissing = known(Comparisons.isIn(num, missing, columns), false);
      num = choose(num, isMissing, Columns.MISSING, num.operand());
    }
    return fillMissing(extremes(invalid(num)));
  }

  private double[] numbers(Type type, String property) {
    return texts(property).stream().mapToDouble(text -> number(data, text, type)).toArray();
  }

  private static double number(Element by, String text, Type type) {
    double number = type.parse(text);
    if (Double.isNaN(number)) {
      throw by.unreadable("'" + Numbers.shorten(text) + "' is not a number");
    }
    return number;
  }

  /** The Values of the DataField that have a property (valid, missing, invalid). */
  private Set<String> texts(String property) {
    Set<String> texts = new LinkedHashSet<>();
    for (Element value : data.children("Value")) {
      if (value.attribute("property", "valid").equals(property)) {
        texts.add(value.attribute("value"));
      }
    }
    return texts;
  }

  /** A flag in which unknown counts as {@code otherwise}. */
  private Flag known(Flag flag, boolean otherwise) {
    if (!flag.nullable()) {
      return flag;
    }
    String unknown = columns.unary(UnaryOp.IS_NAN, flag.column());
    Operand value = otherwise ? Columns.ONE : Columns.ZERO;
    return new Flag(columns.where(unknown, value, Columns.ref(flag.column())), false);
  }

  private Num choose(Num num, Flag condition, Operand then, Operand otherwise) {
    return new Num(
        Columns.ref(columns.where(condition.column(), then, otherwise)), num.type(), true);
  }

  private Num invalid(Num num) {
    Flag valid = valid(num);
    if (valid == null) {
      return num;
    }
    valid = known(valid, true);
    switch (mining.attribute("invalidValueTreatment", "returnInvalid")) {
      case "returnInvalid" -> columns.require(valid);
      case "asIs" -> { }
      case "asMissing" -> {
        return choose(num, valid, num.operand(), Columns.MISSING);
      }
      case "asValue" -> {
        double value = number(mining, mining.attribute("invalidValueReplacement"), num.type());
        return choose(num, valid, num.operand(), new Operand.Const(value));
      }
      default -> throw mining.unsupportedAttribute("invalidValueTreatment");
    }
    return num;
  }

  /** Whether the value is valid, or null where every number is. */
  private Flag valid(Num num) {
    Flag valid = null;
    double[] values = numbers(num.type(), "valid");
    double[] wrong = numbers(num.type(), "invalid");
    List<Element> intervals = data.children("Interval");
    if (num.type() == Type.INTEGER) {
      String floor = columns.unary(UnaryOp.FLOOR, columns.column(num.operand()));
      valid = columns.compare(BinaryOp.EQUAL, num, new Num(Columns.ref(floor), num.type(), true));
    }
    if (values.length > 0) {
      valid = both(valid, Comparisons.isIn(num, values, columns));
    }
    if (wrong.length > 0) {
      valid = both(valid, columns.not(Comparisons.isIn(num, wrong, columns)));
    }
    if (!intervals.isEmpty() && values.length == 0) {
      Flag inside = null;
      for (Element interval : intervals) {
        Flag in = inside(num, interval);
        inside = inside == null ? in : columns.or(inside, in);
      }
      valid = both(valid, inside);
    }
    return valid;
  }

  private Flag both(Flag left, Flag right) {
    return left == null ? right : columns.and(left, right);
  }

  private Flag inside(Num num, Element interval) {
    String closure = interval.attribute("closure");
    if (!List.of("openOpen", "openClosed", "closedOpen", "closedClosed").contains(closure)) {
      throw interval.unsupportedAttribute("closure");
    }
    Flag inside = new Flag(columns.column(Columns.ONE), false);
    if (interval.optional("leftMargin") != null) {
      BinaryOp op = closure.startsWith("open") ? BinaryOp.GREATER : BinaryOp.GREATER_OR_EQUAL;
      inside = columns.compare(op, num, constant(interval.number("leftMargin")));
    }
    if (interval.optional("rightMargin") != null) {
      BinaryOp op = closure.endsWith("Open") ? BinaryOp.LESS : BinaryOp.LESS_OR_EQUAL;
      Flag below = columns.compare(op, num, constant(interval.number("rightMargin")));
      inside = columns.and(inside, below);
    }
    return inside;
  }

  private static Num constant(double value) {
    return new Num(new Operand.Const(value), Type.DOUBLE, false);
  }

  private Num extremes(Num num) {
    String outliers = mining.attribute("outliers", "asIs");
    if (outliers.equals("asIs")) {
      return num;
    }
    boolean replace = outliers.equals("asExtremeValues");
    if (!replace && !outliers.equals("asMissingValues")) {
      throw mining.unsupportedAttribute("outliers");
    }
    for (String bound : List.of("lowValue", "highValue")) {
      if (mining.optional(bound) != null) {
        double value = number(mining, mining.attribute(bound), num.type());
        BinaryOp op = bound.equals("lowValue") ? BinaryOp.LESS : BinaryOp.GREATER;
        String beyond = columns.binary(op, num.operand(), new Operand.Const(value));
        Operand instead = replace ? new Operand.Const(value) : Columns.MISSING;
        boolean nullable = num.nullable() || !replace;
        String result = columns.where(beyond, instead, num.operand());
        num = new Num(Columns.ref(result), num.type(), nullable);
      }
    }
    return num;
  }

  private Num fillMissing(Num num) {
    String replacement = mining.optional("missingValueReplacement");
    if (refusesMissing() && num.nullable()) {
      columns.require(columns.not(columns.isMissing(num)));
      return num;
    }
    if (replacement == null || !num.nullable()) {
      return num;
    }
    double[] fill = {number(mining, replacement, num.type())};
    String output = columns.fresh(name);
    String input = columns.column(num.operand());
    columns.add(new Imputer(List.of(input), fill, List.of(output)));
    return new Num(Columns.ref(output), num.type(), false);
  }

  private boolean refusesMissing() {
    String treatment = mining.attribute("missingValueTreatment", "asIs");
    if (!List.of("asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid")
        .contains(treatment)) {
      throw mining.unsupportedAttribute("missingValueTreatment");
    }
    return treatment.equals("returnInvalid");
  }

  private Text text() {
    columns.addInput(name, Kind.STRING);
    Set<String> valid = texts("valid");
    Set<String> missing = texts("missing");
    if (!texts("invalid").isEmpty()) {
      throw data.unsupported("it lists invalid texts", "list the valid ones");
    }
    String treatment = mining.attribute("invalidValueTreatment", "returnInvalid");
    boolean refusesInvalid = treatment.equals("returnInvalid") && !valid.isEmpty();
    if (!List.of("returnInvalid", "asIs", "asMissing", "asValue").contains(treatment)) {
      throw mining.unsupportedAttribute("invalidValueTreatment");
    }
    if (refusesInvalid) {
      refuseOthers(valid, missing);
    } else if (refusesMissing()) {
      TextField field = new TextField(name, null, missing, false, null, null);
      columns.require(columns.not(field.isMissing(columns)));
    }
    String other =
        treatment.equals("asValue") ? mining.attribute("invalidValueReplacement") : null;
    return new Text(
        new TextField(
            name,
            valid.isEmpty() ? null : valid,
            missing,
            treatment.equals("asMissing"),
            other,
            mining.optional("missingValueReplacement")));
  }

  /** A node without which the rows would be the same, but that refuses what is not valid. */
  private void refuseOthers(Set<String> valid, Set<String> missing) {
    List<String> categories = new ArrayList<>(valid);
    if (!refusesMissing()) {
      categories.addAll(missing);
      categories.removeAll(Collections.singleton(null));
      categories.add(null);
    }
    double[] values = new double[categories.size()];
    columns.add(new CategoryMapper(name, categories, values, null, columns.fresh(name)));
  }
}
