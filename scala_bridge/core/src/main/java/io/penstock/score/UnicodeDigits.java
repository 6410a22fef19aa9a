package io.penstock.score;

import java.util.Arrays;

/**
 * The decimal digits (general category Nd) and blanks of Unicode 14, the version of Python 3.11.
 * The JDK's own tables follow the JVM's version, so they would parse differently from host to host.
 */
final class UnicodeDigits {

  /** The zeros, in order; the nine code points after each are its digits one to nine. */
  private static final int[] ZEROS = {
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
    0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0
  };

  private UnicodeDigits() {}

  /** The ASCII digit or blank that stands for a character beyond ASCII; 0 if it is neither. */
  static byte toAscii(int codePoint) {
    if (isBlank(codePoint)) {
      return ' ';
    }
    int at = Arrays.binarySearch(ZEROS, codePoint);
    int zero = at >= 0 ? codePoint : at == -1 ? -1 : ZEROS[-at - 2];
    return zero >= 0 && codePoint - zero < 10 ? (byte) ('0' + codePoint - zero) : 0;
  }

  private static boolean isBlank(int codePoint) {
    return switch (codePoint) {
      case 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000 -> true;
      default -> codePoint >= 0x2000 && codePoint <= 0x200a;
    };
  }
}
