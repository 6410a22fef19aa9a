package io.penstock.judges;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** The encoding of doubles that JSON cannot hold: {@code {"number": "NaN"}}. */
public final class Numbers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Numbers() {}

  static double decode(JsonNode node) {
    return node.isObject() ? Double.parseDouble(node.get("number").textValue()) : node.doubleValue();
  }

  public static JsonNode encode(double value) {
    return Double.isFinite(value)
        ? JSON.numberNode(value)
        : JSON.objectNode().put("number", Double.toString(value));
  }

  public static ArrayNode encode(double[] values) {
    ArrayNode array = JSON.arrayNode();
    for (double value : values) {
      array.add(encode(value));
    }
    return array;
  }
}
