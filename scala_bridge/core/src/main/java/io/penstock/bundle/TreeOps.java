package io.penstock.bundle;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.Linear;
import io.penstock.graph.Node.Link;
import io.penstock.graph.Node.LinkFunction;
import io.penstock.graph.Node.OneHotEncoder;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import io.penstock.graph.TreeEnsemble.Aggregate;
import io.penstock.graph.TreeEnsemble.Compare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Decision trees, forests and boosted trees. */
final class TreeOps {
  static final int MAX_TREES = 100_000;

  private static final TreeFile.Leaf FIRST =
      values -> values.length == 0 ? null : new double[] {values[0]};

  private final Step step;
  private final Frame frame;
  private final ZipArchive archive;
  private final List<String> inputs;
  private final int width;
  private final Map<List<Object>, Integer> indicators = new HashMap<>();

  private TreeOps(Step step, Frame frame, ZipArchive archive) {
    this.step = step;
    this.frame = frame;
    this.archive = archive;
    this.width = step.attributes().integer("num_features");
    this.inputs = new ArrayList<>(frame.vector(step, "features", width));
  }

  static void treeRegression(Step step, Frame frame, ZipArchive archive) {
    TreeOps ops = new TreeOps(step, frame, archive);
    ops.regression(List.of(ops.tree(step.folder(), FIRST)), Aggregate.SUM);
  }

  /** The plain mean: MLeap does not use the tree weights of a forest. */
  static void forestRegression(Step step, Frame frame, ZipArchive archive) {
    TreeOps ops = new TreeOps(step, frame, archive);
    step.attributes().numbers("tree_weights");
    ops.regression(ops.trees("decision_tree_regression", i -> FIRST), Aggregate.MEAN);
  }

  static void boostedRegression(Step step, Frame frame, ZipArchive archive) {
    TreeOps ops = new TreeOps(step, frame, archive);
    ops.regression(ops.weightedTrees(), Aggregate.SUM);
  }

  private void regression(List<Tree> trees, Aggregate aggregate) {
    String output = step.output("prediction");
    ensemble(trees, aggregate, List.of(output));
    frame.define(step, output, new Value.Scalar(output));
  }

  /** The class counts of the leaf, and their shares. */
  static void treeClassifier(Step step, Frame frame, ZipArchive archive) {
    TreeOps ops = new TreeOps(step, frame, archive);
    int classes = ops.classCount();
    boolean rawUsed = step.outputs().containsKey("raw_prediction");
    Tree tree = ops.tree(step.folder(), v -> v.length == classes ? v : null);
    List<String> raw = frame.fresh(step.output("prediction") + "/raw", classes);
    if (rawUsed) {
      ops.ensemble(List.of(tree), Aggregate.SUM, raw);
      Classes results = new Classes(step, frame, raw);
      ops.normalize(raw, results.probabilityNames());
      results.predictLargest(results.probabilityNames());
      return;
    }
    Classes results = new Classes(step, frame, raw);
    for (int i = 0; i < tree.nodeCount(); i++) {
      if (tree.values()[i] != null) {
        tree.values()[i] = shares(tree.values()[i]);
      }
    }
    ops.ensemble(List.of(tree), Aggregate.SUM, results.probabilityNames());
    results.predictLargest(results.probabilityNames());
  }

  /** Each tree votes with the shares of its leaf; the votes are divided by their sum. */
  static void forestClassifier(Step step, Frame frame, ZipArchive archive) {
    TreeOps ops = new TreeOps(step, frame, archive);
    int classes = ops.classCount();
    step.attributes().numbers("tree_weights");
    List<Tree> trees =
        ops.trees(
            "decision_tree_classifier",
            i -> v -> v.length == classes ? shares(v) : null);
    List<String> votes = frame.fresh(step.output("prediction") + "/votes", classes);
    ops.ensemble(trees, Aggregate.SUM, votes);
    Classes results = new Classes(step, frame, votes);
    ops.normalize(votes, results.probabilityNames());
    results.predictLargest(results.probabilityNames());
  }

  /** The second class by margin &gt; 0; its probability is 1 - 1 / (1 + exp(2 * margin)). */
  static void boostedClassifier(Step step, Frame frame, ZipArchive archive) {
    if (step.attributes().integer("num_classes") != 2) {
      throw step.unsupported("a gbt_classifier has two classes in MLeap", "use two classes");
    }
    if (!step.attributes().text("lossType", "logistic").equals("logistic")) {
      throw step.unsupported("its lossType is not 'logistic'", "use the logistic loss");
    }
    TreeOps ops = new TreeOps(step, frame, archive);
    String name = step.output("prediction");
    String margin = frame.fresh(name);
    ops.ensemble(ops.weightedTrees(), Aggregate.SUM, List.of(margin));
    List<String> raw = List.of(frame.unary(UnaryOp.NEGATE, margin, frame.fresh(name)), margin);
    Classes classes = new Classes(step, frame, raw);
    List<String> probability = classes.probabilityNames();
    String doubled = frame.binary(BinaryOp.MUL, raw.get(0), 2.0, frame.fresh(name));
    frame.add(
        new Link(LinkFunction.LOGISTIC, List.of(doubled), List.of(probability.get(0))));
    frame.binary(
        BinaryOp.SUB,
        new Operand.Const(1.0),
        new Operand.Ref(probability.get(0)),
        probability.get(1));
    boolean probabilityDecides =
        step.outputs().containsKey("probability") || step.attributes().has("thresholds");
    if (probabilityDecides) {
      classes.predictLargest(probability);
    } else {
      classes.predict(frame.binary(BinaryOp.GREATER, margin, 0.0, frame.fresh(name)));
    }
  }

