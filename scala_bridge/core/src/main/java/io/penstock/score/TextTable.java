package io.penstock.score;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Text to its place in a list of categories, by a hash over UTF-8 bytes. Immutable. */
final class TextTable {
  private final byte[][] keys; // open addressing, a power of two long, at most half full
  private final int[] places;
  private final int nullPlace;

  /** Different texts, at most one of them null. */
  TextTable(List<String> categories) {
    int capacity = Integer.highestOneBit(Math.max(1, categories.size())) * 4;
    keys = new byte[capacity][];
    places = new int[capacity];
    nullPlace = categories.indexOf(null);
    for (int place = 0; place < categories.size(); place++) {
      if (categories.get(place) != null) {
        byte[] key = categories.get(place).getBytes(StandardCharsets.UTF_8);
        int at = hash(key, 0, key.length) & (capacity - 1);
        while (keys[at] != null) {
          at = (at + 1) & (capacity - 1);
        }
        keys[at] = key;
        places[at] = place;
      }
    }
  }

  /** The place of the text in a slot of the row, -1 where it is no category. */
  int find(RowBuffer row, int slot) {
    byte[] text = row.text[slot];
    return text == null
        ? nullPlace
        : find(text, row.textOffset[slot], row.textLength[slot]);
  }

  private int find(byte[] text, int offset, int length) {
    int mask = keys.length - 1;
    for (int at = hash(text, offset, length) & mask; keys[at] != null; at = (at + 1) & mask) {
      byte[] key = keys[at];
      if (java.util.Arrays.equals(key, 0, key.length, text, offset, offset + length)) {
        return places[at];
      }
    }
    return -1;
  }

  private static int hash(byte[] text, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + text[i];
    }
    return hash ^ (hash >>> 16);
  }
}
