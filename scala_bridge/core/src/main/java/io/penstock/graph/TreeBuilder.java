package io.penstock.graph;

import java.util.Arrays;

/** Grows the arrays of a {@link Tree} while a reader finds its nodes, parents before children. */
public final class TreeBuilder {
  private int count;
  private int[] feature = new int[16];
  private double[] threshold = new double[16];
  private int[] left = new int[16];
  private int[] right = new int[16];
  private boolean[] missingLeft = new boolean[16];
  private double[][] values = new double[16][];

  public int nodeCount() {
    return count;
  }

  /** Adds a split without its children and returns its number. */
  public int addSplit(int feature, double threshold, boolean missingLeft) {
    int node = add();
    this.feature[node] = feature;
    this.threshold[node] = threshold;
    this.missingLeft[node] = missingLeft;
    return node;
  }

  /** Adds a leaf and returns its number. */
  public int addLeaf(double[] values) {
    int node = add();
    this.feature[node] = -1;
    this.values[node] = values;
    return node;
  }

  private int add() {
    int node = count++;
    if (node == feature.length) {
      grow(2 * node);
    }
    left[node] = -1;
    right[node] = -1;
    return node;
  }

  private void grow(int size) {
    feature = Arrays.copyOf(feature, size);
    threshold = Arrays.copyOf(threshold, size);
    left = Arrays.copyOf(left, size);
    right = Arrays.copyOf(right, size);
    missingLeft = Arrays.copyOf(missingLeft, size);
    values = Arrays.copyOf(values, size);
  }

  public void setLeft(int parent, int child) {
    left[parent] = child;
  }

  public void setRight(int parent, int child) {
    right[parent] = child;
  }

  public Tree build() {
    return new Tree(
        Arrays.copyOf(feature, count),
        Arrays.copyOf(threshold, count),
        Arrays.copyOf(left, count),
        Arrays.copyOf(right, count),
        Arrays.copyOf(missingLeft, count),
        Arrays.copyOf(values, count));
  }
}
