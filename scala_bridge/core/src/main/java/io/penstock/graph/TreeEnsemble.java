package io.penstock.graph;

import java.util.List;

/** {@code outputs[k]}: 0.0 plus each tree's leaf value k in tree order, then the aggregate. */
public record TreeEnsemble(
    List<String> inputs,
    List<Tree> trees,
    Aggregate aggregate,
    Compare compare,
    List<String> outputs)
    implements Node {

  /** How the trees' leaf values become the output; MEAN divides the sum by the tree count. */
  public enum Aggregate {
    SUM,
    MEAN
  }

  /** The precision in which a split compares: float32(x) or x with a double threshold. */
  public enum Compare {
    FLOAT32,
    FLOAT64
  }
}
