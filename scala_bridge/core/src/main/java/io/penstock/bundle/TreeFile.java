package io.penstock.bundle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.penstock.graph.Tree;
import java.io.IOException;
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

  private int count;
  private int[] feature = new int[64];
  private double[] threshold = new double[64];
  private int[] left = new int[64];
  private int[] right = new int[64];
  private int[] depth = new int[64];
  private double[][] values = new double[64][];

  private int[] open = new int[64];
  private int openCount;

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
      } while (openCount > 0);
      if (parser.nextToken() != null) {
        throw broken("there is more behind its tree");
      }
    } catch (IOException e) {
      throw Json.notJson(e, place);
    }
    return new Tree(
        Arrays.copyOf(feature, count),
        Arrays.copyOf(threshold, count),
        Arrays.copyOf(left, count),
        Arrays.copyOf(right, count),
        new boolean[count],
        Arrays.copyOf(values, count));
  }

  private void readNode(JsonParser parser) throws IOException {
    String type = null;
    double[] leafValues = null;
    int node = addNode();
    boolean split = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "type" -> type = parser.getValueAsString();
        case "values" -> leafValues = numbers(parser, node);
        case "split" -> {
          readSplit(parser, node);
          split = true;
        }
        default -> parser.skipChildren();
      }
    }
    if ("internal".equals(type) && split) {
      open(node);
    } else if ("leaf".equals(type) && leafValues != null) {
      feature[node] = -1;
      values[node] = leaf.values(leafValues);
      if (values[node] == null) {
        throw broken("the values of its node " + node + " do not fit the model");
      }
    } else {
      throw broken("its node " + node + " is neither a split nor a leaf");
    }
  }

  /** Makes a node and hangs it below the last split that still lacks a child. */
  private int addNode() {
    int node = count++;
    if (node == feature.length) {
      grow(node * 2);
    }
    left[node] = -1;
    right[node] = -1;
    if (node > 0) {
      int parent = open[openCount - 1];
      if (left[parent] < 0) {
        left[parent] = node;
      } else {
        right[parent] = node;
        openCount--;
      }
      depth[node] = depth[parent] + 1;
      if (depth[node] > MAX_DEPTH) {
        throw Refuse.unsupported(
            place, "its tree is deeper than " + MAX_DEPTH, "use a model of shallower trees");
      }
    }
    return node;
  }

  private void open(int node) {
    if (openCount == open.length) {
      open = Arrays.copyOf(open, openCount * 2);
    }
    open[openCount++] = node;
  }

  private void grow(int size) {
    feature = Arrays.copyOf(feature, size);
    threshold = Arrays.copyOf(threshold, size);
    left = Arrays.copyOf(left, size);
    right = Arrays.copyOf(right, size);
    depth = Arrays.copyOf(depth, size);
    values = Arrays.copyOf(values, size);
  }

  private void readSplit(JsonParser parser, int node) throws IOException {
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
        case "isLeft" -> isLeft = parser.getBooleanValue();
        default -> parser.skipChildren();
      }
    }
    if (index < 0 || index >= features) {
      throw broken("its node " + node + " splits on a feature outside the " + features + " given");
    }
    if ("continuous".equals(type) && !Double.isNaN(bound)) {
      feature[node] = index;
      threshold[node] = bound;
    } else if ("categorical".equals(type) && categories != null) {
      feature[node] = categorical.feature(index, categories, isLeft);
      threshold[node] = 0.5;
    } else {
      throw broken("the split of its node " + node + " has neither a threshold nor categories");
    }
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
