package io.penstock.pmml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields that a model can read: its own, then those of the model around it. A derived field is
 * computed when it is first read.
 */
final class Scope {
  private final Scope outer;
  private final Columns columns;
  private final Map<String, PmmlValue> values = new HashMap<>();
  private final Map<String, Element> derived = new HashMap<>();

  Scope(Scope outer, Columns columns) {
    this.outer = outer;
    this.columns = columns;
  }

  Columns columns() {
    return columns;
  }

  void define(Element by, String name, PmmlValue value) {
    if (values.putIfAbsent(name, value) != null || derived.containsKey(name)) {
      throw by.unreadable("it defines the field '" + name + "' a second time");
    }
  }

  /** Defines the DerivedField elements of TransformationDictionary or LocalTransformations. */
  void defineDerived(Element transformations) {
    if (transformations == null) {
      return;
    }
    for (Element child : transformations.children()) {
      if (child.is("DerivedField")) {
        String name = child.attribute("name");
        if (values.containsKey(name) || derived.putIfAbsent(name, child) != null) {
          throw child.unreadable("it defines the field '" + name + "' a second time");
        }
      } else if (!child.is("Extension")) {
        throw child.unsupported();
      }
    }
  }

  PmmlValue value(Element by, String name) {
    PmmlValue value = values.get(name);
    if (value != null) {
      return value;
    }
    if (derived.containsKey(name)) {
      compute(name);
      return values.get(name);
    }
    if (outer == null) {
      throw by.unreadable("it reads the field '" + Numbers.shorten(name) + "', which is not there");
    }
    return outer.value(by, name);
  }

  /** Computes a derived field after those that it reads, however long that chain is. */
  private void compute(String name) {
    Deque<String> open = new ArrayDeque<>(List.of(name));
    Set<String> entered = new HashSet<>();
    while (!open.isEmpty()) {
      Element field = derived.get(open.peek());
      if (entered.add(open.peek())) {
        for (String read : reads(field)) {
          if (derived.containsKey(read) && !values.containsKey(read)) {
            if (entered.contains(read)) {
              throw field.unreadable("it is computed from itself");
            }
            open.push(read);
          }
        }
      } else {
        String ready = open.pop();
        if (!values.containsKey(ready)) {
          values.put(ready, Expressions.derivedField(field, this));
        }
      }
    }
  }

  /** The fields that an expression refers to. */
  private static Set<String> reads(Element expression) {
    Set<String> reads = new LinkedHashSet<>();
    Deque<Element> open = new ArrayDeque<>(List.of(expression));
    while (!open.isEmpty()) {
      Element element = open.pop();
      if (element.optional("field") != null) {
        reads.add(element.attribute("field"));
      }
      element.children().forEach(open::push);
    }
    return reads;
  }

  /** The number that a field holds. */
  PmmlValue.Num number(Element by, String name) {
    return Expressions.number(by, value(by, name), columns);
  }
}
