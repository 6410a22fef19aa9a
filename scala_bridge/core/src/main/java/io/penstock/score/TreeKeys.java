package io.penstock.score;

import io.penstock.graph.Tree;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys with which {@link PackedTrees} and {@link TreePlanes} compare a row: for each value that some split compares
 * up to four, because splits compare it or its negation, and send it right or left where it is
 * missing. All keys of a value come from one rank.
 */
final class TreeKeys {
  private static final int KINDS = 4; // 2 for negated, 1 for left where missing

  /** The slot of each value. */
  final int[] slots;

  final Cuts[] cuts;

  /** The first key of each value, and at the end the number of all keys. */
  final int[] firstKey;

  final int[] flip;
  final int[] add;
  final int[] missingRank;

  /** The room for keys: a power of two. */
  final int room;

  private final Compared[] inputs;
  private final int[] value; // of each input; -1 for one that no split compares
  private final int[] key; // of each value and kind; -1 for one that no split needs

  TreeKeys(List<Tree> trees, Compared[] inputs) {
    this.inputs = inputs;
    value = new int[inputs.length];
    Arrays.fill(value, -1);
    Map<Integer, Integer> bySlot = new LinkedHashMap<>();
    for (Tree tree : trees) {
      for (int f : tree.feature()) {
        if (f >= 0 && value[f] < 0) {
          value[f] = bySlot.computeIfAbsent(inputs[f].slot(), slot -> bySlot.size());
        }
      }
    }
    slots = bySlot.keySet().stream().mapToInt(Integer::intValue).toArray();
    key = new int[KINDS * slots.length];
    cuts = cuts(trees);
    firstKey = new int[slots.length + 1];
    int count = 0;
    for (int v = 0; v < slots.length; v++) {
      firstKey[v] = count;
      for (int kind = 0; kind < KINDS; kind++) {
        key[KINDS * v + kind] = key[KINDS * v + kind] > 0 ? count++ : -1;
      }
    }
    firstKey[slots.length] = count;
    int bits = count <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    room = 1 << bits;
    flip = new int[count];
    add = new int[count];
    missingRank = new int[count];
    for (int i = 0; i < key.length; i++) {
      if (key[i] >= 0) {
        int cutCount = cuts[i / KINDS].count();
        boolean negated = (i & 2) != 0;
        flip[key[i]] = negated ? -1 : 0;
        add[key[i]] = negated ? cutCount + 1 : 0; // cutCount + 1 + ~rank is cutCount - rank
        missingRank[key[i]] = (i & 1) != 0 ? 0 : cutCount + 1;
      }
    }
  }

  /** Counts, in {@code key}, what the splits need, and gathers their thresholds. */
  private Cuts[] cuts(List<Tree> trees) {
    int[] counts = new int[slots.length];
    for (Tree tree : trees) {
      for (int f : tree.feature()) {
        if (f >= 0) {
          counts[value[f]]++;
        }
      }
    }
    double[][] thresholds = new double[slots.length][];
    for (int v = 0; v < slots.length; v++) {
      thresholds[v] = new double[counts[v]];
    }
    for (Tree tree : trees) {
      for (int node = 0; node < tree.nodeCount(); node++) {
        int f = tree.feature()[node];
        if (f >= 0) {
          key[kind(f, tree.missingLeft()[node])] = 1;
          thresholds[value[f]][--counts[value[f]]] = cut(f, tree.threshold()[node]);
        }
      }
    }
    return Arrays.stream(thresholds).map(Cuts::new).toArray(Cuts[]::new);
  }

  private int kind(int f, boolean missingLeft) {
    return KINDS * value[f] + (inputs[f].negated() ? 2 : 0) + (missingLeft ? 1 : 0);
  }

  /** Where the way changes in terms of the value: -x <= t says the same as not x <= cut. */
  private double cut(int f, double threshold) {
    return inputs[f].negated() ? Math.nextDown(-threshold) : threshold;
  }

  /** The highest rank that a key can have. */
  int highestRank() {
    return Arrays.stream(cuts).mapToInt(Cuts::count).max().orElse(0) + 1;
  }

  /** The key with which a split is compared. */
  int key(int f, boolean missingLeft) {
    return key[kind(f, missingLeft)];
  }

  /** The rank of a split: the row goes left if that of its key is not higher. */
  int rank(int f, double threshold) {
    Cuts all = cuts[value[f]];
    if (!inputs[f].negated()) {
      return all.rank(threshold);
    }
    // No value but a missing one is above infinity, and none is below what is next to -infinity.
    return threshold == Double.POSITIVE_INFINITY
        ? all.count()
        : all.count() - all.rank(cut(f, threshold)) - 1;
  }
}
