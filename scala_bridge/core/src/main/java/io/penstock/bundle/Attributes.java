package io.penstock.bundle;

import java.util.List;
import java.util.Map;

/**
 * The typed attributes of a model.json. MLeap leaves out a scalar that is zero, false or empty
 * ({@code "intercept": {}}) and a list that is empty; those read as such.
 */
final class Attributes {
  /** A tensor: its values and its dimensions. */
  record Tensor(double[] values, int[] dimensions) {}

  private final Map<String, Object> attributes;
  private final String place;

  Attributes(Map<String, Object> attributes, String place) {
    this.attributes = attributes;
    this.place = place;
  }

  boolean has(String name) {
    return attributes.get(name) != null;
  }

  double number(String name) {
    Object value = scalar(name, "double", 0.0);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, "a double");
  }

  /** A finite number. */
  double finite(String name) {
    double value = number(name);
    if (!Double.isFinite(value)) {
      throw wrong(name, "a finite double");
    }
    return value;
  }

  double finite(String name, double otherwise) {
    return has(name) ? finite(name) : otherwise;
  }

  /** An int or a long, from 0 to 2^31 - 1. */
  int integer(String name) {
    String type = object(name).containsKey("int") ? "int" : "long";
    if (scalar(name, type, 0L) instanceof Long value && value >= 0 && value == value.intValue()) {
      return value.intValue();
    }
    throw wrong(name, "an integer that is not negative");
  }

  String text(String name) {
    if (scalar(name, "string", "") instanceof String text) {
      return text;
    }
    throw wrong(name, "a string");
  }

  String text(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  boolean bool(String name) {
    if (scalar(name, "boolean", false) instanceof Boolean value) {
      return value;
    }
    throw wrong(name, "a boolean");
  }

  String[] texts(String name) {
    return texts(name, "string");
  }

  /** A list of values that JSON holds as strings, of the type that the attribute states. */
  String[] texts(String name, String type) {
    List<?> list = list(name, type);
    String[] texts = new String[list.size()];
    for (int i = 0; i < texts.length; i++) {
      if (!(list.get(i) instanceof String text)) {
        throw wrong(name, "a list of strings");
      }
      texts[i] = text;
    }
    return texts;
  }

  double[] numbers(String name) {
    return numbers(name, list(name, "double"));
  }

  /** A list of ints or longs, each from 0 to 2^31 - 1. */
  int[] integers(String name) {
    List<?> list = list(name, object(name).containsKey("int") ? "int" : "long");
    int[] integers = new int[list.size()];
    for (int i = 0; i < integers.length; i++) {
      if (!(list.get(i) instanceof Long value) || value < 0 || value != value.intValue()) {
        throw wrong(name, "a list of integers that are not negative");
      }
      integers[i] = value.intValue();
    }
    return integers;
  }

  /** The finite values of a tensor of one dimension. */
  double[] vector(String name) {
    Tensor tensor = tensor(name);
    if (tensor.dimensions().length != 1) {
      throw wrong(name, "a vector");
    }
    return tensor.values();
  }

  /** A dense tensor of finite doubles. */
  Tensor tensor(String name) {
    Map<?, ?> value = object(name);
    if (!"tensor".equals(value.get("type"))
        || !(value.get("shape") instanceof Map<?, ?> shape)
        || !(shape.get("dimensions") instanceof List<?> sizes)
        || !(value.get("double") instanceof List<?> list)) {
      throw wrong(name, "a tensor of doubles");
    }
    int[] dimensions = new int[sizes.size()];
    long count = 1;
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = size(name, sizes.get(i));
      count = Math.min(count * dimensions[i], Integer.MAX_VALUE);
    }
    if (dimensions.length == 0 || count != list.size()) {
      throw wrong(name, "a tensor whose values fill its shape");
    }
    double[] values = numbers(name, list);
    for (double v : values) {
      if (!Double.isFinite(v)) {
        throw wrong(name, "a tensor of finite doubles");
      }
    }
    return new Tensor(values, dimensions);
  }

  /** The widths of a list of data shapes: -1 for a scalar, else the size of a vector. */
  int[] widths(String name) {
    List<?> shapes = list(name, "data_shape");
    int[] widths = new int[shapes.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = width(name, shapes.get(i));
    }
    return widths;
  }

  /** The width of one data shape: -1 for a scalar, else the size of a vector. */
  int width(String name) {
    return width(name, object(name).get("data_shape"));
  }

  private int width(String name, Object value) {
    if (value instanceof Map<?, ?> shape) {
      if ("scalar".equals(shape.get("base"))) {
        return -1;
      }
      if ("tensor".equals(shape.get("base"))
          && shape.get("tensorShape") instanceof Map<?, ?> tensor
          && tensor.get("dimensions") instanceof List<?> sizes
          && sizes.size() == 1) {
        return size(name, sizes.get(0));
      }
    }
    throw wrong(name, "the shape of a scalar or of a vector");
  }

  private int size(String name, Object dimension) {
    if (dimension instanceof Map<?, ?> d
        && d.get("size") instanceof Long size
        && size >= 0
        && size == size.intValue()) {
      return size.intValue();
    }
    throw wrong(name, "a shape with sizes");
  }

  private Object scalar(String name, String type, Object zero) {
    Map<?, ?> value = object(name);
    if (value.isEmpty()) {
      return zero;
    }
    return value.size() == 1 ? value.get(type) : null;
  }

  private List<?> list(String name, String type) {
    Map<?, ?> value = object(name);
    if ("list".equals(value.get("type"))) {
      if (value.size() == 1) {
        return List.of();
      }
      if (value.size() == 2 && value.get(type) instanceof List<?> list) {
        return list;
      }
    }
    throw wrong(name, "a list of " + type + " values");
  }

  private double[] numbers(String name, List<?> list) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw wrong(name, "made of numbers");
      }
      numbers[i] = number.doubleValue();
    }
    return numbers;
  }

  private Map<?, ?> object(String name) {
    Object value = attributes.get(name);
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw value == null
        ? Refuse.unreadable(place, "its attribute '" + name + "' is missing")
        : wrong(name, "a typed value");
  }

  private RuntimeException wrong(String name, String expected) {
    return Refuse.unreadable(place, "its attribute '" + name + "' is not " + expected);
  }
}
