package io.penstock.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers survive the way to JSON and back. */
class JsonTextTest {

  private static String write(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
      JsonText.write(json, value);
    }
    return text.toString();
  }

  @Test
  void doublesAndLongsComeBackBitByBit() throws IOException {
    for (double value :
        new double[] {
          0.0, -0.0, 0.1, 1e22, 1e23, -5e-324, Double.MAX_VALUE, Double.NaN, 1 / 0.0, -1 / 0.0
        }) {
      assertEquals(value, JsonText.read(write(value)));
    }
    for (long value : new long[] {0, -7, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertEquals(value, JsonText.read(write(value)));
    }
    assertEquals("{\"integer\":\"9007199254740993\"}", write((1L << 53) + 1));
    assertEquals("9007199254740992", write(1L << 53));
    assertEquals("{\"number\":\"-Infinity\"}", write(-1 / 0.0));
    assertEquals("[1.0,{\"number\":\"NaN\"}]", write(new double[] {1, Double.NaN}));
    assertEquals("[1,2]", write(new int[] {1, 2}));
    assertEquals("\"a\\\"b\"", write("a\"b"));
  }

  @Test
  void onlyTheStatedTagsAreNumbers() throws IOException {
    assertEquals(Map.of("number", "seven"), JsonText.read("{\"number\": \"seven\"}"));
    assertEquals(Map.of("number", 7L), JsonText.read("{\"number\": 7}"));
    assertEquals(Map.of("integer", "1e3"), JsonText.read("{\"integer\": \"1e3\"}"));
    assertEquals(
        new BigInteger("9223372036854775808"), JsonText.read("{\"integer\": \"9223372036854775808\"}"));
    assertEquals(-0.0, JsonText.read("-0"));
    assertEquals(List.of(1L, 1.0), JsonText.read("[1, 1.0]"));
    assertThrows(IOException.class, () -> JsonText.read("1e999"));
    assertThrows(IOException.class, () -> JsonText.read("01"));
    assertThrows(IOException.class, () -> JsonText.read("'a'"));
    assertThrows(IOException.class, () -> JsonText.read("[1,]"));
    assertThrows(IOException.class, () -> JsonText.read("// c\n1"));
  }
}
