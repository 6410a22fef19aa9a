package io.penstock.score;

import io.penstock.graph.TreeEnsemble;
import java.util.List;

/**
 * The kernel for many trees: sixteen trees of a row are walked at once and without branches, so
 * that the processor works on the others while one waits for its next node.
 *
 * <p>A node is one long. From the top: a sign bit that is 0, the rank of its threshold among those
 * of the value that it compares ({@link Cuts}), the number of its left child (the right one is the
 * next), and the key of that value. A row's key holds the rank of the value in the same bits, so
 * that the sign of {@code node - key} is the way to go: 0 for left. A missing value is data too: a
 * value with splits that send it left and others that send it right has two keys, one with the
 * lowest and one with the highest rank. So is a negated value, whose ranks run the other way. A
 * leaf has the highest rank and itself as left child, so that a walk that goes on stays there.
 */
final class PackedTrees extends TreeKernel {
  /** How many trees are walked at once. */
  static final int LANES = 16;

  /** The bits of a key: 4,096 keys. */
  static final int KEY_BITS = 12;

  /** Above 32 bits for the child; 19 bits are left for the rank. */
  static final int RANK_SHIFT = KEY_BITS + 32;

  private static final int STEPS_BETWEEN_LOOKS = 2;

  private final int outputs;
  private final int treeCount;

  private final boolean float32;
  private final int[] slots; // of the values
  private final Cuts[] cuts; // of the values
  private final int[] firstKey; // of each value, and at the end the number of all keys

  // The rank in a key is add + (rank ^ flip); flip is 0, or -1 for a value that is negated.
  private final int[] flip;
  private final int[] add;
  private final int[] missingRank;

  private final int keyRoom; // a power of two

  private final long[] nodes;

  /** For each tree its root; leaves without a tree fill the last lanes. */
  private final int[] roots;

  /** For each group of lanes how many steps reach every leaf, or 0: walk until none moves. */
  private final int[] steps;

  /** So many groups from the first on have one output, all their lanes, and a number of steps. */
  private final int summed;

  /** One output: the value of each node that is a leaf. */
  private final double[] values;

  /** Several outputs: where the values of each node that is a leaf begin in leafValues. */
  private final int[] firstValue;

  private final double[] leafValues;

  private final List<TreePlanes> planes;

  private volatile int[] leafNumbers; // made when they are first asked for

  private PackedTrees(TreePacker packer, List<TreePlanes> planes) {
    outputs = packer.ensemble.outputs().size();
    treeCount = packer.ensemble.trees().size();
    float32 = packer.ensemble.compare() == TreeEnsemble.Compare.FLOAT32;
    slots = packer.keys.slots;
    cuts = packer.keys.cuts;
    firstKey = packer.keys.firstKey;
    flip = packer.keys.flip;
    add = packer.keys.add;
    missingRank = packer.keys.missingRank;
    keyRoom = packer.keys.room;
    nodes = packer.nodes;
    roots = packer.roots;
    steps = packer.steps;
    values = packer.values;
    firstValue = packer.firstValue;
    leafValues = packer.leafValues;
    this.planes = planes;
    int whole = outputs == 1 ? treeCount / LANES : 0;
    int count = 0;
    while (count < whole && steps[count] > 0) {
      count++;
    }
    summed = count;
  }

  /**
   * The kernel; null where the ensemble has too many keys, ranks or nodes for its longs.
   *
   * @param forced {@code packed-fixed} or {@code packed-early} for one way to end a walk
   */
  static PackedTrees of(TreeEnsemble ensemble, Compared[] inputs, String forced) {
    TreeKeys keys = new TreeKeys(ensemble.trees(), inputs);
    TreePacker packer = new TreePacker(ensemble, keys, forced);
    return packer.pack()
        ? new PackedTrees(packer, TreePlanes.of(ensemble, inputs, keys, forced))
        : null;
  }

  @Override
  TreeRow newRow() {
    return new TreeRow(0, keyRoom, LANES);
  }

