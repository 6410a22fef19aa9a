package io.penstock.graph;

import java.util.List;

/**
 * A scoring operation: reads columns, defines new ones. The same words, with the same numeric
 * contracts, stand in Python in {@code penstock.graph}. Nodes are plain values; the arrays that
 * some of them hold must not be changed.
 */
public sealed interface Node
    permits Node.Imputer,
        Node.StringImputer,
        Node.OneHotEncoder,
        Node.CategoryMapper,
        Node.Binary,
        Node.Unary,
        Node.Where,
        Node.Linear,
        TreeEnsemble,
        Node.Link,
        Node.ArgMax,
        Node.WeightedMedian {

  /** The columns that this node defines. */
  List<String> outputs();

  /** {@code output = fill} where the input is NaN, else the input, for each pair. */
  record Imputer(List<String> inputs, double[] fill, List<String> outputs) implements Node {}

  /** {@code output = fill} where the STRING input is null, else the input. */
  record StringImputer(String input, String fill, String output) implements Node {
    @Override
    public List<String> outputs() {
      return List.of(output);
    }
  }

  /**
   * {@code outputs[i]} is 1.0 where the input equals {@code categories[i]}, else 0.0; zeros
   * everywhere for a value that is no category. Categories of a STRING input are String or null, of
   * a NUMBER input Double, where NaN equals NaN and -0.0 equals 0.0.
   */
  record OneHotEncoder(String input, List<Object> categories, List<String> outputs)
      implements Node {}

  /**
   * {@code output = values[i]} where the STRING input equals {@code categories[i]} (String or
   * null). Any other value gives {@code unknown}, or refuses the row where that is null.
   */
  record CategoryMapper(
      String input, List<String> categories, double[] values, Double unknown, String output)
      implements Node {
    @Override
    public List<String> outputs() {
      return List.of(output);
    }
  }

  /**
   * IEEE double arithmetic; comparisons give 1.0 or 0.0, and 0.0 if a side is NaN. MIN and MAX give
   * NaN if a side is NaN.
   */
  enum BinaryOp {
    ADD,
    SUB,
    MUL,
    DIV,
    MIN,
    MAX,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    EQUAL
  }

  /** {@code output = left op right}, rounded once to double. */
  record Binary(BinaryOp op, Operand left, Operand right, String output) implements Node {
    @Override
    public List<String> outputs() {
      return List.of(output);
    }
  }

  /** FLOAT32 rounds to the nearest float32; IS_NAN gives 1.0 or 0.0. */
  enum UnaryOp {
    FLOAT32,
    NEGATE,
    ABS,
    EXP,
    LOG,
    SQRT,
    FLOOR,
    CEIL,
    IS_NAN
  }

  /** {@code output = op(input)}. */
  record Unary(UnaryOp op, String input, String output) implements Node {
    @Override
    public List<String> outputs() {
      return List.of(output);
    }
  }

  /** {@code output = then} where the column {@code condition} is not 0.0, else {@code otherwise}. */
  record Where(String condition, Operand then, Operand otherwise, String output)
      implements Node {
    @Override
    public List<String> outputs() {
      return List.of(output);
    }
  }

  /**
   * {@code outputs[j] = sum_i inputs[i] * weights[j][i] + intercepts[j]}: the products summed from
   * left to right, the intercept added last.
   */
  record Linear(
      List<String> inputs, double[][] weights, double[] intercepts, List<String> outputs)
      implements Node {}

  /** LOGISTIC is 1 / (1 + exp(-x)) for each input; SOFTMAX subtracts the maximum first. */
  enum LinkFunction {
    LOGISTIC,
    SOFTMAX
  }

  /** {@code outputs = function(inputs)}, as many outputs as inputs. */
  record Link(LinkFunction function, List<String> inputs, List<String> outputs) implements Node {}

  /** {@code output}: the index of the largest input, the first of equals. */
  record ArgMax(List<String> inputs, String output) implements Node {
    @Override
    public List<String> outputs() {
      return List.of(output);
    }
  }

  /**
   * {@code output}: the first of the inputs, in ascending order, at which the sum of the weights so
   * far is at least half of the sum of all; NaN where an input is NaN. Weights are finite and not
   * negative.
   */
  record WeightedMedian(List<String> inputs, double[] weights, String output) implements Node {
    @Override
    public List<String> outputs() {
      return List.of(output);
    }
  }
}
