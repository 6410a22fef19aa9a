package io.penstock.score;

import io.penstock.graph.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts trees into the units that {@link TreePlanes} walks. */
final class TreePlanesBuilder {
  private static final int WORDS = TreePlanes.WORDS;
  private static final int NEVER = 0; // the mask of a split that sends nobody right

  /** The root of a subtree, where the mask of its rows stands, and its leftmost leaf's code. */
  private record Entry(int node, int place, int code) {}

  final List<Tree> trees;
  final TreeKeys keys;
  final boolean float32;
  final int[] heads;
  final int[] firstMask;
  final int maskRoom;
  final int[] firstCode;
  int entryRoom = WORDS;

  private final int outputs;
  private final Ints units = new Ints();
  private final Ints firstValue = new Ints();
  private double[] values = new double[1024];
  private int valueCount;

  // Of the tree at hand:
  private Tree tree;
  private int left; // how many masks its units have left so far, the full one included
  private final double[][] leaves = new double[TreePlanes.MOST_LEAVES][]; // by code

  /** {@code trees}: all of them fit; {@code keys}: theirs, and maybe those of other trees. */
  TreePlanesBuilder(List<Tree> trees, TreeKeys keys, int outputs, boolean float32) {
    this.trees = trees;
    this.keys = keys;
    this.outputs = outputs;
    this.float32 = float32;
    int keyCount = keys.firstKey[keys.firstKey.length - 1];
    firstMask = new int[keyCount];
    int masks = 1; // NEVER
    for (int v = 0; v < keys.cuts.length; v++) {
      for (int k = keys.firstKey[v]; k < keys.firstKey[v + 1]; k++) {
        firstMask[k] = WORDS * masks;
        masks += keys.cuts[v].count() + 1; // a negated value has one rank more
      }
    }
    maskRoom = WORDS * masks;
    heads = new int[TreePlanes.HEAD * trees.size()];
    firstCode = new int[trees.size()];
    for (int t = 0; t < trees.size(); t++) {
      firstCode[t] = outputs == 1 ? valueCount : firstValue.count;
      cut(trees.get(t), TreePlanes.HEAD * t);
    }
  }

  int[] units() {
    return units.toArray();
  }

  double[] values() {
    return outputs == 1 ? Arrays.copyOf(values, valueCount) : null;
  }

  int[] firstValue() {
    return outputs == 1 ? null : firstValue.toArray();
  }

  double[] leafValues() {
    return outputs == 1 ? null : Arrays.copyOf(values, valueCount);
  }

  private void cut(Tree next, int head) {
    tree = next;
    left = 1;
    Arrays.fill(leaves, null);
    heads[head] = units.count;
    List<Entry> entries = new ArrayList<>();
    enter(new Entry(0, 0, 0), entries);
    for (int level = 0; level < TreePlanes.LEVELS; level++) {
      heads[head + 1 + level] = entries.size();
      List<Entry> below = new ArrayList<>();
      for (Entry entry : entries) {
        int upper = 1 << 2 * level;
        unit(entry, upper, upper << 1, upper << 1, below);
      }
      entries = below;
    }
    deepen(entries, head);
    if (left > 1) {
      entryRoom = Math.max(entryRoom, WORDS * left);
    }
    write();
  }

  /** What lies below the levels with bits of their own: right turns lead to codes yet unused. */
  private void deepen(List<Entry> entries, int head) {
    boolean[] used = new boolean[TreePlanes.MOST_LEAVES];
    for (int code = 0; code < used.length; code++) {
      used[code] = leaves[code] != null;
    }
    entries.forEach(entry -> used[entry.code()] = true);
    for (int i = 0; i < entries.size(); i++) { // which grows
      Entry entry = entries.get(i);
      int l = tree.left()[entry.node()];
      int r = tree.right()[entry.node()];
      int upper = entry.code() ^ unused(used);
      int leftLower = isLeaf(l) ? 0 : entry.code() ^ unused(used);
      int rightLower = isLeaf(r) ? 0 : entry.code() ^ upper ^ unused(used);
      unit(entry, upper, leftLower, rightLower, entries);
      units.add(upper | leftLower << TreePlanes.BITS | rightLower << 2 * TreePlanes.BITS);
      heads[head + TreePlanes.HEAD - 1]++;
    }
  }

  private static int unused(boolean[] used) {
    int code = 0;
    while (used[code]) {
      code++;
    }
    used[code] = true;
    return code;
  }

  /** Adds the unit of an entry; the codes are those of right turns at its three splits. */
  private void unit(Entry entry, int upper, int leftLower, int rightLower, List<Entry> below) {
    int l = tree.left()[entry.node()];
    int r = tree.right()[entry.node()];
    units.add(entry.place());
    units.add(mask(entry.node()));
    units.add(mask(l));
    units.add(mask(r));
    int code = entry.code();
    enter(l, code, leftLower, below);
    enter(r, code ^ upper, rightLower, below);
  }

  /** Enters what lies below the lower split of a unit, which leaves two masks for it. */
  private void enter(int node, int code, int lower, List<Entry> below) {
    int place = WORDS * left;
    left += 2;
    if (isLeaf(node)) {
      leaves[code] = tree.values()[node];
    } else {
      enter(new Entry(tree.left()[node], place, code), below);
      enter(new Entry(tree.right()[node], place + WORDS, code ^ lower), below);
    }
  }

  private void enter(Entry entry, List<Entry> entries) {
    if (isLeaf(entry.node())) {
      leaves[entry.code()] = tree.values()[entry.node()];
    } else {
      entries.add(entry);
    }
  }

  private boolean isLeaf(int node) {
    return tree.feature()[node] < 0;
  }

  /** The place of the mask of a split. */
  private int mask(int node) {
    if (isLeaf(node)) {
      return NEVER;
    }
    int f = tree.feature()[node];
    int rank = keys.rank(f, tree.threshold()[node]);
    return firstMask[keys.key(f, tree.missingLeft()[node])] + WORDS * rank;
  }

  /** Appends the values of the tree's leaves by their codes, as far as there are any. */
  private void write() {
    int codes = leaves.length;
    while (leaves[codes - 1] == null) {
      codes--;
    }
    for (int code = 0; code < codes; code++) {
      firstValue.add(valueCount);
      double[] leaf = leaves[code];
      if (leaf == null && outputs > 1) {
        continue; // no row has the code
      }
      if (valueCount + outputs > values.length) {
        values = Arrays.copyOf(values, 2 * values.length + outputs);
      }
      if (leaf != null) {
        System.arraycopy(leaf, 0, values, valueCount, outputs);
      }
      valueCount += outputs;
    }
  }

  /** A growing array. */
  private static final class Ints {
    int[] all = new int[1024];
    int count;

    void add(int value) {
      if (count == all.length) {
        all = Arrays.copyOf(all, 2 * count);
      }
      all[count++] = value;
    }

    int[] toArray() {
      return Arrays.copyOf(all, count);
    }
  }
}
