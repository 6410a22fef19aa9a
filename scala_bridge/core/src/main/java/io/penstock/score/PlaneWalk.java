package io.penstock.score;

/** The work of {@link TreePlanes} on masks: operations on longs, in one way or another. */
abstract class PlaneWalk {
  /** How the names of the kernels in {@link TreeKernel#FORCED} begin that walk so. */
  static final String FORCED = "planes-";

  static PlaneWalk choose() {
    String forced = System.getProperty(TreeKernel.FORCED, "");
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return vectors && !forced.equals("planes-long") ? new VectorPlaneWalk() : new LongPlaneWalk();
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
}
