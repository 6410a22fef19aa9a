package io.penstock.score;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a graph means, read off its Javadoc as plainly as can be: columns in a map, one by one. */
final class Interpreter {
  final Map<String, Object> columns;
  final List<Integer> leaves = new ArrayList<>();

  Interpreter(Graph graph, Map<String, Object> row) {
    columns = new HashMap<>(row);
    graph.nodes().forEach(this::evaluate);
  }

  double number(String column) {
    return (Double) columns.get(column);
  }

  private double value(Operand operand) {
    return operand instanceof Operand.Ref ref
        ? number(ref.column())
        : ((Operand.Const) operand).value();
  }

  private void evaluate(Node node) {
    if (node instanceof Node.Imputer n) {
      for (int i = 0; i < n.inputs().size(); i++) {
        double x = number(n.inputs().get(i));
        columns.put(n.outputs().get(i), Double.isNaN(x) ? n.fill()[i] : x);
      }
    } else if (node instanceof Node.StringImputer n) {
      Object x = columns.get(n.input());
      columns.put(n.output(), x == null ? n.fill() : x);
    } else if (node instanceof Node.OneHotEncoder n) {
      for (int i = 0; i < n.outputs().size(); i++) {
        boolean equal = same(columns.get(n.input()), n.categories().get(i));
        columns.put(n.outputs().get(i), equal ? 1.0 : 0.0);
      }
    } else if (node instanceof Node.CategoryMapper n) {
      double found = n.unknown();
      for (int i = 0; i < n.categories().size(); i++) {
        found = same(columns.get(n.input()), n.categories().get(i)) ? n.values()[i] : found;
      }
      columns.put(n.output(), found);
    } else if (node instanceof Node.Binary n) {
      columns.put(n.output(), binary(n.op(), value(n.left()), value(n.right())));
    } else if (node instanceof Node.Unary n) {
      columns.put(n.output(), unary(n.op(), number(n.input())));
    } else if (node instanceof Node.Where n) {
      columns.put(
          n.output(), number(n.condition()) != 0.0 ? value(n.then()) : value(n.otherwise()));
    } else if (node instanceof Node.Linear n) {
      for (int j = 0; j < n.outputs().size(); j++) {
        double sum = 0;
        for (int i = 0; i < n.inputs().size(); i++) {
          sum += number(n.inputs().get(i)) * n.weights()[j][i];
        }
        columns.put(n.outputs().get(j), sum + n.intercepts()[j]);
      }
    } else if (node instanceof TreeEnsemble n) {
      trees(n);
    } else if (node instanceof Node.Link n) {
      link(n);
    } else if (node instanceof Node.ArgMax n) {
      int best = -1;
      for (int i = 0; i < n.inputs().size(); i++) {
        double x = number(n.inputs().get(i));
        if (!Double.isNaN(x) && (best < 0 || x > number(n.inputs().get(best)))) {
          best = i;
        }
      }
      columns.put(n.output(), (double) Math.max(best, 0));
    } else if (node instanceof Node.WeightedMedian n) {
      columns.put(n.output(), median(n));
    }
  }

  /** The smallest input for which the inputs up to it weigh at least half of all. */
  private double median(Node.WeightedMedian n) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < n.inputs().size(); i++) {
      if (Double.isNaN(number(n.inputs().get(i)))) {
        return Double.NaN;
      }
      order.add(i);
    }
    order.sort(
        (a, b) -> {
          double difference = number(n.inputs().get(a)) - number(n.inputs().get(b));
          return difference < 0 ? -1 : difference > 0 ? 1 : 0;
        });
    double all = 0;
    for (double weight : n.weights()) {
      all += weight;
    }
    double sum = 0;
    for (int i : order) {
      sum += n.weights()[i];
      if (2 * sum >= all) {
        return number(n.inputs().get(i));
      }
    }
    throw new AssertionError(n);
  }

  private static boolean same(Object value, Object category) {
    if (value instanceof Double x && category instanceof Double c) {
      return x.doubleValue() == c.doubleValue() || (Double.isNaN(x) && Double.isNaN(c));
    }
    return value == null ? category == null : value.equals(category);
  }

  private static double binary(Node.BinaryOp op, double x, double y) {
    return switch (op) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case LESS -> x < y ? 1 : 0;
      case LESS_OR_EQUAL -> x <= y ? 1 : 0;
      case GREATER -> x > y ? 1 : 0;
      case GREATER_OR_EQUAL -> x >= y ? 1 : 0;
      case EQUAL -> x == y ? 1 : 0;
    };
  }

  private static double unary(Node.UnaryOp op, double x) {
    return switch (op) {
      case FLOAT32 -> (float) x;
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case EXP -> StrictMath.exp(x);
      case LOG -> StrictMath.log(x);
      case SQRT -> StrictMath.sqrt(x);
      case FLOOR -> StrictMath.floor(x);
      case CEIL -> StrictMath.ceil(x);
      case IS_NAN -> Double.isNaN(x) ? 1 : 0;
    };
  }

  private void trees(TreeEnsemble n) {
    double[] sums = new double[n.outputs().size()];
    for (Tree tree : n.trees()) {
      int node = 0;
      int leavesToTheLeft = 0;
      while (tree.feature()[node] >= 0) {
        double x = number(n.inputs().get(tree.feature()[node]));
        if (n.compare() == TreeEnsemble.Compare.FLOAT32) {
          x = (float) x;
        }
        boolean left =
            Double.isNaN(x) ? tree.missingLeft()[node] : x <= tree.threshold()[node];
        leavesToTheLeft += left ? 0 : countLeaves(tree, tree.left()[node]);
        node = left ? tree.left()[node] : tree.right()[node];
      }
      leaves.add(leavesToTheLeft);
      for (int k = 0; k < sums.length; k++) {
        sums[k] += tree.values()[node][k];
      }
    }
    for (int k = 0; k < sums.length; k++) {
      boolean mean = n.aggregate() == TreeEnsemble.Aggregate.MEAN;
      columns.put(n.outputs().get(k), mean ? sums[k] / n.trees().size() : sums[k]);
    }
  }

  private static int countLeaves(Tree tree, int node) {
    return tree.feature()[node] < 0
        ? 1
        : countLeaves(tree, tree.left()[node]) + countLeaves(tree, tree.right()[node]);
  }

  private void link(Node.Link n) {
    double max = Double.NEGATIVE_INFINITY;
    for (String input : n.inputs()) {
      max = Math.max(max, number(input));
    }
    double sum = 0;
    for (String input : n.inputs()) {
      sum += StrictMath.exp(number(input) - max);
    }
    for (int i = 0; i < n.inputs().size(); i++) {
      double x = number(n.inputs().get(i));
      columns.put(
          n.outputs().get(i),
          n.function() == Node.LinkFunction.LOGISTIC
              ? 1 / (1 + StrictMath.exp(-x))
              : StrictMath.exp(x - max) / sum);
    }
  }
}
