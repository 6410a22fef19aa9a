package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.WeightedMedian;
import io.penstock.graph.Operand;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble.Aggregate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** MiningModel: forests, sums and chains of models. */
final class MiningModels {
  private final Element model;
  private final Element segmentation;
  private final Scope scope;
  private final Columns columns;
  private final Models models;
  private final boolean regression;
  private final List<String> target;
  private final List<Element> segments;

  private MiningModels(
      Element model, Scope scope, Models models, boolean regression, List<String> target) {
    this.model = model;
    this.segmentation = model.child("Segmentation");
    this.scope = scope;
    this.columns = scope.columns();
    this.models = models;
    this.regression = regression;
    this.target = target;
    this.segments = segmentation.children("Segment");
  }

  static Result read(
      Element model, Scope scope, Models models, boolean regression, List<String> target) {
    return new MiningModels(model, scope, models, regression, target).read();
  }

  private Result read() {
    segmentation.refuseVendorAttributes("");
    String treatment = segmentation.attribute("missingPredictionTreatment", "continue");
    if (!treatment.equals("continue") && !treatment.equals("returnMissing")) {
      throw segmentation.unsupportedAttribute("missingPredictionTreatment");
    }
    if (segments.isEmpty()) {
      throw segmentation.unreadable("it has no Segment");
    }
    for (Element segment : segments) {
      if (!(Models.predicate(segment) instanceof Predicate.Always)) {
        throw segment.unsupported("Penstock computes only segments whose predicate is True",
            "write the model without conditions on segments");
      }
    }
    String method = segmentation.attribute("multipleModelMethod");
    return switch (method) {
      case "modelChain" -> chain(treatment.equals("returnMissing"));
      case "selectFirst" -> models.read(Models.model(segments.get(0)), scope, target);
      case "sum", "average", "weightedAverage", "weightedSum" ->
          regression ? aggregateNumbers(method) : aggregateProbabilities(method);
      case "weightedMedian" -> {
        if (!regression) {
          throw segmentation.unsupportedAttribute("multipleModelMethod");
        }
        yield weightedMedian();
      }
      case "majorityVote" -> {
        if (regression) {
          throw segmentation.unsupportedAttribute("multipleModelMethod");
        }
        yield majorityVote();
      }
      default -> throw segmentation.unsupportedAttribute("multipleModelMethod");
    };
  }

  /**
   * Each model in turn, its output fields read by those after it; the last one answers. There is no
   * answer where a model that has output fields has none (JPMML fails there), unless the last one is
   * a tree that says what it answers where no node fits.
   */
  private Result chain(boolean missingIfOneIs) {
    Result result = null;
    Operand missing = null;
    for (Element segment : segments) {
      boolean last = segment == segments.get(segments.size() - 1);
      result = models.read(Models.model(segment), scope, last ? target : List.of());
      if (!last && (missingIfOneIs || !result.outputs().isEmpty())) {
        Operand next = Columns.ref(result.column());
        missing =
            missing == null
                ? next
                : Columns.ref(columns.binary(BinaryOp.ADD, missing, next));
      }
    }
    return missing == null || answersMissing(Models.model(segments.get(segments.size() - 1)))
        ? result
        : result.withColumn(columns.unlessMissing(missing, Columns.ref(result.column())));
  }

  private static boolean answersMissing(Element last) {
    return last.is("TreeModel")
        && last.attribute("noTrueChildStrategy", "returnNullPrediction")
            .equals("returnLastPrediction");
  }

  private Result aggregateNumbers(String method) {
    boolean weighted = method.startsWith("weighted");
    boolean mean = method.endsWith("verage");
    double[] weights = weights(weighted);
    double total = mean ? (weighted ? sum(weights) : segments.size()) : 1;
    if (allPlainTrees()) {
      TreeFeatures features = new TreeFeatures();
      List<Tree> trees = new ArrayList<>();
      for (int i = 0; i < weights.length; i++) {
        Element tree = Models.model(segments.get(i));
        models.checkFunction(tree, true);
        trees.add(
            TreeModels.regressionTree(tree, models.scope(tree, scope), features, weights[i]));
      }
      String output = columns.fresh("trees");
      Aggregate aggregate = mean && !weighted ? Aggregate.MEAN : Aggregate.SUM;
      TreeModels.add(columns, features, trees, aggregate, List.of(output));
      return Result.number(mean && weighted ? divide(output, total) : output);
    }
    String sum = sum(values(), weights);
    return Result.number(mean ? divide(sum, total) : sum);
  }

