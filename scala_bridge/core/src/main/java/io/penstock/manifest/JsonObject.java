package io.penstock.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An object of the manifest with its path, so that an error can say which field is wrong. */
final class JsonObject {
  private final Map<?, ?> fields;
  private final String path;

  private JsonObject(Map<?, ?> fields, String path) {
    this.fields = fields;
    this.path = path;
  }

  static JsonObject root(Object value) {
    return new JsonObject(of(value, "the file").fields, "");
  }

  static JsonObject of(Object value, String path) {
    if (value instanceof Map<?, ?> fields) {
      return new JsonObject(fields, path);
    }
    throw wrong(path, "an object", value);
  }

  JsonObject object(String name) {
    return of(fields.get(name), path(name));
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  Object value(String name) {
    return fields.get(name);
  }

  String text(String name) {
    return fields.get(name) instanceof String v ? v : fail(name, "text");
  }

  String textOrNull(String name) {
    return fields.get(name) == null ? null : text(name);
  }

  boolean flag(String name) {
    return fields.get(name) instanceof Boolean v ? v : fail(name, "true or false");
  }

  long count(String name) {
    return fields.get(name) instanceof Long v && v >= 0 ? v : fail(name, "a count");
  }

  List<?> list(String name) {
    return fields.get(name) instanceof List<?> v ? v : fail(name, "a list");
  }

  List<JsonObject> objects(String name) {
    List<?> list = list(name);
    List<JsonObject> objects = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      objects.add(of(list.get(i), path(name) + "[" + i + "]"));
    }
    return objects;
  }

  List<String> texts(String name) {
    List<?> list = list(name);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof String)) {
        throw wrong(path(name) + "[" + i + "]", "text", list.get(i));
      }
      texts.add((String) list.get(i));
    }
    return texts;
  }

  double[] numbers(String name) {
    return numbers(list(name), path(name));
  }

  static double[] numbers(List<?> list, String path) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(list.get(i), path + "[" + i + "]");
    }
    return numbers;
  }

  /** A number, or a list of them. */
  double[] numberOrNumbers(String name) {
    return fields.get(name) instanceof List<?>
        ? numbers(name)
        : new double[] {number(fields.get(name), path(name))};
  }

  static double number(Object value, String path) {
    if (value instanceof Double v) {
      return v;
    }
    if (value instanceof Long v && (long) (double) v == v && v != Long.MAX_VALUE) {
      return v;
    }
    throw wrong(path, "a number", value);
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private <T> T fail(String name, String wanted) {
    throw wrong(path(name), wanted, fields.get(name));
  }

  static ManifestProblem wrong(String path, String wanted, Object found) {
    String what =
        found == null
            ? "nothing"
            : found instanceof Map
                ? "an object"
                : found instanceof List ? "a list" : "the value " + shorten(found.toString());
    return new ManifestProblem(path + " holds " + what + " where " + wanted + " belongs");
  }

  private static String shorten(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
