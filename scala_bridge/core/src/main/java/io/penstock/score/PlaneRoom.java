package io.penstock.score;

import java.util.List;

/** What {@link TreePlanes} needs to score a block, for one thread: megabytes. */
final class PlaneRoom {
  /**
   * The bit of each row in its word; rows go to words eight by eight. A walk turns 8 times 8 bits: of
   * the 64 codes of word w it makes 8 longs, of which number j holds those of the bits j, 8 + j, ...
   * A plane's longs number j stand together, word after word, so that code r is that of row r.
   */
  static final long[] BIT = new long[TreePlanes.ROWS];

  static {
    for (int r = 0; r < BIT.length; r++) {
      BIT[r] = 1L << r % Long.BYTES * Byte.SIZE + r / (TreePlanes.ROWS / Byte.SIZE);
    }
  }

  final PlaneWalk walk;

  /** For each rank of a key the rows that have it, in between all zero. */
  final long[] falls;

  /** For each key and rank the rows that are above it; the first mask is empty for ever. */
  final long[] masks;

  /** The masks that the units of a tree leave to those below; the first is full. */
  final long[] entries;

  /** The bits of the leaves' codes. */
  final long[] planes = new long[TreePlanes.BITS * TreePlanes.WORDS];

  /** For each tree of a group, and in it for each row, the code of its leaf. */
  final byte[] codes = new byte[TreePlanes.GROUP * TreePlanes.ROWS];

  final double[] values = new double[TreePlanes.ROWS];
  final int[] ranks = new int[TreePlanes.ROWS];
  final int[] places = new int[TreePlanes.ROWS];
  final double[] sums = new double[TreePlanes.ROWS];

  /** Room for each of the ensembles in turn. */
  PlaneRoom(List<TreePlanes> all, PlaneWalk walk) {
    this.walk = walk;
    falls = new long[all.stream().mapToInt(p -> p.rankRoom).max().orElse(0)];
    masks = new long[all.stream().mapToInt(p -> p.maskRoom).max().orElse(0)];
    entries = new long[all.stream().mapToInt(p -> p.entryRoom).max().orElse(0)];
  }
}
