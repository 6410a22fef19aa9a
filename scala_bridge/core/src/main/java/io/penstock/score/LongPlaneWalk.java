package io.penstock.score;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The walk in plain Java, a word of a mask after the other. */
final class LongPlaneWalk extends PlaneWalk {
  private static final int WORDS = TreePlanes.WORDS;
  private static final int PLANE = TreePlanes.ROWS / Byte.SIZE; // in bytes
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long BY_1 = 0x5555555555555555L;
  private static final long BY_2 = 0x3333333333333333L;
  private static final long BY_4 = 0x0f0f0f0f0f0f0f0fL;

  @Override
  void accumulate(long[] falls, long[] masks, int first, int ranks) {
    for (int word = 0; word < WORDS; word += 4) {
      accumulate(falls, word, masks, first + word, WORDS * ranks);
    }
  }

  private static void accumulate(long[] falls, int from, long[] masks, int to, int length) {
    long a = -1;
    long b = -1;
    long c = -1;
    long d = -1;
    for (int i = 0; i < length; i += WORDS) {
      a ^= falls[from + i];
      b ^= falls[from + i + 1];
      c ^= falls[from + i + 2];
      d ^= falls[from + i + 3];
      masks[to + i] = a;
      masks[to + i + 1] = b;
      masks[to + i + 2] = c;
      masks[to + i + 3] = d;
    }
  }

  @Override
  void walk(TreePlanes trees, int tree, PlaneRoom room, int at) {
    long[] planes = room.planes;
    for (int word = 0; word < WORDS; word++) {
      walk(trees.heads, tree, trees.units, room.masks, room.entries, planes, word);
      turn(planes, room.codes, at + Long.BYTES * word);
    }
  }

  /** Fills one word of each plane; they stand together. */
  private static void walk(
      int[] heads, int tree, int[] units, long[] masks, long[] entries, long[] planes, int word) {
    int head = TreePlanes.HEAD * tree;
    int unit = heads[head];
    int left = WORDS + word;
    entries[word] = -1;
    for (int level = 0; level < TreePlanes.LEVELS; level++) {
      int count = heads[head + 1 + level];
      boolean last = heads[head + 2 + level] == 0;
      int end = unit + TreePlanes.UNIT * count;
      long upper = 0;
      long lower = 0;
      if (last) {
        for (; unit < end; unit += TreePlanes.UNIT) {
          long all = entries[units[unit] + word];
          long right = all & masks[units[unit + 1] + word];
          lower ^= (all ^ right) & masks[units[unit + 2] + word];
          lower ^= right & masks[units[unit + 3] + word];
          upper ^= right;
        }
      } else {
        for (; unit < end; unit += TreePlanes.UNIT) {
          long all = entries[units[unit] + word];
          long right = all & masks[units[unit + 1] + word];
          all ^= right;
          long leftRight = all & masks[units[unit + 2] + word];
          long rightRight = right & masks[units[unit + 3] + word];
          upper ^= right;
          lower ^= leftRight ^ rightRight;
          entries[left] = all ^ leftRight;
          entries[left + WORDS] = leftRight;
          entries[left + 2 * WORDS] = right ^ rightRight;
          entries[left + 3 * WORDS] = rightRight;
          left += 4 * WORDS;
        }
      }
      planes[2 * level] = upper;
      planes[2 * level + 1] = lower;
    }
    int deep = heads[head + TreePlanes.HEAD - 1];
    for (int i = 0; i < deep; i++, unit += TreePlanes.DEEP_UNIT) {
      long all = entries[units[unit] + word];
      long right = all & masks[units[unit + 1] + word];
      all ^= right;
      long leftRight = all & masks[units[unit + 2] + word];
      long rightRight = right & masks[units[unit + 3] + word];
      int codes = units[unit + 4];
      for (int bit = 0; bit < TreePlanes.BITS; bit++) {
        long change = right & -(codes >>> bit & 1);
        change ^= leftRight & -(codes >>> 8 + bit & 1);
        change ^= rightRight & -(codes >>> 16 + bit & 1);
        planes[bit] ^= change;
      }
      entries[left] = all ^ leftRight;
      entries[left + WORDS] = leftRight;
      entries[left + 2 * WORDS] = right ^ rightRight;
      entries[left + 3 * WORDS] = rightRight;
      left += 4 * WORDS;
    }
  }

  /** From eight planes of 64 rows to the 64 codes: 8 times 8 bits are turned, eight times. */
  private static void turn(long[] planes, byte[] codes, int at) {
    long a = planes[0];
    long b = planes[1];
    long c = planes[2];
    long d = planes[3];
    long e = planes[4];
    long f = planes[5];
    long g = planes[6];
    long h = planes[7];
    long swap = (a >>> 1 ^ b) & BY_1;
    a ^= swap << 1;
    b ^= swap;
    swap = (c >>> 1 ^ d) & BY_1;
    c ^= swap << 1;
    d ^= swap;
    swap = (e >>> 1 ^ f) & BY_1;
    e ^= swap << 1;
    f ^= swap;
    swap = (g >>> 1 ^ h) & BY_1;
    g ^= swap << 1;
    h ^= swap;
    swap = (a >>> 2 ^ c) & BY_2;
    a ^= swap << 2;
    c ^= swap;
    swap = (b >>> 2 ^ d) & BY_2;
    b ^= swap << 2;
    d ^= swap;
    swap = (e >>> 2 ^ g) & BY_2;
    e ^= swap << 2;
    g ^= swap;
    swap = (f >>> 2 ^ h) & BY_2;
    f ^= swap << 2;
    h ^= swap;
    swap = (a >>> 4 ^ e) & BY_4;
    LONGS.set(codes, at, a ^ swap << 4);
    LONGS.set(codes, at + 4 * PLANE, e ^ swap);
    swap = (b >>> 4 ^ f) & BY_4;
    LONGS.set(codes, at + PLANE, b ^ swap << 4);
    LONGS.set(codes, at + 5 * PLANE, f ^ swap);
    swap = (c >>> 4 ^ g) & BY_4;
    LONGS.set(codes, at + 2 * PLANE, c ^ swap << 4);
    LONGS.set(codes, at + 6 * PLANE, g ^ swap);
    swap = (d >>> 4 ^ h) & BY_4;
    LONGS.set(codes, at + 3 * PLANE, d ^ swap << 4);
    LONGS.set(codes, at + 7 * PLANE, h ^ swap);
  }
}