  @Override
  void read(double[] s, TreeRow row) {
    long[] keys = row.keys;
    for (int i = 0; i < cuts.length; i++) {
      double x = s[slots[i]];
      x = float32 ? (double) (float) x : x;
      if (x != x) {
        for (int k = firstKey[i]; k < firstKey[i + 1]; k++) {
          keys[k] = (long) missingRank[k] << RANK_SHIFT;
        }
      } else {
        int rank = cuts[i].rank(x);
        for (int k = firstKey[i]; k < firstKey[i + 1]; k++) {
          keys[k] = (long) (add[k] + (rank ^ flip[k])) << RANK_SHIFT;
        }
      }
    }
  }

  @Override
  void add(TreeRow row, double[] s, int[] out) {
    if (summed > 0) {
      s[out[0]] = sum(nodes, row.keys, roots, steps, 0, summed, values, s[out[0]]);
    }
    for (int group = summed; group < steps.length; group++) {
      walk(nodes, row.keys, roots, LANES * group, steps[group], row.nodes);
      collect(group, row.nodes, s, out);
    }
  }

  @Override
  List<TreePlanes> planes() {
    return planes;
  }

  @Override
  void add(RowSet rows, int ensemble, int[] out) {
    int from = 0;
    while (!planes.isEmpty() && rows.count - from >= TreePlanes.leastRows()) {
      int count = Math.min(TreePlanes.ROWS, rows.count - from);
      for (TreePlanes part : planes) {
        part.add(rows, from, count, out);
      }
      from += count;
    }
    addFrom(from, rows, ensemble, out);
  }

  /** Group by group, so that the nodes of a group stay in the nearest cache for all rows. */
  private void addFrom(int from, RowSet rows, int ensemble, int[] out) {
    int count = rows.count;
    long[][] keys = rows.keys;
    double[] sums = rows.sums;
    for (int r = from; r < count; r++) {
      read(rows.rows[r].numbers, rows.rows[r].trees[ensemble]);
      keys[r] = rows.rows[r].trees[ensemble].keys;
      sums[r] = rows.rows[r].numbers[out[0]];
    }
    for (int group = 0; group < summed; group++) {
      for (int r = from; r < count; r++) {
        sums[r] = sum(nodes, keys[r], roots, steps, group, group + 1, values, sums[r]);
      }
    }
    for (int r = from; r < count; r++) {
      rows.rows[r].numbers[out[0]] = sums[r];
    }
    for (int group = summed; group < steps.length; group++) {
      for (int r = from; r < count; r++) {
        int[] found = rows.rows[r].trees[ensemble].nodes;
        walk(nodes, keys[r], roots, LANES * group, steps[group], found);
        collect(group, found, rows.rows[r].numbers, out);
      }
    }
  }

  /** One step of a walk. The mask by the length tells the compiler that the index is good. */
  private static int next(long node, long[] keys) {
    long key = keys[(int) node & (keys.length - 1)];
    return (int) (node >>> KEY_BITS) + (int) ((node - key) >>> 63);
  }

  /**
   * The usual case: groups of trees with one output, added to a sum in their order. The walk is
   * written out here and in {@link #walk} because lanes are local variables, and a detour by the
   * array of the other costs a tenth of the time.
   */
  private static double sum(
      long[] nodes,
      long[] keys,
      int[] roots,
      int[] steps,
      int fromGroup,
      int toGroup,
      double[] values,
      double sum) {
    for (int group = fromGroup; group < toGroup; group++) {
      int first = LANES * group;
      int a = roots[first];
      int b = roots[first + 1];
      int c = roots[first + 2];
      int d = roots[first + 3];
      int e = roots[first + 4];
      int f = roots[first + 5];
      int g = roots[first + 6];
      int h = roots[first + 7];
      int i = roots[first + 8];
      int j = roots[first + 9];
      int k = roots[first + 10];
      int l = roots[first + 11];
      int m = roots[first + 12];
      int n = roots[first + 13];
      int o = roots[first + 14];
      int p = roots[first + 15];
      int count = steps[group];
      for (int step = 0; step < count; step++) {
        a = next(nodes[a], keys);
        b = next(nodes[b], keys);
        c = next(nodes[c], keys);
        d = next(nodes[d], keys);
        e = next(nodes[e], keys);
        f = next(nodes[f], keys);
        g = next(nodes[g], keys);
        h = next(nodes[h], keys);
        i = next(nodes[i], keys);
        j = next(nodes[j], keys);
        k = next(nodes[k], keys);
        l = next(nodes[l], keys);
        m = next(nodes[m], keys);
        n = next(nodes[n], keys);
        o = next(nodes[o], keys);
        p = next(nodes[p], keys);
      }
      sum += values[a];
      sum += values[b];
      sum += values[c];
      sum += values[d];
      sum += values[e];
      sum += values[f];
      sum += values[g];
      sum += values[h];
      sum += values[i];
      sum += values[j];
      sum += values[k];
      sum += values[l];
      sum += values[m];
      sum += values[n];
      sum += values[o];
      sum += values[p];
    }
    return sum;
  }

