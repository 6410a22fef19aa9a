package io.penstock.score;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Outputs;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Graphs of every kind of node, wired at random, and rows with the values that hurt. */
final class RandomGraph {
  private static final double[] VALUES = {
    0.0, -0.0, 1.0, -1.0, 0.5, 0.1, 1e-17, 1e39, -1e39, 1e300, Double.MIN_VALUE, Double.NaN,
    Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Float.MAX_VALUE, 16777217.0
  };
  private static final String[] TEXTS = {null, "", "a", "b", "aa", "é", "\ud83c\udf77", "nan"};

  private final Random random;
  private final List<String> numbers = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Column> inputs = new ArrayList<>();
  private int names;

  RandomGraph(long seed) {
    random = new Random(seed);
  }

  Graph graph() {
    for (int i = 0; i < 6; i++) {
      Kind kind = i % 3 == 2 ? Kind.STRING : Kind.NUMBER;
      inputs.add(new Column("in" + i, kind));
      (kind == Kind.STRING ? texts : numbers).add("in" + i);
    }
    int count = 5 + random.nextInt(25);
    for (int i = 0; i < count; i++) {
      Node node = node();
      nodes.add(node);
      (node instanceof Node.StringImputer ? texts : numbers).addAll(node.outputs());
    }
    List<String> predictions = new ArrayList<>(numbers);
    Collections.shuffle(predictions, random);
    return new Graph(
        inputs,
        nodes,
        new Outputs(predictions.subList(0, Math.min(5, predictions.size())), List.of(), List.of()));
  }

  Map<String, Object> row() {
    Map<String, Object> row = new HashMap<>();
    for (Column input : inputs) {
      row.put(input.name(), input.kind() == Kind.STRING ? text() : (Object) value());
    }
    return row;
  }

  private double value() {
    return random.nextInt(3) > 0 ? VALUES[random.nextInt(VALUES.length)] : random.nextGaussian();
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private String name() {
    return "c" + names++;
  }

  private List<String> names(int count) {
    List<String> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(name());
    }
    return list;
  }

  private String number() {
    return numbers.get(random.nextInt(numbers.size()));
  }

  private List<String> someNumbers() {
    List<String> some = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      some.add(number());
    }
    return some;
  }

  private Operand operand() {
    return random.nextBoolean() ? new Operand.Ref(number()) : new Operand.Const(value());
  }

  private double[] values(int count) {
    return random.doubles(count, -2, 2).toArray();
  }

  /** Weights whose sums are exact in any order. */
  private double[] wholeWeights(int count) {
    return random.ints(count, 0, 4).asDoubleStream().toArray();
  }

  private <E> E pick(E[] all) {
    return all[random.nextInt(all.length)];
  }

  private Node node() {
    List<String> some = someNumbers();
    int n = some.size();
    String text = texts.get(random.nextInt(texts.size()));
    return switch (random.nextInt(12)) {
      case 0 -> new Node.Imputer(some, values(n), names(n));
      case 1 -> new Node.StringImputer(text, String.valueOf(text()), name());
      case 2 -> new Node.OneHotEncoder(text, List.of("a", "", "é"), names(3));
      case 3 ->
          new Node.OneHotEncoder(number(), List.of(1.0, 0.0, Double.NaN, 0.5, -1.0), names(5));
      case 4 -> new Node.CategoryMapper(text, Graphs.listOf("b", null), values(2), value(), name());
      case 5, 6 -> new Node.Binary(pick(Node.BinaryOp.values()), operand(), operand(), name());
      case 7 -> new Node.Unary(pick(Node.UnaryOp.values()), number(), name());
      case 8 -> new Node.Where(number(), operand(), operand(), name());
      case 9 -> new Node.Linear(some, new double[][] {values(n), values(n)}, values(2), names(2));
      case 10 ->
          random.nextBoolean()
              ? random.nextBoolean()
                  ? new Node.ArgMax(some, name())
                  : new Node.WeightedMedian(some, wholeWeights(n), name())
              : new Node.Link(pick(Node.LinkFunction.values()), some, names(n));
      default -> ensemble(some);
    };
  }

  private TreeEnsemble ensemble(List<String> some) {
    int outputs = 1 + random.nextInt(3);
    List<Tree> trees = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int t = 0; t < count; t++) {
      trees.add(tree(some.size(), outputs));
    }
    return new TreeEnsemble(
        some,
        trees,
        pick(TreeEnsemble.Aggregate.values()),
        pick(TreeEnsemble.Compare.values()),
        names(outputs));
  }

  private Tree tree(int arity, int outputs) {
    int splits = random.nextInt(12);
    int n = 2 * splits + 1;
    int[] feature = new int[n];
    double[] threshold = new double[n];
    int[] left = new int[n];
    int[] right = new int[n];
    boolean[] missingLeft = new boolean[n];
    double[][] values = new double[n][];
    // Splits open leaves at random, so trees are of any shape and their nodes in no tidy order.
    List<Integer> open = new ArrayList<>(List.of(0));
    int used = 1;
    for (int s = 0; s < splits; s++) {
      int node = open.remove(random.nextInt(open.size()));
      do {
        threshold[node] = value();
      } while (Double.isNaN(threshold[node]));
      feature[node] = random.nextInt(arity);
      missingLeft[node] = random.nextBoolean();
      boolean swapped = random.nextBoolean();
      left[node] = swapped ? used + 1 : used;
      right[node] = swapped ? used : used + 1;
      open.add(used++);
      open.add(used++);
    }
    for (int leaf : open) {
      feature[leaf] = left[leaf] = right[leaf] = -1;
      values[leaf] = values(outputs);
    }
    return new Tree(feature, threshold, left, right, missingLeft, values);
  }
}
