package io.penstock.score;

import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;

/**
 * Trees of at most 256 leaves, as the batch kernel walks them: 512 rows at once, a bit for each.
 *
 * <p>For every key and rank there is a mask of the rows whose key is higher, 512 bits: those that a
 * split of that key and rank sends right. All masks of a key come from one pass over its ranks.
 * Where the rows of a subtree are a mask, those of its right side are that mask and the split's,
 * and all others go left, so a split of 512 rows costs a few operations on {@value #WORDS} longs,
 * and no row waits for another's memory. What the walk keeps of a tree is one byte for each row,
 * the code of its leaf: each right turn on the way to a leaf changes the code by an exclusive or,
 * so that a code's bits are eight masks, the planes, which are turned into bytes at the end. The
 * values of the leaves are then added row by row, tree by tree in their order.
 *
 * <p>Trees are cut into units of two levels: a split and the two below it. Down to the eighth
 * level each level has a bit of the code to itself; what lies deeper, in uneven trees, gets codes
 * that no other leaf has.
 */
final class TreePlanes {
  /** The longs of a mask. */
  static final int WORDS = 8;

  /** The rows of a mask. */
  static final int ROWS = Long.SIZE * WORDS;

  /** The planes: a code has as many bits. */
  static final int BITS = 8;

  /** The leaves that a tree may have, one for each code. */
  static final int MOST_LEAVES = 1 << BITS;

  /** The levels whose units have bits of their own. */
  static final int LEVELS = BITS / 2;

  /** The trees whose codes are held at once. */
  static final int GROUP = 8;

  /** For each tree where its units begin, and how many there are on each level, and deeper. */
  static final int HEAD = LEVELS + 2;

  /** An entry and three splits. */
  static final int UNIT = 4;

  /** A deep unit has the codes of its three splits besides, eight bits each. */
  static final int DEEP_UNIT = 5;

  private static final int FEW_ROWS = ROWS / 2;

  /** The splits of a part: 512 bits for each are 2 MiB. */
  private static final int PART = 1 << 15;

  final int[] heads;

  /**
   * The units, level by level. An entry is the place of the mask of the unit's rows: each unit,
   * in this order, leaves four masks from the fifth place on. A split is the place of its mask.
   * Both in longs.
   */
  final int[] units;

  /** The room, in longs, for the masks that units leave. */
  final int entryRoom;

  /** The room, in longs, for the masks of all keys and ranks. */
  final int maskRoom;

  /** The room, in longs, for the ranks of one key. */
  final int rankRoom;

  private final TreeKeys keys;
  private final boolean float32;
  private final int treeCount;
  private final int[] firstMask; // of each key

  /** For each tree where its codes begin in leaf. */
  private final int[] firstCode;

  /** One output: the value of the leaf of each code. */
  private final double[] values;

  /** Several outputs: where the values of the leaf of each code begin in leafValues. */
  private final int[] firstValue;

  private final double[] leafValues;

  TreePlanes(TreePlanesBuilder built) {
    keys = built.keys;
    float32 = built.float32;
    treeCount = built.trees.size();
    heads = built.heads;
    units = built.units();
    entryRoom = built.entryRoom;
    firstMask = built.firstMask;
    maskRoom = built.maskRoom;
    rankRoom = WORDS * (keys.highestRank() + 1);
    firstCode = built.firstCode;
    values = built.values();
    firstValue = built.firstValue();
    leafValues = built.leafValues();
  }

  /**
   * The trees of an ensemble in their order, in as many parts as keep the masks of each in cache;
   * none where a tree has too many leaves.
   *
   * @param keys those of the whole ensemble
   * @param forced another kernel, or empty
   */
  static List<TreePlanes> of(
      TreeEnsemble ensemble, Compared[] inputs, TreeKeys keys, String forced) {
    List<Tree> trees = ensemble.trees();
    boolean other = !forced.isEmpty() && !forced.startsWith(PlaneWalk.FORCED);
    if (other || trees.stream().anyMatch(tree -> tree.nodeCount() > 2 * MOST_LEAVES - 1)) {
      return List.of();
    }
    int outputs = ensemble.outputs().size();
    boolean float32 = ensemble.compare() == TreeEnsemble.Compare.FLOAT32;
    List<TreePlanes> parts = new ArrayList<>();
    int from = 0;
    while (from < trees.size()) {
      int to = from;
      int splits = 0;
      while (to < trees.size() && splits < PART) {
        splits += trees.get(to++).nodeCount() / 2;
      }
      List<Tree> part = trees.subList(from, to);
      TreeKeys own = part.size() == trees.size() ? keys : new TreeKeys(part, inputs);
      parts.add(new TreePlanes(new TreePlanesBuilder(part, own, outputs, float32)));
      from = to;
    }
    return parts;
  }

