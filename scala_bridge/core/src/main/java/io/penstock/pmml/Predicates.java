package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Num;
import io.penstock.pmml.Test.OnMissing;
import java.util.List;

/** Turns predicates into splits of a tree where they are one, else into columns of truth. */
final class Predicates {
  private final Element model;
  private final Scope scope;
  private final Columns columns;
  private final TreeFeatures features;

  Predicates(Element model, Scope scope, TreeFeatures features) {
    this.model = model;
    this.scope = scope;
    this.columns = scope.columns();
    this.features = features;
  }

  /** The predicate, which must not be True or False, as a split. */
  Test test(Predicate predicate) {
    Test test = null;
    if (predicate instanceof Predicate.Simple simple) {
      test = simple(simple);
    } else if (predicate instanceof Predicate.Compound compound) {
      test = withMissing(compound);
    }
    if (test != null) {
      return test;
    }
    Flag flag = flag(predicate);
    return new Test(features.index(flag.column()), 0.5, false, OnMissing.UNKNOWN, flag.nullable());
  }

  /** A comparison with a number, or null where the predicate is another. */
  private Test simple(Predicate.Simple simple) {
    if (!(scope.value(model, simple.field()) instanceof Num num)) {
      return null;
    }
    boolean below;
    boolean strict = false;
    switch (simple.operator()) {
      case "isMissing" -> {
        return bound(num, Double.POSITIVE_INFINITY, false).with(OnMissing.TRUE);
      }
      case "isNotMissing" -> {
        return bound(num, Double.POSITIVE_INFINITY, true).with(OnMissing.FALSE);
      }
      case "lessOrEqual" -> below = true;
      case "greaterThan" -> below = false;
      case "lessThan" -> {
        below = true;
        strict = true;
      }
      case "greaterOrEqual" -> {
        below = false;
        strict = true;
      }
      default -> {
        return null;
      }
    }
    double threshold = threshold(simple, num.type());
    if (strict && threshold == Double.NEGATIVE_INFINITY) {
      throw model.unsupported("it compares with minus infinity", "leave that predicate out");
    }
    return bound(num, strict ? Math.nextDown(threshold) : threshold, below);
  }

  private double threshold(Predicate.Simple simple, Type type) {
    double threshold = type.parse(simple.value());
    if (Double.isNaN(threshold)) {
      throw model.unreadable(
          "it compares the field '"
              + Numbers.shorten(simple.field())
              + "' with '"
              + Numbers.shorten(simple.value())
              + "', which is not a number");
    }
    return threshold;
  }

  private Test bound(Num num, double threshold, boolean below) {
    int feature = features.index(columns.column(num.operand()));
    return new Test(feature, threshold, below, OnMissing.UNKNOWN, num.nullable());
  }

  /** {@code x is missing or x <= t}, {@code x is not missing and x <= t}; null for others. */
  private Test withMissing(Predicate.Compound compound) {
    boolean or = compound.operator().equals("or");
    if (compound.parts().size() != 2 || !(or || compound.operator().equals("and"))) {
      return null;
    }
    String operator = or ? "isMissing" : "isNotMissing";
    for (int i = 0; i < 2; i++) {
      if (compound.parts().get(i) instanceof Predicate.Simple presence
          && compound.parts().get(1 - i) instanceof Predicate.Simple bound
          && presence.operator().equals(operator)
          && presence.field().equals(bound.field())) {
        Test test = simple(bound);
        if (test != null && test.onMissing() == OnMissing.UNKNOWN) {
          return test.with(or ? OnMissing.TRUE : OnMissing.FALSE);
        }
      }
    }
    return null;
  }

  /** The predicate as a column: true, false, or unknown. */
  Flag flag(Predicate predicate) {
    if (predicate instanceof Predicate.Simple simple) {
      return simpleFlag(simple);
    } else if (predicate instanceof Predicate.InSet set) {
      PmmlValue value = scope.value(model, set.field());
      Flag in = Comparisons.isIn(model, value, set.values(), columns);
      return set.isIn() ? in : columns.not(in);
    } else if (predicate instanceof Predicate.Compound compound) {
      return compoundFlag(compound);
    }
    boolean holds = predicate instanceof Predicate.Always;
    return new Flag(columns.column(holds ? Columns.ONE : Columns.ZERO), false);
  }

  private Flag simpleFlag(Predicate.Simple simple) {
    PmmlValue value = scope.value(model, simple.field());
    return switch (simple.operator()) {
      case "isMissing" -> Comparisons.isMissing(value, columns);
      case "isNotMissing" -> columns.not(Comparisons.isMissing(value, columns));
      case "equal" -> Comparisons.isIn(model, value, List.of(simple.value()), columns);
      case "notEqual" ->
          columns.not(Comparisons.isIn(model, value, List.of(simple.value()), columns));
      case "lessThan" -> compare(BinaryOp.LESS, simple, value);
      case "lessOrEqual" -> compare(BinaryOp.LESS_OR_EQUAL, simple, value);
      case "greaterThan" -> compare(BinaryOp.GREATER, simple, value);
      case "greaterOrEqual" -> compare(BinaryOp.GREATER_OR_EQUAL, simple, value);
      default ->
          throw model.unsupported(
              "Penstock does not compute the operator '" + Numbers.shorten(simple.operator()) + "'",
              "write the model without it");
    };
  }

  private Flag compare(BinaryOp op, Predicate.Simple simple, PmmlValue value) {
    Num num = Expressions.number(model, value, columns);
    Operand threshold = new Operand.Const(threshold(simple, num.type()));
    return columns.compare(op, num, new Num(threshold, num.type(), false));
  }

  private Flag compoundFlag(Predicate.Compound compound) {
    Flag result = flag(compound.parts().get(0));
    for (Predicate part : compound.parts().subList(1, compound.parts().size())) {
      Flag next = flag(part);
      result =
          switch (compound.operator()) {
            case "and" -> columns.and(result, next);
            case "or" -> columns.or(result, next);
            case "xor" -> columns.xor(result, next);
            case "surrogate" -> columns.surrogate(result, next);
            default ->
                throw model.unsupported(
                    "Penstock does not compute the operator '"
                        + Numbers.shorten(compound.operator())
                        + "'",
                    "write the model without it");
          };
    }
    return result;
  }
}