  private void ensemble(List<Tree> trees, Aggregate aggregate, List<String> outputs) {
    frame.add(new TreeEnsemble(List.copyOf(inputs), trees, aggregate, Compare.FLOAT64, outputs));
  }

  private int classCount() {
    int classes = step.attributes().integer("num_classes");
    if (classes < 1 || classes > VectorOps.MAX_WIDTH) {
      throw step.unreadable("it has " + classes + " classes");
    }
    return classes;
  }

  private List<Tree> weightedTrees() {
    double[] weights = step.attributes().numbers("tree_weights");
    String[] names = step.attributes().texts("trees");
    if (weights.length != names.length) {
      throw step.unreadable("its trees and tree_weights differ in number");
    }
    return trees(
        "decision_tree_regression",
        i -> v -> v.length == 0 ? null : new double[] {v[0] * weights[i]});
  }

  private List<Tree> trees(String op, IntFunction<TreeFile.Leaf> leaf) {
    String[] names = step.attributes().texts("trees");
    if (names.length == 0 || names.length > MAX_TREES) {
      throw step.unreadable("it has " + names.length + " trees, not 1 to " + MAX_TREES);
    }
    if (Arrays.stream(names).distinct().count() != names.length) {
      throw step.unreadable("it names a tree twice");
    }
    List<Tree> trees = new ArrayList<>(names.length);
    for (int i = 0; i < names.length; i++) {
      String folder = step.folder() + "/" + names[i];
      Map<String, Object> model = Json.object(archive.read(folder + "/model.json"), place(i));
      if (!Step.op(model, place(i)).equals(op)) {
        throw step.unreadable("its tree " + names[i] + " is no " + op);
      }
      if (Step.attributes(model, place(i)).integer("num_features") != width) {
        throw step.unreadable("its tree " + names[i] + " is for another number of features");
      }
      trees.add(tree(folder, leaf.apply(i)));
    }
    return trees;
  }

  private String place(int tree) {
    return step.place() + ", tree " + tree;
  }

  private Tree tree(String folder, TreeFile.Leaf leaf) {
    String place = step.place() + folder.substring(step.folder().length()) + "/tree.json";
    return TreeFile.read(archive.read(folder + "/tree.json"), place, width, this::indicator, leaf);
  }

  /** An input that is 0.0 where the feature's category goes left, else 1.0 (NaN is no category). */
  private int indicator(int feature, double[] categories, boolean isLeft) {
    double[] sorted = Arrays.stream(categories).sorted().distinct().toArray();
    List<Object> key = new ArrayList<>(List.of(feature, isLeft));
    for (double category : sorted) {
      key.add(category);
    }
    Integer known = indicators.get(key);
    if (known != null) {
      return known;
    }
    String name = step.output("prediction") + "/category";
    List<String> columns = frame.fresh(frame.fresh(name), sorted.length);
    List<Object> values = new ArrayList<>();
    double[] weights = new double[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      values.add(sorted[i]);
      weights[i] = isLeft ? -1.0 : 1.0;
    }
    String output = frame.fresh(name);
    frame.add(new OneHotEncoder(inputs.get(feature), values, columns));
    frame.add(
        new Linear(
            columns, new double[][] {weights}, new double[] {isLeft ? 1 : 0}, List.of(output)));
    inputs.add(output);
    indicators.put(key, inputs.size() - 1);
    return inputs.size() - 1;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double[] shares(double[] values) {
    double sum = sum(values);
    return sum == 0 ? values : Arrays.stream(values).map(v -> v / sum).toArray();
  }

  /** Each value divided by the sum of all; the values themselves where that sum is 0. */
  private void normalize(List<String> values, List<String> outputs) {
    String name = step.output("prediction") + "/sum";
    String sum = frame.binary(BinaryOp.ADD, values.get(0), 0.0, frame.fresh(name));
    for (String value : values.subList(1, values.size())) {
      sum =
          frame.binary(
              BinaryOp.ADD, new Operand.Ref(sum), new Operand.Ref(value), frame.fresh(name));
    }
    String zero = frame.binary(BinaryOp.EQUAL, sum, 0.0, frame.fresh(name));
    String divisor =
        frame.where(zero, new Operand.Const(1.0), new Operand.Ref(sum), frame.fresh(name));
    for (int i = 0; i < values.size(); i++) {
      frame.binary(
          BinaryOp.DIV,
          new Operand.Ref(values.get(i)),
          new Operand.Ref(divisor),
          outputs.get(i));
    }
  }
}
