package io.penstock.score;

import io.penstock.graph.Tree;
import java.util.Arrays;
import java.util.List;

/** The work of {@link TreePlanes} on masks: operations on longs, in one way or another. */
abstract class PlaneWalk {
  /** How the names of the kernels in {@link TreeKernel#FORCED} begin that walk so. */
  static final String FORCED = "planes-";

  /** Known when it is first asked: what the JVM can do does not change. */
  private static final class Vectors {
    static final boolean WORK = vectorsWork();
  }

  /** The fastest that this JVM has. */
  static PlaneWalk choose() {
    String forced = System.getProperty(TreeKernel.FORCED, "");
    boolean vectors = forced.startsWith(FORCED) ? forced.endsWith("vector") : Vectors.WORK;
    return vectors ? new VectorPlaneWalk() : new LongPlaneWalk();
  }

  /**
   * Turns the rows that have a rank into those that are above it.
   *
   * @param falls for each rank from 0 the rows that have it
   * @param masks where to put, from {@code first} on, for each rank the rows above it
   * @param ranks how many
   */
  abstract void accumulate(long[] falls, long[] masks, int first, int ranks);

  /** Writes the code of each row's leaf of a tree from {@code at} on in the codes. */
  abstract void walk(TreePlanes trees, int tree, PlaneRoom room, int at);

  /**
   * Whether the module is there and does what it did when this was written: it is an incubating
   * one, so that a later JVM may have another.
   */
  private static boolean vectorsWork() {
    try {
      return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          && VectorPlaneWalk.LANES >= 4 // with fewer plain Java is as good
          && Arrays.equals(sample(new VectorPlaneWalk()), sample(new LongPlaneWalk()));
    } catch (LinkageError another) {
      return false;
    }
  }

  /** The codes of some rows in a tree that has splits on every level and below. */
  private static byte[] sample(PlaneWalk walk) {
    int splits = 4 * TreePlanes.LEVELS;
    int nodes = 2 * splits + 1;
    Tree tree =
        new Tree(
            new int[nodes],
            new double[nodes],
            new int[nodes],
            new int[nodes],
            new boolean[nodes],
            new double[nodes][1]);
    Arrays.fill(tree.feature(), -1);
    int low = 0;
    int high = splits;
    int node = 0;
    for (int i = 0; i < splits; i++) { // a chain of turns, twice to the right and twice to the left
      boolean right = (i & 2) == 0;
      tree.feature()[node] = 0;
      tree.threshold()[node] = right ? low++ : high--;
      tree.left()[node] = 2 * i + 1;
      tree.right()[node] = 2 * i + 2;
      node = right ? 2 * i + 2 : 2 * i + 1;
    }
    TreeKeys keys = new TreeKeys(List.of(tree), new Compared[] {new Compared(0, false)});
    TreePlanes planes = new TreePlanes(new TreePlanesBuilder(List.of(tree), keys, 1, false));
    PlaneRoom room = new PlaneRoom(List.of(planes), walk);
    for (int r = 0; r < TreePlanes.ROWS; r++) {
      room.ranks[r] = r * 5 % (splits + 1);
    }
    planes.mask(0, TreePlanes.ROWS, room);
    walk.walk(planes, 0, room, 0);
    return room.codes;
  }
}
