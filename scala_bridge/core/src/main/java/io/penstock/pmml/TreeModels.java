package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import io.penstock.graph.TreeEnsemble.Aggregate;
import io.penstock.graph.TreeEnsemble.Compare;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Num;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** TreeModel, by itself or as a tree of a forest. */
final class TreeModels {
  private TreeModels() {}

  /** One tree as a model. */
  static Result read(Element model, Scope scope, boolean regression, List<String> target) {
    Columns columns = scope.columns();
    if (regression) {
      String output = columns.fresh("tree");
      TreeFeatures features = new TreeFeatures();
      Tree tree = regressionTree(model, scope, features, 1.0);
      add(columns, features, List.of(tree), Aggregate.SUM, List.of(output));
      return Result.number(output);
    }
    List<String> labels = target.isEmpty() ? scores(model) : target;
    boolean distributions = hasDistributions(model);
    Result rule = distributions ? null : rule(model, scope, labels);
    if (rule != null) {
      return rule;
    }
    TreeFeatures features = new TreeFeatures();
    Tree tree = classTree(model, scope, features, labels, distributions, true);
    List<String> outputs = columns.fresh(columns.fresh("tree"), tree.values()[leaf(tree)].length);
    add(columns, features, List.of(tree), Aggregate.SUM, outputs);
    Map<String, String> probabilities = new LinkedHashMap<>();
    for (int i = 0; distributions && i < labels.size(); i++) {
      probabilities.put(labels.get(i), outputs.get(i));
    }
    return Result.label(outputs.get(outputs.size() - 1), labels, probabilities);
  }

  private static int leaf(Tree tree) {
    int node = 0;
    while (tree.feature()[node] >= 0) {
      node = tree.left()[node];
    }
    return node;
  }

  /** Adds an ensemble; splits on columns that only round to float round by themselves. */
  static void add(
      Columns columns,
      TreeFeatures features,
      List<Tree> trees,
      Aggregate aggregate,
      List<String> outputs) {
    List<String> inputs = features.columns();
    List<String> unrounded = columns.unrounded(inputs);
    Compare compare = unrounded == null ? Compare.FLOAT64 : Compare.FLOAT32;
    columns.add(
        new TreeEnsemble(
            unrounded == null ? inputs : unrounded, trees, aggregate, compare, outputs));
    if (trees.stream().noneMatch(TreeModels::hasMissingLeaf)) {
      columns.neverMissing(outputs);
    }
  }

  private static boolean hasMissingLeaf(Tree tree) {
    for (double[] values : tree.values()) {
      if (values != null && Double.isNaN(values[0])) {
        return true;
      }
    }
    return false;
  }

  static Tree regressionTree(Element model, Scope scope, TreeFeatures features, double weight) {
    double[] none = {Double.NaN};
    return new TreeConverter(
            model, scope, features, node -> number(model, node, weight), none)
        .convert();
  }

  private static double[] number(Element model, TreeNode node, double weight) {
    if (node.score == null) {
      return new double[] {Double.NaN};
    }
    double score = Numbers.parse(node.score);
    if (Double.isNaN(score) && !node.score.strip().equals("NaN")) {
      throw model.unreadable(
          "the score of its Node in line " + node.line + " is not a number");
    }
    return new double[] {score * weight};
  }

  /**
   * A tree whose leaves hold the probability of each class, if there are {@code distributions},
   * and then, if {@code withIndex}, the index of the class that the leaf scores.
   */
  static Tree classTree(
      Element model,
      Scope scope,
      TreeFeatures features,
      List<String> labels,
      boolean distributions,
      boolean withIndex) {
    double[] none = new double[(distributions ? labels.size() : 0) + (withIndex ? 1 : 0)];
    Arrays.fill(none, Double.NaN);
    return new TreeConverter(
            model,
            scope,
            features,
            node -> classNumbers(model, node, labels, distributions, withIndex, none),
            none)
        .convert();
  }

  private static double[] classNumbers(
      Element model,
      TreeNode node,
      List<String> labels,
      boolean distributions,
      boolean withIndex,
      double[] none) {
    if (node.score == null) {
      return none;
    }
    double[] values = new double[none.length];
    if (distributions) {
      probabilities(model, node, labels, values);
    }
    if (withIndex) {
      int index = labels.indexOf(node.score);
      if (index < 0) {
        throw model.unreadable(
            "the score of its Node in line " + node.line + " is no class of its target");
      }
      values[values.length - 1] = index;
    }
    return values;
  }

  /** Record counts divided by their sum, unless they sum to one as they are. */
  private static void probabilities(
      Element model, TreeNode node, List<String> labels, double[] values) {
    double sum = 0;
    int last = -1;
    for (TreeNode.Count count : node.counts) {
      int index = labels.indexOf(count.value());
      if (index <= last) {
        throw model.unreadable(
            "the ScoreDistributions of its Node in line "
                + node.line
                + " are not in the order of the classes of its target");
      }
      last = index;
      values[index] = count.count();
      sum += count.count();
    }
    if (node.counts.size() != labels.size() || !(sum > 0)) {
      throw model.unreadable(
          "the ScoreDistributions of its Node in line "
              + node.line
              + " do not give the share of each class");
    }
    for (int i = 0; sum != 1 && i < labels.size(); i++) {
      values[i] /= sum;
    }
  }

