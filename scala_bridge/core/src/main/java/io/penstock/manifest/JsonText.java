package io.penstock.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Strict JSON in Penstock's encoding. A value is a Map, List, String, Boolean, null, Long (or
 * BigInteger beyond it) or Double; {@code {"number": "NaN"}}, {@code "Infinity"} and {@code
 * "-Infinity"} are Doubles, and {@code {"integer": "9007199254740993"}} is a Long. No key twice, no
 * number that a double cannot hold, no deep nesting.
 */
public final class JsonText {
  static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER = 1_100; // digits; the longest exact double has 1,077
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,100}");
  private static final long EXACT_INTEGERS = 1L << 53;

  /** Makes parsers and generators with these limits. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER)
                  .build())
          .build();

  private JsonText() {}

  /** The one value that is the whole text. */
  public static Object read(byte[] utf8) throws IOException {
    try (JsonParser parser = FACTORY.createParser(utf8)) {
      return readWhole(parser);
    }
  }

  /** The one value that is the whole text. */
  public static Object read(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      return readWhole(parser);
    }
  }

  private static Object readWhole(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw new JsonParseException(parser, "there is nothing in it");
    }
    Object value = readValue(parser);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "there is more behind its end");
    }
    return value;
  }

  private static Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(readValue(parser));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> readInteger(parser.getText());
      case VALUE_NUMBER_FLOAT -> readDouble(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw new JsonParseException(parser, "a value is missing");
    };
  }

  private static Object readObject(JsonParser parser) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, readValue(parser));
    }
    if (object.size() == 1) {
      Object tagged = tagged(object);
      return tagged == null ? object : tagged;
    }
    return object;
  }

  /** The number that an object of one field encodes; null if it is just an object. */
  private static Object tagged(Map<String, Object> object) {
    if (object.get("integer") instanceof String text && INTEGER.matcher(text).matches()) {
      return readInteger(text);
    }
    if (object.get("number") instanceof String text) {
      return switch (text) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> null;
      };
    }
    return null;
  }

  private static Object readInteger(String text) {
    if (text.equals("-0")) {
      return -0.0;
    }
    BigInteger value = new BigInteger(text);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static Double readDouble(JsonParser parser) throws IOException {
    double value = Double.parseDouble(parser.getText());
    if (Double.isInfinite(value)) {
      throw new JsonParseException(parser, parser.getText() + " is more than a double can hold");
    }
    return value;
  }

  /** What is wrong with JSON text, in one line. */
  public static String problem(IOException e) {
    String message = e instanceof StreamReadException json ? json.getOriginalMessage() : e.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    String at = "";
    if (e instanceof StreamReadException json && json.getLocation() != null) {
      at = " at line " + json.getLocation().getLineNr();
    }
    return (line.length() > 200 ? line.substring(0, 200) + "..." : line) + at;
  }

  /** Writes null, a Boolean, String, number or array of numbers in the encoding. */
  public static void write(JsonGenerator out, Object value) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof Boolean v) {
      out.writeBoolean(v);
    } else if (value instanceof String v) {
      out.writeString(v);
    } else if (value instanceof Double v) {
      writeDouble(out, v);
    } else if (value instanceof Integer v) {
      out.writeNumber(v);
    } else if (value instanceof Long v) {
      writeLong(out, v);
    } else if (value instanceof double[] numbers) {
      out.writeStartArray();
      for (double number : numbers) {
        writeDouble(out, number);
      }
      out.writeEndArray();
    } else if (value instanceof long[] numbers) {
      out.writeStartArray();
      for (long number : numbers) {
        writeLong(out, number);
      }
      out.writeEndArray();
    } else if (value instanceof int[] numbers) {
      out.writeStartArray();
      for (int number : numbers) {
        out.writeNumber(number);
      }
      out.writeEndArray();
    } else {
      throw new IllegalArgumentException("no encoding for " + value.getClass());
    }
  }

  private static void writeDouble(JsonGenerator out, double value) throws IOException {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      writeTagged(out, "number", Double.toString(value));
    } else {
      out.writeNumber(value);
    }
  }

  private static void writeLong(JsonGenerator out, long value) throws IOException {
    if (value > EXACT_INTEGERS || value < -EXACT_INTEGERS) {
      writeTagged(out, "integer", Long.toString(value));
    } else {
      out.writeNumber(value);
    }
  }

  private static void writeTagged(JsonGenerator out, String tag, String text) throws IOException {
    out.writeStartObject();
    out.writeStringField(tag, text);
    out.writeEndObject();
  }
}
