package io.penstock.pmml;

import java.util.regex.Pattern;

/** The numbers of XML Schema, which are not all that Java would parse. */
final class Numbers {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,9})?");
  private static final int MAX_LENGTH = 1000;

  private Numbers() {}

  /** The double that a text stands for, infinities included; NaN where it is no number. */
  static double parse(String text) {
    String trimmed = text.strip();
    return switch (trimmed) {
      case "INF", "+INF", "Infinity" -> Double.POSITIVE_INFINITY;
      case "-INF", "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> isDecimal(trimmed) ? Double.parseDouble(trimmed) : Double.NaN;
    };
  }

  /** The float that a text stands for, rounded once, as a double. */
  static double parseFloat(String text) {
    String trimmed = text.strip();
    return isDecimal(trimmed) ? Float.parseFloat(trimmed) : parse(trimmed);
  }

  static boolean isInteger(String text) {
    return text.strip().matches("[+-]?[0-9]{1,9}");
  }

  private static boolean isDecimal(String text) {
    return text.length() <= MAX_LENGTH && DECIMAL.matcher(text).matches();
  }

  /** A text of the file as it may stand in a message. */
  static String shorten(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= 60 ? line : line.substring(0, 60) + "...";
  }
}
