package io.penstock.bundle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeBuilder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Reads a tree.json: one JSON object for each node, parent before left before right. A row goes
 * left where x &lt;= threshold, and NaN goes right.
 */
final class TreeFile {
  static final int MAX_DEPTH = 10_000;

  /** Finds a column that holds 0.0 where a category sends a row left and 1.0 elsewhere. */
  @FunctionalInterface
  interface Categorical {
    int feature(int feature, double[] categories, boolean isLeft);
  }

  /** Turns the values of a leaf into its numbers in the graph; null where they do not fit. */
  @FunctionalInterface
  interface Leaf {
    double[] values(double[] values);
  }

  private final String place;
  private final int features;
  private final Categorical categorical;
  private final Leaf leaf;

  private final TreeBuilder tree = new TreeBuilder();

  /** The splits that still lack a child, innermost last: node, depth, 1 once the left is there. */
  private final ArrayDeque<int[]> open = new ArrayDeque<>();

  private TreeFile(String place, int features, Categorical categorical, Leaf leaf) {
    this.place = place;
    this.features = features;
    this.categorical = categorical;
    this.leaf = leaf;
  }

  static Tree read(byte[] json, String place, int features, Categorical categorical, Leaf leaf) {
    return new TreeFile(place, features, categorical, leaf).read(json);
  }

  private Tree read(byte[] json) {
    try (JsonParser parser = Json.parser(json)) {
      do {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw broken("it breaks off before its tree is whole");
        }
        readNode(parser);
      } while (!open.isEmpty());
      if (parser.nextToken() != null) {
        throw broken("there is more behind its tree");
      }
    } catch (IOException e) {
      throw Json.notJson(e, place);
    }
    return tree.build();
  }

  private void readNode(JsonParser parser) throws IOException {
    String type = null;
    double[] leafValues = null;
    int node = tree.nodeCount();
    int added = -1;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "type" -> type = parser.getValueAsString();
        case "values" -> leafValues = numbers(parser, node);
        case "split" -> added = readSplit(parser, node);
        default -> parser.skipChildren();
      }
    }
    if ("internal".equals(type) && added >= 0 && leafValues == null) {
      open.push(new int[] {node, hang(node) + 1, 0});
    } else if ("leaf".equals(type) && leafValues != null && added < 0) {
      double[] values = leaf.values(leafValues);
      if (values == null) {
        throw broken("the values of its node " + node + " do not fit the model");
      }
      hang(tree.addLeaf(values));
    } else {
      throw broken("its node " + node + " is neither a split nor a leaf");
    }
  }

  /** Hangs a node below the last split that still lacks a child and returns its depth. */
  private int hang(int node) {
    int[] parent = open.peek();
    if (parent == null) {
      return 0;
    }
    if (parent[2] == 0) {
      parent[2] = 1;
      tree.setLeft(parent[0], node);
    } else {
      tree.setRight(parent[0], node);
      open.pop();
    }
    if (parent[1] > MAX_DEPTH) {
      throw Refuse.unsupported(
          place, "its tree is deeper than " + MAX_DEPTH, "use a model of shallower trees");
    }
    return parent[1];
  }

  private int readSplit(JsonParser parser, int node) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw broken("the split of its node " + node + " is not an object");
    }
    String type = null;
    int index = -1;
    double bound = Double.NaN;
    double[] categories = null;
    boolean isLeft = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (name) {
        case "type" -> type = parser.getValueAsString();
        case "featureIndex" -> index = token.isNumeric() ? parser.getIntValue() : -1;
        case "threshold" -> bound = number(parser, node);
        case "categories" -> categories = numbers(parser, node);
        case "isLeft" -> isLeft = token == JsonToken.VALUE_TRUE;
        default -> parser.skipChildren();
      }
    }
    if (index < 0 || index >= features) {
      throw broken("its node " + node + " splits on a feature outside the " + features + " given");
    }
    if ("continuous".equals(type) && !Double.isNaN(bound)) {
      return tree.addSplit(index, bound, false);
    } else if ("categorical".equals(type) && categories != null) {
      return tree.addSplit(categorical.feature(index, categories, isLeft), 0.5, false);
    }
    throw broken("the split of its node " + node + " has neither a threshold nor categories");
  }

  private double[] numbers(JsonParser parser, int node) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw broken("its node " + node + " has no list of numbers where one must be");
    }
    double[] numbers = new double[4];
    int n = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (n == numbers.length) {
        numbers = Arrays.copyOf(numbers, n * 2);
      }
      numbers[n++] = number(parser, node);
    }
    return Arrays.copyOf(numbers, n);
  }

  /** A number of any size: beyond double it is infinite, as MLeap reads 1e400. */
  private double number(JsonParser parser, int node) throws IOException {
    if (parser.currentToken() == null || !parser.currentToken().isNumeric()) {
      throw broken("its node " + node + " holds something else than a number");
    }
    return Double.parseDouble(parser.getText());
  }

  private RuntimeException broken(String what) {
    return Refuse.unreadable(place, what);
  }
}
