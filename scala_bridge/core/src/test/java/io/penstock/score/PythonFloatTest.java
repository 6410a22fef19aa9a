package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text is parsed as Python 3.11 parses it; the answers in the list are Python's own. */
class PythonFloatTest {

  @Test
  void agreesWithPythonOnItsList() throws IOException {
    List<String> differences = new ArrayList<>();
    int refused = 0;
    int count = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                PythonFloatTest.class.getResourceAsStream("python_float.tsv"),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t");
        byte[] units = HexFormat.of().parseHex(parts[0]);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < units.length; i += 2) {
          text.append((char) ((units[i] & 0xff) << 8 | (units[i + 1] & 0xff)));
        }
        OptionalDouble found = PythonFloat.parse(text.toString());
        count++;
        refused += parts[1].equals("refused") ? 1 : 0;
        if (!same(parts[1], found)) {
          differences.add("\"" + text + "\": " + parts[1] + " and not " + found);
        }
      }
    }
    assertTrue(count > 5_000 && refused > 1_000, count + " texts, " + refused + " refused");
    assertEquals(List.of(), differences);
  }

  private static boolean same(String expected, OptionalDouble found) {
    if (expected.equals("refused") || found.isEmpty()) {
      return expected.equals("refused") && found.isEmpty();
    }
    double value =
        switch (expected) {
          case "nan" -> Double.NaN;
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.parseDouble(expected); // float.hex is Java's hexadecimal form
        };
    return Double.doubleToLongBits(value) == Double.doubleToLongBits(found.getAsDouble());
  }

  /** Bytes that are no UTF-8 are no number, and do not read beyond their end. */
  @ParameterizedTest
  @CsvSource({"ff", "31ff", "d9", "d9a331d9", "c0b1", "e08080", "eda080", "f4908080", "f09d9f", "80"})
  void malformedUtf8IsNoNumber(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertEquals(PythonFloat.NOT_A_NUMBER, PythonFloat.parse(bytes, 0, bytes.length));
  }

  @Test
  void onlyTheGivenPartOfTheArrayIsRead() {
    byte[] bytes = "12345.678".getBytes(StandardCharsets.UTF_8);
    assertEquals(345.6, Double.longBitsToDouble(PythonFloat.parse(bytes, 2, 5)));
    assertEquals(PythonFloat.NOT_A_NUMBER, PythonFloat.parse(bytes, 9, 0));
    byte[] arabic = "\u0663\u0664".getBytes(StandardCharsets.UTF_8);
    assertEquals(3.0, Double.longBitsToDouble(PythonFloat.parse(arabic, 0, 2)));
    assertEquals(PythonFloat.NOT_A_NUMBER, PythonFloat.parse(arabic, 0, 3));
  }

  @Test
  void theTextNanIsANumberThatIsMissing() {
    assertTrue(Double.isNaN(PythonFloat.parse(" -NaN ").getAsDouble()));
    byte[] nan = "nan".getBytes(StandardCharsets.UTF_8);
    assertTrue(PythonFloat.parse(nan, 0, 3) != PythonFloat.NOT_A_NUMBER);
  }
}
