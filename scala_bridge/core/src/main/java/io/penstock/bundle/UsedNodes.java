package io.penstock.bundle;

import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Outputs;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Leaves out the nodes on which no answer depends and which cannot refuse a row. */
final class UsedNodes {
  private UsedNodes() {}

  static List<Node> of(List<Node> nodes, Outputs outputs) {
    Set<String> used = new HashSet<>(outputs.predictions());
    used.addAll(outputs.probabilities());
    List<Node> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      boolean refuses = node instanceof Node.CategoryMapper mapper && mapper.unknown() == null;
      if (refuses || !Collections.disjoint(node.outputs(), used)) {
        kept.add(node);
        inputs(node).forEach(used::add);
      }
    }
    Collections.reverse(kept);
    return List.copyOf(kept);
  }

  /** The columns that a node reads. */
  private static Stream<String> inputs(Node node) {
    if (node instanceof Node.Imputer imputer) {
      return imputer.inputs().stream();
    } else if (node instanceof Node.StringImputer imputer) {
      return Stream.of(imputer.input());
    } else if (node instanceof Node.OneHotEncoder encoder) {
      return Stream.of(encoder.input());
    } else if (node instanceof Node.CategoryMapper mapper) {
      return Stream.of(mapper.input());
    } else if (node instanceof Node.Binary binary) {
      return Stream.concat(column(binary.left()), column(binary.right()));
    } else if (node instanceof Node.Unary unary) {
      return Stream.of(unary.input());
    } else if (node instanceof Node.Where where) {
      Stream<String> branches = Stream.concat(column(where.then()), column(where.otherwise()));
      return Stream.concat(Stream.of(where.condition()), branches);
    } else if (node instanceof Node.Linear linear) {
      return linear.inputs().stream();
    } else if (node instanceof TreeEnsemble ensemble) {
      return ensemble.inputs().stream();
    } else if (node instanceof Node.Link link) {
      return link.inputs().stream();
    } else if (node instanceof Node.ArgMax argMax) {
      return argMax.inputs().stream();
    }
    throw new IllegalStateException("No inputs known for " + node.getClass());
  }

  private static Stream<String> column(Operand operand) {
    return operand instanceof Operand.Ref ref ? Stream.of(ref.column()) : Stream.empty();
  }
}