  /** Whether the nodes that have a score also give the probabilities of all classes. */
  static boolean hasDistributions(Element model) {
    boolean with = false;
    boolean without = false;
    for (TreeNode node : nodes(model)) {
      if (node.score != null) {
        with |= !node.counts.isEmpty();
        without |= node.counts.isEmpty();
      }
    }
    if (with && without) {
      throw model.unsupported("only some of its nodes have ScoreDistributions",
          "give all of them ScoreDistributions, or none");
    }
    return with;
  }

  /** The classes of the first node that has ScoreDistributions, in their order. */
  static List<String> distributionLabels(Element model) {
    return nodes(model).stream()
        .filter(node -> !node.counts.isEmpty())
        .findFirst()
        .map(node -> node.counts.stream().map(TreeNode.Count::value).toList())
        .orElse(List.of());
  }

  private static List<String> scores(Element model) {
    Set<String> scores = new LinkedHashSet<>();
    for (TreeNode node : nodes(model)) {
      node.counts.forEach(count -> scores.add(count.value()));
      if (node.score != null) {
        scores.add(node.score);
      }
    }
    return List.copyOf(scores);
  }

  private static List<TreeNode> nodes(Element model) {
    List<TreeNode> nodes = new ArrayList<>();
    ArrayDeque<TreeNode> open = new ArrayDeque<>(List.of(model.tree()));
    while (!open.isEmpty()) {
      TreeNode node = open.pop();
      nodes.add(node);
      for (int i = node.children.size() - 1; i >= 0; i--) {
        open.push(node.children.get(i));
      }
    }
    return nodes;
  }

  /**
   * A tree of one level that only names the class of an index, or of the side of a threshold: the
   * last link of a chain of models, and a rule rather than a tree. Null if it is another tree.
   */
  private static Result rule(Element model, Scope scope, List<String> labels) {
    TreeNode root = model.tree();
    String noTrueChild = model.attribute("noTrueChildStrategy", "returnNullPrediction");
    boolean orFirst =
        noTrueChild.equals("returnLastPrediction")
            && labels.size() > 1
            && labels.get(0).equals(root.score);
    boolean plain =
        root.predicate instanceof Predicate.Always
            && model.attribute("missingValueStrategy", "none").equals("none")
            && (orFirst || noTrueChild.equals("returnNullPrediction"))
            && root.children.size() == (orFirst ? labels.size() - 1 : labels.size());
    String field = null;
    for (TreeNode child : root.children) {
      plain &=
          child.children.isEmpty()
              && child.predicate instanceof Predicate.Simple simple
              && (field == null || field.equals(simple.field()));
      field = plain ? ((Predicate.Simple) child.predicate).field() : field;
    }
    if (!plain || field == null || !(scope.value(model, field) instanceof Num num)) {
      return null;
    }
    if (orFirst) {
      return orFirst(root.children, labels, num, scope.columns());
    }
    String index =
        labels.size() == 2 ? threshold(root.children, labels, num, scope.columns()) : null;
    if (index == null && namesIndices(root.children, labels, 0)) {
      index = scope.columns().column(num.operand());
    }
    return index == null ? null : Result.label(index, labels, Map.of());
  }

  /** The first class unless a child names another one; a missing value holds for no child. */
  private static Result orFirst(
      List<TreeNode> children, List<String> labels, Num num, Columns columns) {
    Predicate.Simple only = (Predicate.Simple) children.get(0).predicate;
    if (only.operator().equals("greaterThan")
        && labels.size() == 2
        && labels.get(1).equals(children.get(0).score)) {
      double value = num.type().parse(only.value());
      if (Double.isNaN(value)) {
        return null;
      }
      Operand threshold = new Operand.Const(value);
      String above = columns.binary(BinaryOp.GREATER, num.operand(), threshold);
      return Result.label(above, labels, Map.of());
    }
    if (!namesIndices(children, labels, 1)) {
      return null;
    }
    Operand index = Columns.ZERO;
    for (int i = 1; i < labels.size(); i++) {
      Operand number = new Operand.Const(i);
      String same = columns.binary(BinaryOp.EQUAL, num.operand(), number);
      String named = columns.binary(BinaryOp.MUL, Columns.ref(same), number);
      index = Columns.ref(columns.binary(BinaryOp.ADD, index, Columns.ref(named)));
    }
    return Result.label(columns.column(index), labels, Map.of());
  }

  /** Whether child i stands for class {@code first + i}, by that number. */
  private static boolean namesIndices(List<TreeNode> children, List<String> labels, int first) {
    for (int i = 0; i < children.size(); i++) {
      Predicate.Simple simple = (Predicate.Simple) children.get(i).predicate;
      if (!simple.operator().equals("equal")
          || Numbers.parse(simple.value()) != first + i
          || !labels.get(first + i).equals(children.get(i).score)) {
        return false;
      }
    }
    return true;
  }

  private static String threshold(
      List<TreeNode> children, List<String> labels, Num num, Columns columns) {
    Predicate.Simple low = (Predicate.Simple) children.get(0).predicate;
    Predicate.Simple high = (Predicate.Simple) children.get(1).predicate;
    if (!low.operator().equals("lessOrEqual")
        || !high.operator().equals("greaterThan")
        || !low.value().equals(high.value())
        || !labels.get(0).equals(children.get(0).score)
        || !labels.get(1).equals(children.get(1).score)) {
      return null;
    }
    double value = num.type().parse(low.value());
    if (Double.isNaN(value)) {
      return null;
    }
    Num threshold = new Num(new Operand.Const(value), num.type(), false);
    Flag above = columns.compare(BinaryOp.GREATER, num, threshold);
    return above.column();
  }
}