  /** Finds the leaves of a group. Numbers of nodes only grow, so a sum that stays says enough. */
  private static void walk(
      long[] nodes, long[] keys, int[] roots, int first, int steps, int[] found) {
    int a = roots[first];
    int b = roots[first + 1];
    int c = roots[first + 2];
    int d = roots[first + 3];
    int e = roots[first + 4];
    int f = roots[first + 5];
    int g = roots[first + 6];
    int h = roots[first + 7];
    int i = roots[first + 8];
    int j = roots[first + 9];
    int k = roots[first + 10];
    int l = roots[first + 11];
    int m = roots[first + 12];
    int n = roots[first + 13];
    int o = roots[first + 14];
    int p = roots[first + 15];
    int atOnce = steps > 0 ? steps : STEPS_BETWEEN_LOOKS;
    long before;
    long now = -1;
    do {
      before = now;
      for (int step = 0; step < atOnce; step++) {
        a = next(nodes[a], keys);
        b = next(nodes[b], keys);
        c = next(nodes[c], keys);
        d = next(nodes[d], keys);
        e = next(nodes[e], keys);
        f = next(nodes[f], keys);
        g = next(nodes[g], keys);
        h = next(nodes[h], keys);
        i = next(nodes[i], keys);
        j = next(nodes[j], keys);
        k = next(nodes[k], keys);
        l = next(nodes[l], keys);
        m = next(nodes[m], keys);
        n = next(nodes[n], keys);
        o = next(nodes[o], keys);
        p = next(nodes[p], keys);
      }
      now = (long) a + b + c + d + e + f + g + h;
      now += (long) i + j + k + l + m + n + o + p;
    } while (steps == 0 && now != before);
    found[0] = a;
    found[1] = b;
    found[2] = c;
    found[3] = d;
    found[4] = e;
    found[5] = f;
    found[6] = g;
    found[7] = h;
    found[8] = i;
    found[9] = j;
    found[10] = k;
    found[11] = l;
    found[12] = m;
    found[13] = n;
    found[14] = o;
    found[15] = p;
  }

  /** Adds the leaves of a group in the order of its trees. */
  private void collect(int group, int[] found, double[] s, int[] out) {
    int count = Math.min(LANES, treeCount - LANES * group);
    if (outputs == 1) {
      double sum = s[out[0]];
      for (int i = 0; i < count; i++) {
        sum += values[found[i]];
      }
      s[out[0]] = sum;
      return;
    }
    for (int i = 0; i < count; i++) {
      int first = firstValue[found[i]];
      for (int k = 0; k < out.length; k++) {
        s[out[k]] += leafValues[first + k];
      }
    }
  }

  @Override
  void leaves(TreeRow row, int[] found, int at) {
    int[] numbers = leafNumbers();
    for (int g = 0; g < steps.length; g++) {
      walk(nodes, row.keys, roots, LANES * g, steps[g], row.nodes);
      for (int t = LANES * g; t < Math.min(treeCount, LANES * (g + 1)); t++) {
        found[at + t] = numbers[row.nodes[t - LANES * g]];
      }
    }
  }

  /** For each node that is a leaf its number in its tree. */
  private int[] leafNumbers() {
    int[] numbers = leafNumbers;
    if (numbers == null) {
      numbers = new int[nodes.length];
      int[] pending = new int[nodes.length + 1];
      for (int t = 0; t < treeCount; t++) {
        int leaves = 0;
        int depth = 0;
        pending[depth++] = roots[t];
        while (depth > 0) {
          int node = pending[--depth];
          int left = (int) (nodes[node] >>> KEY_BITS);
          if (left == node) {
            numbers[node] = leaves++;
          } else {
            pending[depth++] = left + 1;
            pending[depth++] = left;
          }
        }
      }
      leafNumbers = numbers;
    }
    return numbers;
  }
}
