package io.penstock.score;

import java.nio.charset.StandardCharsets;

/** Values from data as they stand in messages: quoted, on one line, and not too long. */
final class Quote {
  private static final int LONGEST = 60;

  private Quote() {}

  static String text(byte[] utf8, int offset, int length) {
    // Four bytes a character at most, so this prefix holds all that is shown.
    int prefix = Math.min(length, 4 * (LONGEST + 1));
    return text(new String(utf8, offset, prefix, StandardCharsets.UTF_8));
  }

  static String text(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    int shown = 0;
    for (int i = 0; i < value.length(); ) {
      if (shown++ == LONGEST) {
        quoted.append("...");
        break;
      }
      int c = value.codePointAt(i);
      i += Character.charCount(c);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append((char) c);
      } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
        quoted.append(String.format("\\u%04x", c));
      } else {
        quoted.appendCodePoint(c);
      }
    }
    return quoted.append('"').toString();
  }
}
