package io.penstock.pmml;

import java.util.HashMap;
import java.util.HashSet;
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
  private final Set<String> computing = new HashSet<>();

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
    Element field = derived.get(name);
    if (field != null) {
      if (!computing.add(name)) {
        throw field.unreadable("it is computed from itself");
      }
      value = Expressions.derivedField(field, this);
      values.put(name, value);
      return value;
    }
    if (outer == null) {
      throw by.unreadable("it reads the field '" + Numbers.shorten(name) + "', which is not there");
    }
    return outer.value(by, name);
  }

  /** The number that a field holds. */
  PmmlValue.Num number(Element by, String name) {
    return Expressions.number(by, value(by, name), columns);
  }
}
