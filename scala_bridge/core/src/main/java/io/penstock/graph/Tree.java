package io.penstock.graph;

/**
 * One binary tree as parallel arrays; node 0 is the root, children have higher numbers than their
 * parent. {@code feature[i]} indexes the ensemble's inputs, -1 at a leaf. A row goes to {@code
 * left[i]} if x <= {@code threshold[i]}, else to {@code right[i]}; NaN goes left where {@code
 * missingLeft[i]}, else right. {@code values[i]} holds one number for each output (null at inner
 * nodes).
 */
public record Tree(
    int[] feature,
    double[] threshold,
    int[] left,
    int[] right,
    boolean[] missingLeft,
    double[][] values) {

  /** The number of nodes, leaves included. */
  public int nodeCount() {
    return feature.length;
  }
}
