package io.penstock.pmml;

import io.penstock.graph.GraphBuilder;
import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Num;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes graph nodes for expressions. The same operation on the same columns is made once. Truth
 * follows PMML: a comparison with a missing value is unknown, which is NaN.
 */
final class Columns extends GraphBuilder {
  static final Operand MISSING = new Operand.Const(Double.NaN);
  static final Operand ZERO = new Operand.Const(0.0);
  static final Operand ONE = new Operand.Const(1.0);

  private final Map<List<Object>, String> known = new HashMap<>();
  private final Map<String, String> rounded = new HashMap<>();
  private final Map<List<Object>, Flag> flags = new HashMap<>();
  private final Set<String> present = new HashSet<>();
  private Flag required;

  Columns(Collection<String> taken) {
    super(taken);
  }

  /** The flag of that key, made once. */
  Flag once(List<Object> key, Supplier<Flag> make) {
    Flag flag = flags.get(key);
    if (flag == null) {
      flag = make.get();
      flags.put(key, flag);
    }
    return flag;
  }

  String binary(BinaryOp op, Operand left, Operand right) {
    return known.computeIfAbsent(
        List.of(op, left, right), key -> binary(op, left, right, fresh(name(op))));
  }

  String unary(UnaryOp op, String input) {
    String output =
        known.computeIfAbsent(List.of(op, input), key -> unary(op, input, fresh(name(op))));
    if (op == UnaryOp.FLOAT32) {
      rounded.put(output, input);
    }
    return output;
  }

  /** The columns of which these are the values rounded to float, or null if one is not. */
  List<String> unrounded(List<String> columns) {
    return rounded.keySet().containsAll(columns)
        ? columns.stream().map(rounded::get).toList()
        : null;
  }

  String where(String condition, Operand then, Operand otherwise) {
    return known.computeIfAbsent(
        List.of(condition, then, otherwise),
        key -> where(condition, then, otherwise, fresh("if")));
  }

  private static String name(Enum<?> op) {
    return op.name().toLowerCase(Locale.ROOT);
  }

  /** Lets a row have no prediction where the flag, which must be known, is false. */
  void require(Flag flag) {
    required = required == null ? flag : and(required, flag);
  }

  /** The prediction, or NaN where a required flag is false. */
  String ifRequirementsHold(String prediction) {
    return required == null
        ? prediction
        : where(required.column(), ref(prediction), MISSING);
  }

  static Operand ref(String column) {
    return new Operand.Ref(column);
  }

  /** The column of an operand; a constant gets one. */
  String column(Operand operand) {
    return operand instanceof Operand.Ref ref
        ? ref.column()
        : binary(BinaryOp.MUL, operand, ONE);
  }

  /** Notes that columns never hold NaN for missing. */
  void neverMissing(Collection<String> columns) {
    present.addAll(columns);
  }

  boolean isNeverMissing(Collection<String> columns) {
    return present.containsAll(columns);
  }

  /** A double that a model answers with. */
  Num result(String column) {
    return new Num(ref(column), Type.DOUBLE, !present.contains(column));
  }

  /** NaN where {@code tested} is missing, else {@code value}. */
  String unlessMissing(Operand tested, Operand value) {
    if (tested instanceof Operand.Ref ref && present.contains(ref.column())) {
      return column(value);
    }
    return where(unary(UnaryOp.IS_NAN, column(tested)), MISSING, value);
  }

  /** A comparison: unknown where a side is missing. */
  Flag compare(BinaryOp op, Num left, Num right) {
    String result = binary(op, left.operand(), right.operand());
    if (left.nullable()) {
      result = unlessMissing(left.operand(), ref(result));
    }
    if (right.nullable()) {
      result = unlessMissing(right.operand(), ref(result));
    }
    return new Flag(result, left.nullable() || right.nullable());
  }

  Flag isMissing(Num num) {
    return new Flag(unary(UnaryOp.IS_NAN, column(num.operand())), false);
  }

  Flag not(Flag flag) {
    return new Flag(binary(BinaryOp.SUB, ONE, ref(flag.column())), flag.nullable());
  }

  /** False if a side is false, else unknown if a side is unknown. */
  Flag and(Flag left, Flag right) {
    boolean nullable = left.nullable() || right.nullable();
    String product = binary(BinaryOp.MUL, ref(left.column()), ref(right.column()));
    if (nullable) {
      product = falseWhere(left, falseWhere(right, product));
    }
    return new Flag(product, nullable);
  }

  private String falseWhere(Flag flag, String otherwise) {
    String isFalse = binary(BinaryOp.EQUAL, ref(flag.column()), ZERO);
    return where(isFalse, ZERO, ref(otherwise));
  }

  Flag or(Flag left, Flag right) {
    return not(and(not(left), not(right)));
  }

  /** Unknown if a side is unknown. */
  Flag xor(Flag left, Flag right) {
    String difference = binary(BinaryOp.SUB, ref(left.column()), ref(right.column()));
    return new Flag(unary(UnaryOp.ABS, difference), left.nullable() || right.nullable());
  }

  /** The first flag, or the second where the first is unknown. */
  Flag surrogate(Flag first, Flag second) {
    if (!first.nullable()) {
      return first;
    }
    String unknown = unary(UnaryOp.IS_NAN, first.column());
    return new Flag(where(unknown, ref(second.column()), ref(first.column())), second.nullable());
  }

  /** {@code then} or {@code otherwise}; missing where the condition is unknown. */
  String choose(Flag condition, Operand then, Operand otherwise) {
    String chosen = where(condition.column(), then, otherwise);
    return condition.nullable() ? unlessMissing(ref(condition.column()), ref(chosen)) : chosen;
  }
}
