package io.penstock.score;

/** Decoding of single characters in UTF-8 text that may be malformed. */
final class Utf8 {
  private Utf8() {}

  /** Bytes of the well-formed character of more than one byte at {@code i}; 0 if there is none. */
  static int width(byte[] s, int i, int end) {
    int first = s[i] & 0xff;
    int width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (width == 0 || first > 0xf4 || i + width > end) {
      return 0;
    }
    for (int k = 1; k < width; k++) {
      if ((s[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int codePoint = codePoint(s, i, width);
    boolean overlong = codePoint < (width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000);
    boolean surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    return overlong || surrogate || codePoint > 0x10ffff ? 0 : width;
  }

  /** The character of {@code width} bytes (2 to 4) at {@code i}. */
  static int codePoint(byte[] s, int i, int width) {
    int codePoint = s[i] & (0x7f >> width);
    for (int k = 1; k < width; k++) {
      codePoint = codePoint << 6 | (s[i + k] & 0x3f);
    }
    return codePoint;
  }
}
