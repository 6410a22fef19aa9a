package io.penstock.pmml;

import java.util.ArrayList;
import java.util.List;

/** A condition on fields as the document states it. */
sealed interface Predicate {
  record Always() implements Predicate {}

  record Never() implements Predicate {}

  record Simple(String field, String operator, String value) implements Predicate {}

  record InSet(String field, boolean isIn, List<String> values) implements Predicate {}

  record Compound(String operator, List<Predicate> parts) implements Predicate {}

  Predicate ALWAYS = new Always();
  Predicate NEVER = new Never();
  int MAX_DEPTH = 200;

  /** Whether an element is a predicate. */
  static boolean isOne(String name) {
    return switch (name) {
      case "True", "False", "SimplePredicate", "SimpleSetPredicate", "CompoundPredicate" -> true;
      default -> false;
    };
  }

  static Predicate of(Element element) {
    return of(element, 0);
  }

  private static Predicate of(Element element, int depth) {
    if (depth > MAX_DEPTH) {
      throw element.unreadable("its predicates are nested more than " + MAX_DEPTH + " deep");
    }
    return switch (element.name()) {
      case "True" -> ALWAYS;
      case "False" -> NEVER;
      case "SimplePredicate" -> simple(element);
      case "SimpleSetPredicate" -> inSet(element);
      case "CompoundPredicate" -> {
        List<Predicate> parts = new ArrayList<>();
        for (Element child : element.children()) {
          if (!child.is("Extension")) {
            parts.add(of(child, depth + 1));
          }
        }
        if (parts.size() < 2) {
          throw element.unreadable("it has fewer than two predicates");
        }
        yield new Compound(element.attribute("booleanOperator"), List.copyOf(parts));
      }
      default -> throw element.unsupported();
    };
  }

  private static Predicate simple(Element element) {
    String operator = element.attribute("operator");
    boolean onMissing = operator.equals("isMissing") || operator.equals("isNotMissing");
    String value = onMissing ? "" : element.attribute("value");
    return new Simple(element.attribute("field"), operator, value);
  }

  private static Predicate inSet(Element element) {
    String operator = element.attribute("booleanOperator");
    if (!operator.equals("isIn") && !operator.equals("isNotIn")) {
      throw element.unsupportedAttribute("booleanOperator");
    }
    List<String> values = Arrays.values(element.child("Array"));
    return new InSet(element.attribute("field"), operator.equals("isIn"), values);
  }
}
