package io.penstock.bundle;

import io.penstock.graph.Column;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.Node.Binary;
import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.Unary;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Node.Where;
import io.penstock.graph.Operand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The columns of a bundle while its nodes are read in order, and the graph nodes made so far. A
 * column that is read before any node defines it is an input of the model.
 */
final class Frame {
  private final Map<String, Value> columns = new LinkedHashMap<>();
  private final List<Column> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> names;
  private final Map<String, Integer> largestIndex = new HashMap<>();
  private final Map<String, Node.CategoryMapper> indexers = new HashMap<>();

  /** A frame for nodes whose node.json files name these columns, and so no made column may. */
  Frame(Set<String> names) {
    this.names = new HashSet<>(names);
  }

  List<Column> inputs() {
    return inputs;
  }

  List<Node> nodes() {
    return nodes;
  }

  /** The column of that name, or null where no node has defined or read it. */
  Value find(String name) {
    return columns.get(name);
  }

  /** The NUMBER column at an input port. */
  String number(Step step, String port) {
    String name = step.input(port);
    if (resolve(step, name, Kind.NUMBER) instanceof Value.Scalar scalar) {
      return scalar.column();
    }
    throw step.unsupported(
        "its input '" + name + "' is not a number", "connect it to a column of numbers");
  }

  /** The STRING column at an input port. */
  String text(Step step, String port) {
    String name = step.input(port);
    if (resolve(step, name, Kind.STRING) instanceof Value.Text text) {
      return text.column();
    }
    throw step.unsupported(
        "its input '" + name + "' is used as text and is not", "connect it to an input of text");
  }

  /** The elements of the vector at an input port. */
  List<String> vector(Step step, String port) {
    String name = step.input(port);
    Value value = columns.get(name);
    if (value instanceof Value.Vector vector) {
      return vector.columns();
    }
    throw step.unsupported(
        "its input '" + name + "' is not a vector that an earlier node makes",
        "put a vector_assembler before it");
  }

  /** The elements of a vector that must be {@code width} long. */
  List<String> vector(Step step, String port, int width) {
    List<String> vector = vector(step, port);
    if (vector.size() != width) {
      throw step.unreadable(
          "it expects " + width + " features and '" + step.input(port) + "' has " + vector.size());
    }
    return vector;
  }

  /** A scalar or vector column: a list of its parts. */
  List<String> numbers(Step step, String port, int width) {
    if (width < 0) {
      return List.of(number(step, port));
    }
    return vector(step, port, width);
  }

  private Value resolve(Step step, String name, Kind kind) {
    Value value = columns.get(name);
    if (value == null) {
      inputs.add(new Column(name, kind));
      value = kind == Kind.NUMBER ? new Value.Scalar(name) : new Value.Text(name);
      columns.put(name, value);
    }
    return value;
  }

  /** Gives a name to what a node has made; a name can be given once. */
  void define(Step step, String name, Value value) {
    if (columns.putIfAbsent(name, value) != null) {
      throw step.unreadable("it defines the column '" + name + "', which is there already");
    }
  }

  void add(Node node) {
    nodes.add(node);
  }

  /** A column name that is not in use, from the step's output name. */
  String fresh(String base) {
    for (int i = 0; ; i++) {
      String name = base + "#" + i;
      if (names.add(name)) {
        return name;
      }
    }
  }

  /** Column names for the elements of a vector. */
  List<String> fresh(String base, int width) {
    List<String> made = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      String name = base + "[" + i + "]";
      made.add(names.add(name) ? name : fresh(name));
    }
    return made;
  }

  String binary(BinaryOp op, Operand left, Operand right, String output) {
    add(new Binary(op, left, right, output));
    return output;
  }

  String binary(BinaryOp op, String left, double right, String output) {
    return binary(op, new Operand.Ref(left), new Operand.Const(right), output);
  }

  String unary(UnaryOp op, String input, String output) {
    add(new Unary(op, input, output));
    return output;
  }

  String where(String condition, Operand then, Operand otherwise, String output) {
    add(new Where(condition, then, otherwise, output));
    return output;
  }

  String constant(double value, String output) {
    return binary(
        BinaryOp.MUL, new Operand.Const(value), new Operand.Const(1.0), output);
  }

  /** Notes that a column holds only whole numbers from 0 to {@code largest}. */
  void isIndex(String column, int largest) {
    largestIndex.put(column, largest);
  }

  /** The largest index that a column can hold, if it is known to hold only indices. */
  OptionalInt largestIndex(String column) {
    Integer largest = largestIndex.get(column);
    return largest == null ? OptionalInt.empty() : OptionalInt.of(largest);
  }

  void isIndexer(Node.CategoryMapper indexer) {
    indexers.put(indexer.output(), indexer);
  }

  /** The string indexer that makes a column, or null. */
  Node.CategoryMapper indexer(String column) {
    return indexers.get(column);
  }
}
