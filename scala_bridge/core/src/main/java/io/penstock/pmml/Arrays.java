package io.penstock.pmml;

import java.util.ArrayList;
import java.util.List;

/** Reads the text of an Array: values between blanks, in double quotes where they hold blanks. */
final class Arrays {
  private Arrays() {}

  static List<String> values(Element array) {
    String text = array.text();
    List<String> values = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      if (Character.isWhitespace(text.charAt(i))) {
        i++;
        continue;
      }
      boolean quoted = text.charAt(i) == '"';
      StringBuilder value = new StringBuilder();
      i += quoted ? 1 : 0;
      while (i < text.length() && !ends(text.charAt(i), quoted)) {
        boolean escaped = text.charAt(i) == '\\' && i + 1 < text.length();
        if (escaped && text.charAt(i + 1) == '"') {
          i++;
        }
        value.append(text.charAt(i++));
      }
      if (quoted && i++ == text.length()) {
        throw array.unreadable("a value in it lacks its closing quote");
      }
      values.add(value.toString());
    }
    String n = array.optional("n");
    if (n != null && !n.strip().equals(Integer.toString(values.size()))) {
      throw array.unreadable("it holds " + values.size() + " values and says " + n);
    }
    return List.copyOf(values);
  }

  private static boolean ends(char c, boolean quoted) {
    return quoted ? c == '"' : Character.isWhitespace(c);
  }
}
