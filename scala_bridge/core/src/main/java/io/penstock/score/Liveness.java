package io.penstock.score;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Which nodes the answer needs. Ensembles are always kept, because a scorer can tell their leaves,
 * and so are nodes that may refuse a row.
 */
final class Liveness {
  private final Set<Node> live = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> wanted = new HashSet<>();

  /** {@code probabilities}: whether those are a part of the answer. */
  Liveness(Graph graph, boolean probabilities) {
    wanted.addAll(graph.outputs().predictions());
    if (probabilities) {
      wanted.addAll(graph.outputs().probabilities());
    }
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      boolean acts =
          node instanceof TreeEnsemble || node instanceof Node.CategoryMapper m && m.unknown() == null;
      if (acts || node.outputs().stream().anyMatch(wanted::contains)) {
        live.add(node);
        wanted.addAll(reads(node));
      }
    }
  }

  boolean contains(Node node) {
    return live.contains(node);
  }

  /** Whether a live node or the answer reads the column. */
  boolean isRead(String column) {
    return wanted.contains(column);
  }

  /** The columns that a node reads. */
  static List<String> reads(Node node) {
    if (node instanceof Node.Imputer n) {
      return n.inputs();
    } else if (node instanceof Node.StringImputer n) {
      return List.of(n.input());
    } else if (node instanceof Node.OneHotEncoder n) {
      return List.of(n.input());
    } else if (node instanceof Node.CategoryMapper n) {
      return List.of(n.input());
    } else if (node instanceof Node.Unary n) {
      return List.of(n.input());
    } else if (node instanceof Node.Linear n) {
      return n.inputs();
    } else if (node instanceof TreeEnsemble n) {
      return n.inputs();
    } else if (node instanceof Node.Link n) {
      return n.inputs();
    } else if (node instanceof Node.ArgMax n) {
      return n.inputs();
    } else if (node instanceof Node.WeightedMedian n) {
      return n.inputs();
    }
    List<String> columns = new ArrayList<>();
    if (node instanceof Node.Binary n) {
      addColumn(n.left(), columns);
      addColumn(n.right(), columns);
    } else if (node instanceof Node.Where n) {
      columns.add(n.condition());
      addColumn(n.then(), columns);
      addColumn(n.otherwise(), columns);
    }
    return columns;
  }

  static void addColumn(Operand operand, List<String> columns) {
    if (operand instanceof Operand.Ref ref) {
      columns.add(ref.column());
    }
  }
}