  /** With fewer rows the masks, which are made for all 512, cost more than they spare. */
  static int leastRows() {
    return System.getProperty(TreeKernel.FORCED, "").startsWith(PlaneWalk.FORCED) ? 1 : FEW_ROWS;
  }

  /**
   * Adds each tree's leaf values, in the order of the trees, to the sums of some rows.
   *
   * @param from the first of the rows
   * @param count how many, at most {@link #ROWS}
   * @param out the slots of the outputs
   */
  void add(RowSet rows, int from, int count, int[] out) {
    PlaneRoom room = rows.planes();
    rank(rows, from, count, room);
    double[] sums = room.sums;
    boolean one = out.length == 1;
    for (int r = 0; one && r < count; r++) {
      sums[r] = rows.rows[from + r].numbers[out[0]];
    }
    for (int first = 0; first < treeCount; first += GROUP) {
      int group = Math.min(GROUP, treeCount - first);
      for (int t = 0; t < group; t++) {
        room.walk.walk(this, first + t, room, ROWS * t);
      }
      if (one && group == GROUP) {
        sumGroup(first, count, room.codes, sums);
      } else {
        for (int t = 0; t < group; t++) {
          sumTree(first + t, count, room.codes, ROWS * t, rows, from, out, sums);
        }
      }
    }
    for (int r = 0; one && r < count; r++) {
      rows.rows[from + r].numbers[out[0]] = sums[r];
    }
  }

  /** Fills the masks of all keys and ranks. */
  private void rank(RowSet rows, int from, int count, PlaneRoom room) {
    for (int v = 0; v < keys.cuts.length; v++) {
      take(rows, from, count, keys.slots[v], room.values);
      keys.cuts[v].ranks(room.values, count, room.ranks);
      mask(v, count, room);
    }
  }

  /** From the ranks of a value, which stand in the room, to the masks of its keys. */
  void mask(int value, int count, PlaneRoom room) {
    for (int k = keys.firstKey[value]; k < keys.firstKey[value + 1]; k++) {
      fall(room, count, keys.flip[k], keys.add[k], keys.missingRank[k]);
      room.walk.accumulate(room.falls, room.masks, firstMask[k], keys.cuts[value].count() + 1);
      rise(room.places, count, room.falls);
    }
  }

  private void take(RowSet rows, int from, int count, int slot, double[] values) {
    RowBuffer[] all = rows.rows;
    for (int r = 0; r < count; r++) {
      double x = all[from + r].numbers[slot];
      values[r] = float32 ? (double) (float) x : x;
    }
  }

  /** From the ranks of a value to those of a key, where each row falls out of the masks. */
  private static void fall(PlaneRoom room, int count, int flip, int add, int missing) {
    long[] falls = room.falls;
    int[] ranks = room.ranks;
    int[] places = room.places;
    for (int r = 0; r < count; r++) {
      int rank = ranks[r] < 0 ? missing : add + (ranks[r] ^ flip);
      int place = WORDS * rank + r / Long.BYTES % WORDS;
      places[r] = place;
      falls[place] ^= PlaneRoom.BIT[r];
    }
  }

  private static void rise(int[] places, int count, long[] falls) {
    for (int r = 0; r < count; r++) {
      falls[places[r]] = 0;
    }
  }

  private void sumGroup(int tree, int count, byte[] codes, double[] sums) {
    double[] all = values;
    int a = firstCode[tree];
    int b = firstCode[tree + 1];
    int c = firstCode[tree + 2];
    int d = firstCode[tree + 3];
    int e = firstCode[tree + 4];
    int f = firstCode[tree + 5];
    int g = firstCode[tree + 6];
    int h = firstCode[tree + 7];
    for (int r = 0; r < count; r++) {
      double sum = sums[r];
      sum += all[a + (codes[r] & 0xff)];
      sum += all[b + (codes[r + ROWS] & 0xff)];
      sum += all[c + (codes[r + 2 * ROWS] & 0xff)];
      sum += all[d + (codes[r + 3 * ROWS] & 0xff)];
      sum += all[e + (codes[r + 4 * ROWS] & 0xff)];
      sum += all[f + (codes[r + 5 * ROWS] & 0xff)];
      sum += all[g + (codes[r + 6 * ROWS] & 0xff)];
      sum += all[h + (codes[r + 7 * ROWS] & 0xff)];
      sums[r] = sum;
    }
  }

  private void sumTree(
      int tree, int count, byte[] codes, int at, RowSet rows, int from, int[] out, double[] sums) {
    int first = firstCode[tree];
    for (int r = 0; r < count; r++) {
      int code = first + (codes[at + r] & 0xff);
      if (out.length == 1) {
        sums[r] += values[code];
        continue;
      }
      double[] s = rows.rows[from + r].numbers;
      int value = firstValue[code];
      for (int k = 0; k < out.length; k++) {
        s[out[k]] += leafValues[value + k];
      }
    }
  }
}
