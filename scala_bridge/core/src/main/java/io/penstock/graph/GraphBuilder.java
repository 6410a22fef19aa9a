package io.penstock.graph;

import io.penstock.graph.Node.Binary;
import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.Unary;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Node.Where;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The inputs and nodes of a graph while a reader makes them, and names for new columns. */
public class GraphBuilder {
  private final List<Column> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final SharedTrees trees = new SharedTrees();
  private final Set<String> names;
  private final Map<String, Integer> counts = new HashMap<>();

  /** A builder that never makes up a column with one of the {@code taken} names. */
  public GraphBuilder(Collection<String> taken) {
    this.names = new HashSet<>(taken);
  }

  /** The graph that answers with {@code outputs}. */
  public Graph build(Outputs outputs) {
    return new Graph(
        List.copyOf(inputs), nodes.stream().map(trees::merged).toList(), outputs);
  }

  public void addInput(String name, Kind kind) {
    names.add(name);
    inputs.add(new Column(name, kind));
  }

  /** Adds a node; its inputs must be defined, and its outputs not. */
  public void add(Node node) {
    if (!(node instanceof TreeEnsemble ensemble && trees.join(ensemble))) {
      nodes.add(node);
    }
  }

  /** A column name that is not in use. */
  public String fresh(String base) {
    while (true) {
      String name = base + "#" + (counts.merge(base, 1, Integer::sum) - 1);
      if (names.add(name)) {
        return name;
      }
    }
  }

  /** Column names for the elements of a vector: base[0], base[1], ... */
  public List<String> fresh(String base, int width) {
    List<String> made = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      String name = base + "[" + i + "]";
      made.add(names.add(name) ? name : fresh(name));
    }
    return made;
  }

  /** Adds {@code output = left op right} and returns {@code output}. */
  public String binary(BinaryOp op, Operand left, Operand right, String output) {
    add(new Binary(op, left, right, output));
    return output;
  }

  public String binary(BinaryOp op, String left, double right, String output) {
    return binary(op, new Operand.Ref(left), new Operand.Const(right), output);
  }

  /** Adds {@code output = op(input)} and returns {@code output}. */
  public String unary(UnaryOp op, String input, String output) {
    add(new Unary(op, input, output));
    return output;
  }

  /** Adds {@code output = condition ? then : otherwise} and returns {@code output}. */
  public String where(String condition, Operand then, Operand otherwise, String output) {
    add(new Where(condition, then, otherwise, output));
    return output;
  }

  /** Adds a column that holds one value in every row and returns it. */
  public String constant(double value, String output) {
    return binary(BinaryOp.MUL, new Operand.Const(value), new Operand.Const(1.0), output);
  }
}
