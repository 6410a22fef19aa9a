package io.penstock.score;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Text to number exactly as Python's {@code float(str)}, which is what scikit-learn applies to the
 * text of a model whose inputs were logged as strings: blanks around are dropped, underscores may
 * stand between digits, any Unicode decimal digit counts, {@code inf}, {@code infinity} and {@code
 * nan} go in any case and with a sign, what overflows is infinite. Java's hexadecimal form and
 * {@code d}/{@code f} suffixes are refused.
 *
 * <p>The digits and blanks are those of Python 3.11 (Unicode 14) on every JVM. Later Pythons know a
 * few more scripts; text in those is refused here.
 */
public final class PythonFloat {

  /**
   * What {@link #parse} answers for text that is not a number: the bits of a NaN that no text gives.
   */
  public static final long NOT_A_NUMBER = 0x7ff8_7065_6e73_746bL;

  private static final long NAN = 0x7ff8_0000_0000_0000L;
  private static final long INFINITY = 0x7ff0_0000_0000_0000L;
  private static final long SIGN = 0x8000_0000_0000_0000L;

  /** Mantissa and power of ten up to which one multiplication or division rounds correctly. */
  private static final long MAX_EXACT_MANTISSA = 1L << 53;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private PythonFloat() {}

  /** The number that the text holds, or empty where Python raises ValueError. */
  public static OptionalDouble parse(String text) {
    // Lone surrogates become '?', which is no number either.
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    long bits = parse(utf8, 0, utf8.length);
    return bits == NOT_A_NUMBER
        ? OptionalDouble.empty()
        : OptionalDouble.of(Double.longBitsToDouble(bits));
  }

  /**
   * The bits of the double that UTF-8 text holds, or {@link #NOT_A_NUMBER}. Allocates nothing for
   * plain decimals of up to 15 digits or so.
   */
  public static long parse(byte[] utf8, int offset, int length) {
    int end = offset + length;
    while (offset < end && isAsciiBlank(utf8[offset])) {
      offset++;
    }
    while (offset < end && isAsciiBlank(utf8[end - 1])) {
      end--;
    }
    if (offset == end) {
      return NOT_A_NUMBER;
    }
    for (int i = offset; i < end; i++) {
      if (utf8[i] < 0 || utf8[i] == '_') {
        return parseUnusual(utf8, offset, end);
      }
    }
    return parseAscii(utf8, offset, end);
  }

  /** Text that holds underscores or is not all ASCII: brought to plain ASCII first, as Python does. */
  private static long parseUnusual(byte[] utf8, int start, int end) {
    byte[] ascii = toAscii(utf8, start, end);
    if (ascii == null) {
      return NOT_A_NUMBER;
    }
    int from = 0;
    int to = ascii.length;
    while (from < to && isAsciiBlank(ascii[from])) {
      from++;
    }
    while (from < to && isAsciiBlank(ascii[to - 1])) {
      to--;
    }
    byte[] plain = new byte[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      if (ascii[i] != '_') {
        plain[size++] = ascii[i];
      } else if (i == from || i + 1 == to || !isDigit(ascii[i - 1]) || !isDigit(ascii[i + 1])) {
        return NOT_A_NUMBER;
      }
    }
    return size == 0 ? NOT_A_NUMBER : parseAscii(plain, 0, size);
  }

  /** Decimal digits and blanks of any script as ASCII ones; null if anything else is not ASCII. */
  private static byte[] toAscii(byte[] utf8, int start, int end) {
    byte[] ascii = new byte[end - start];
    int size = 0;
    for (int i = start; i < end; ) {
      if (utf8[i] >= 0) {
        ascii[size++] = utf8[i++];
        continue;
      }
      int width = Utf8.width(utf8, i, end);
      int codePoint = width == 0 ? -1 : Utf8.codePoint(utf8, i, width);
      byte replacement = UnicodeDigits.toAscii(codePoint);
      if (replacement == 0) {
        return null;
      }
      ascii[size++] = replacement;
      i += width;
    }
    return Arrays.copyOf(ascii, size);
  }

  /** {@code [+-] (digits [. digits] | . digits) [(e|E) [+-] digits]}, or a name. */
  private static long parseAscii(byte[] s, int start, int end) {
    int i = start;
    boolean negative = s[i] == '-';
    if (negative || s[i] == '+') {
      i++;
    }
    long mantissa = 0;
    int significant = 0; // digits in the mantissa, leading zeros not counted
    int digits = 0;
    int scale = 0;
    boolean fraction = false;
    for (; i < end; i++) {
      byte c = s[i];
      if (isDigit(c)) {
        digits++;
        if (significant > 0 || c != '0') {
          significant++;
        }
        if (significant <= 18) {
          mantissa = mantissa * 10 + (c - '0');
        }
        if (fraction) {
          scale--;
        }
      } else if (c == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return fraction ? NOT_A_NUMBER : parseName(s, i, end, negative);
    }
    int exponent = 0;
    if (i < end) {
      if ((s[i] | 0x20) != 'e' || ++i == end) {
        return NOT_A_NUMBER;
      }
      boolean negativeExponent = s[i] == '-';
      if (negativeExponent || s[i] == '+') {
        i++;
      }
      if (i == end) {
        return NOT_A_NUMBER;
      }
      for (; i < end; i++) {
        if (!isDigit(s[i])) {
          return NOT_A_NUMBER;
        }
        exponent = Math.min(exponent * 10 + (s[i] - '0'), 100_000_000);
      }
      exponent = negativeExponent ? -exponent : exponent;
    }
    int power = exponent + scale;
    if (significant <= 18 && mantissa <= MAX_EXACT_MANTISSA && power >= -22 && power <= 22) {
      double value =
          power < 0 ? mantissa / POWERS_OF_TEN[-power] : mantissa * POWERS_OF_TEN[power];
      return Double.doubleToRawLongBits(negative ? -value : value);
    }
    // The grammar holds, so Java's parser, which rounds correctly, reads the same number.
    String text = new String(s, start, end - start, StandardCharsets.ISO_8859_1);
    return Double.doubleToRawLongBits(Double.parseDouble(text));
  }

  private static long parseName(byte[] s, int start, int end, boolean negative) {
    if (equalsIgnoreCase(s, start, end, "nan")) {
      return NAN;
    }
    if (equalsIgnoreCase(s, start, end, "inf") || equalsIgnoreCase(s, start, end, "infinity")) {
      return negative ? INFINITY | SIGN : INFINITY;
    }
    return NOT_A_NUMBER;
  }

  private static boolean equalsIgnoreCase(byte[] s, int start, int end, String lower) {
    if (end - start != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      if ((s[start + i] | 0x20) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isAsciiBlank(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
