package io.penstock.score;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The walk in the vector instructions of the processor: several words of a mask, mostly all, at
 * once. It needs the module {@code jdk.incubator.vector}, which Spark adds to its JVMs.
 */
final class VectorPlaneWalk extends PlaneWalk {
  private static final int WORDS = TreePlanes.WORDS;
  private static final VectorSpecies<Long> WORD_VECTOR =
      LongVector.SPECIES_PREFERRED.length() <= WORDS
          ? LongVector.SPECIES_PREFERRED
          : LongVector.SPECIES_256;

  /** How many longs are worked on at once. */
  static final int LANES = WORD_VECTOR.length();
  private static final int PLANE = TreePlanes.ROWS / Byte.SIZE; // in bytes

  private static final long BY_1 = 0x5555555555555555L;
  private static final long BY_2 = 0x3333333333333333L;
  private static final long BY_4 = 0x0f0f0f0f0f0f0f0fL;

  @Override
  void accumulate(long[] falls, long[] masks, int first, int ranks) {
    for (int word = 0; word < WORDS; word += LANES) {
      LongVector above = LongVector.broadcast(WORD_VECTOR, -1L);
      for (int i = word; i < WORDS * ranks; i += WORDS) {
        above = xor(above, load(falls, i));
        above.intoArray(masks, first + i);
      }
    }
  }

  @Override
  void walk(TreePlanes trees, int tree, PlaneRoom room, int at) {
    for (int word = 0; word < WORDS; word += LANES) {
      walk(trees.heads, tree, trees.units, room.masks, room.entries, room.planes, word);
    }
    turn(room.planes, room.codes, at);
  }

  private static void walk(
      int[] heads, int tree, int[] units, long[] masks, long[] entries, long[] planes, int word) {
    int head = TreePlanes.HEAD * tree;
    int unit = heads[head];
    int left = WORDS + word;
    LongVector.broadcast(WORD_VECTOR, -1L).intoArray(entries, word);
    for (int level = 0; level < TreePlanes.LEVELS; level++) {
      int end = unit + TreePlanes.UNIT * heads[head + 1 + level];
      LongVector upper = LongVector.zero(WORD_VECTOR);
      LongVector lower = LongVector.zero(WORD_VECTOR);
      if (heads[head + 2 + level] == 0) {
        for (; unit < end; unit += TreePlanes.UNIT) {
          LongVector all = load(entries, units[unit] + word);
          LongVector right = all.and(load(masks, units[unit + 1] + word));
          LongVector leftRight = xor(all, right).and(load(masks, units[unit + 2] + word));
          LongVector rightRight = right.and(load(masks, units[unit + 3] + word));
          upper = xor(upper, right);
          lower = xor(lower, leftRight.or(rightRight));
        }
      } else {
        for (; unit < end; unit += TreePlanes.UNIT) {
          LongVector all = load(entries, units[unit] + word);
          LongVector right = all.and(load(masks, units[unit + 1] + word));
          LongVector rest = xor(all, right);
          LongVector leftRight = rest.and(load(masks, units[unit + 2] + word));
          LongVector rightRight = right.and(load(masks, units[unit + 3] + word));
          upper = xor(upper, right);
          lower = xor(lower, leftRight.or(rightRight));
          xor(rest, leftRight).intoArray(entries, left);
          leftRight.intoArray(entries, left + WORDS);
          xor(right, rightRight).intoArray(entries, left + 2 * WORDS);
          rightRight.intoArray(entries, left + 3 * WORDS);
          left += 4 * WORDS;
        }
      }
      upper.intoArray(planes, WORDS * 2 * level + word);
      lower.intoArray(planes, WORDS * (2 * level + 1) + word);
    }
    deepen(heads[head + TreePlanes.HEAD - 1], unit, left, units, masks, entries, planes, word);
  }

  private static void deepen(
      int count,
      int firstUnit,
      int firstLeft,
      int[] units,
      long[] masks,
      long[] entries,
      long[] planes,
      int word) {
    int unit = firstUnit;
    int left = firstLeft;
    for (int i = 0; i < count; i++, unit += TreePlanes.DEEP_UNIT) {
      LongVector all = load(entries, units[unit] + word);
      LongVector right = all.and(load(masks, units[unit + 1] + word));
      LongVector rest = xor(all, right);
      LongVector leftRight = rest.and(load(masks, units[unit + 2] + word));
      LongVector rightRight = right.and(load(masks, units[unit + 3] + word));
      int codes = units[unit + 4];
      for (int bit = 0; bit < TreePlanes.BITS; bit++) {
        LongVector change = right.and(-(codes >>> bit & 1));
        change = xor(change, leftRight.and(-(codes >>> 8 + bit & 1)));
        change = xor(change, rightRight.and(-(codes >>> 16 + bit & 1)));
        xor(load(planes, WORDS * bit + word), change).intoArray(planes, WORDS * bit + word);
      }
      xor(rest, leftRight).intoArray(entries, left);
      leftRight.intoArray(entries, left + WORDS);
      xor(right, rightRight).intoArray(entries, left + 2 * WORDS);
      rightRight.intoArray(entries, left + 3 * WORDS);
      left += 4 * WORDS;
    }
  }

  /** From the planes to the codes. */
  private static void turn(long[] planes, byte[] codes, int at) {
    for (int word = 0; word < WORDS; word += LANES) {
      for (int j = 0; j < 8; j += 2) {
        swap(planes, j, j + 1, word, 1, BY_1);
      }
      swap(planes, 0, 2, word, 2, BY_2);
      swap(planes, 1, 3, word, 2, BY_2);
      swap(planes, 4, 6, word, 2, BY_2);
      swap(planes, 5, 7, word, 2, BY_2);
      for (int j = 0; j < 4; j++) {
        LongVector a = load(planes, WORDS * j + word);
        LongVector b = load(planes, WORDS * (j + 4) + word);
        LongVector swap = xor(a.lanewise(VectorOperators.LSHR, 4), b).and(BY_4);
        int to = at + PLANE * j + Long.BYTES * word;
        xor(a, swap.lanewise(VectorOperators.LSHL, 4)).reinterpretAsBytes().intoArray(codes, to);
        xor(b, swap).reinterpretAsBytes().intoArray(codes, to + 4 * PLANE);
      }
    }
  }

  private static void swap(long[] planes, int i, int j, int word, int by, long bits) {
    LongVector a = load(planes, WORDS * i + word);
    LongVector b = load(planes, WORDS * j + word);
    LongVector swap = xor(a.lanewise(VectorOperators.LSHR, by), b).and(bits);
    xor(a, swap.lanewise(VectorOperators.LSHL, by)).intoArray(planes, WORDS * i + word);
    xor(b, swap).intoArray(planes, WORDS * j + word);
  }

  private static LongVector load(long[] from, int at) {
    return LongVector.fromArray(WORD_VECTOR, from, at);
  }

  private static LongVector xor(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.XOR, b);
  }
}
