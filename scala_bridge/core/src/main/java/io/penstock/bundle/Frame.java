package io.penstock.bundle;

import io.penstock.graph.GraphBuilder;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The columns of a bundle while its nodes are read in order, and the graph nodes made so far. A
 * column that is read before any node defines it is an input of the model.
 */
final class Frame extends GraphBuilder {
  private final Map<String, Value> columns = new HashMap<>();
  private final Set<String> made = new HashSet<>();
  private final Map<String, Integer> largestIndex = new HashMap<>();
  private final Map<String, Node.CategoryMapper> indexers = new HashMap<>();

  /** A frame for nodes whose node.json files name these columns, and so no made column may. */
  Frame(Set<String> names) {
    super(names);
  }

  /** The column of that name if a node has made it, else null. */
  Value made(String name) {
    return made.contains(name) ? columns.get(name) : null;
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
      addInput(name, kind);
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
    made.add(name);
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