  private Result weightedMedian() {
    double[] weights = weights(true);
    for (double weight : weights) {
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw segmentation.unreadable("the weight " + weight + " of a Segment is no weight");
      }
    }
    String median = columns.fresh("median");
    columns.add(new WeightedMedian(values(), weights, median));
    return Result.number(median);
  }

  private List<String> values() {
    List<String> values = new ArrayList<>();
    for (Element segment : segments) {
      Result result = models.read(Models.model(segment), scope, List.of());
      if (!result.isRegression()) {
        throw segment.unreadable("its model is no regression, and the model around it is one");
      }
      values.add(result.column());
    }
    return values;
  }

  private double[] weights(boolean weighted) {
    double[] weights = new double[segments.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weighted ? segments.get(i).number("weight", 1.0) : 1.0;
    }
    return weights;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private String divide(String column, double by) {
    return columns.binary(BinaryOp.DIV, Columns.ref(column), new Operand.Const(by));
  }

  private String sum(List<String> values, double[] weights) {
    Operand sum = Columns.ZERO;
    for (int i = 0; i < weights.length; i++) {
      Operand value = Columns.ref(values.get(i));
      if (weights[i] != 1) {
        Operand weight = new Operand.Const(weights[i]);
        value = Columns.ref(columns.binary(BinaryOp.MUL, weight, value));
      }
      sum = Columns.ref(columns.binary(BinaryOp.ADD, sum, value));
    }
    return columns.column(sum);
  }

  /** Whether the segments are trees whose results nothing changes before they are combined. */
  private boolean allPlainTrees() {
    return segments.stream()
        .map(Models::model)
        .allMatch(
            m ->
                m.is("TreeModel")
                    && m.optionalChild("Targets") == null
                    && m.optionalChild("Output") == null);
  }

  private Result aggregateProbabilities(String method) {
    if (method.endsWith("um")) {
      throw segmentation.unsupportedAttribute("multipleModelMethod");
    }
    boolean weighted = method.startsWith("weighted");
    double[] weights = weights(weighted);
    boolean trees = allPlainTrees() && !weighted;
    List<String> labels = target;
    List<List<String>> parts = new ArrayList<>();
    if (trees) {
      return forest(labels);
    }
    for (Element segment : segments) {
      Result result = models.read(Models.model(segment), scope, labels);
      if (result.isRegression() || result.probabilities().isEmpty()) {
        throw segment.unsupported("its model gives no probabilities to combine",
            "write the probability of each class");
      }
      labels = labels.isEmpty() ? result.labels() : labels;
      Classes.check(segment, labels, List.copyOf(result.probabilities().keySet()));
      parts.add(labels.stream().map(result.probabilities()::get).toList());
    }
    double total = weighted ? sum(weights) : segments.size();
    List<String> probabilities = new ArrayList<>();
    for (int k = 0; k < labels.size(); k++) {
      int index = k;
      String sum = sum(parts.stream().map(part -> part.get(index)).toList(), weights);
      probabilities.add(divide(sum, total));
    }
    return Classes.largest(labels, labels, probabilities, columns);
  }

  private Result forest(List<String> labels) {
    TreeFeatures features = new TreeFeatures();
    List<Tree> trees = new ArrayList<>();
    for (Element segment : segments) {
      Element tree = Models.model(segment);
      models.checkFunction(tree, false);
      if (!TreeModels.hasDistributions(tree)) {
        throw tree.unsupported("its nodes have no ScoreDistributions to average",
            "write the probability of each class");
      }
      labels = labels.isEmpty() ? TreeModels.distributionLabels(tree) : labels;
      Scope inner = models.scope(tree, scope);
      trees.add(TreeModels.classTree(tree, inner, features, labels, true, false));
    }
    List<String> outputs = columns.fresh(columns.fresh("trees"), labels.size());
    TreeModels.add(columns, features, trees, Aggregate.MEAN, outputs);
    return Classes.largest(labels, labels, outputs, columns);
  }

  /**
   * The class with the most votes. JPMML breaks ties for the class that a segment votes for first:
   * the i-th segment's vote weighs 1 + 2^-(i+2), which is exact for few segments.
   */
  private Result majorityVote() {
    int maxSegments = 40;
    boolean tiesPossible = segments.size() % 2 == 0 || target.size() != 2;
    if (target.isEmpty() || (tiesPossible && segments.size() > maxSegments)) {
      throw segmentation.unsupported(
          "Penstock breaks ties of a majority vote only among up to "
              + maxSegments
              + " segments with a target that lists its classes",
          "combine the models by average");
    }
    List<Map<String, String>> votes = new ArrayList<>();
    for (Element segment : segments) {
      Result result = models.read(Models.model(segment), scope, target);
      if (result.isRegression()) {
        throw segment.unreadable("its model is no classification, and the one around it is");
      }
      votes.add(votes(result));
    }
    List<String> counts = new ArrayList<>();
    List<String> ranks = new ArrayList<>();
    for (String label : target) {
      List<String> ballots = votes.stream().map(vote -> vote.get(label)).toList();
      double[] ones = new double[ballots.size()];
      double[] ranked = new double[ballots.size()];
      for (int i = 0; i < ones.length; i++) {
        ones[i] = 1;
        ranked[i] = tiesPossible ? 1 + Math.scalb(1.0, -i - 2) : 1;
      }
      counts.add(divide(sum(ballots, ones), segments.size()));
      ranks.add(sum(ballots, ranked));
    }
    Result winner = Classes.largest(target, target, ranks, columns);
    Map<String, String> probabilities = new LinkedHashMap<>();
    for (int i = 0; i < counts.size(); i++) {
      probabilities.put(target.get(i), counts.get(i));
    }
    return Result.label(winner.column(), target, probabilities);
  }

  /** For each class, 1.0 where the result is that class, NaN where there is no result. */
  private Map<String, String> votes(Result result) {
    Map<String, String> votes = new LinkedHashMap<>();
    PmmlValue label = new PmmlValue.Label(result.column(), result.labels());
    for (String text : target) {
      votes.put(text, Comparisons.isIn(model, label, List.of(text), columns).column());
    }
    return votes;
  }
}
