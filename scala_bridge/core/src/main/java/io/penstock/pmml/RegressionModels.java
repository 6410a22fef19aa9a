package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.Linear;
import io.penstock.graph.Node.Link;
import io.penstock.graph.Node.LinkFunction;
import io.penstock.graph.Node.OneHotEncoder;
import io.penstock.graph.Node.UnaryOp;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Flag;
import io.penstock.pmml.PmmlValue.Label;
import io.penstock.pmml.PmmlValue.Num;
import io.penstock.pmml.PmmlValue.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** RegressionModel: linear sums, and the probabilities that JPMML makes of them. */
final class RegressionModels {
  /** A linear sum: columns and their weights. */
  private record Terms(List<String> columns, List<Double> weights, double intercept) {}

  private final Element model;
  private final Scope scope;
  private final Columns columns;
  private final String normalization;
  private final Map<List<Object>, String> indicators = new LinkedHashMap<>();

  private RegressionModels(Element model, Scope scope) {
    this.model = model;
    this.scope = scope;
    this.columns = scope.columns();
    this.normalization = model.attribute("normalizationMethod", "none");
  }

  static Result read(Element model, Scope scope, boolean regression, List<String> target) {
    RegressionModels reader = new RegressionModels(model, scope);
    return regression ? reader.regression() : reader.classification(target);
  }

  private Result regression() {
    List<Element> tables = model.children("RegressionTable");
    if (tables.size() != 1) {
      throw model.unreadable("a regression has one RegressionTable, not " + tables.size());
    }
    String sum = sums(tables).get(0);
    return Result.number(
        switch (normalization) {
          case "none" -> sum;
          case "softmax", "logit" -> logistic(sum);
          case "exp" -> columns.unary(UnaryOp.EXP, sum);
          default -> throw model.unsupportedAttribute("normalizationMethod");
        });
  }

  private Result classification(List<String> target) {
    List<Element> tables = model.children("RegressionTable");
    if (tables.size() < 2) {
      throw model.unreadable("a classification has two or more RegressionTables");
    }
    List<String> given = tables.stream().map(t -> t.attribute("targetCategory")).toList();
    List<String> labels = target.isEmpty() ? given : target;
    Classes.check(model, labels, given);
    List<String> sums = sums(tables);
    List<String> probabilities =
        sums.size() == 2 ? two(sums, isDefault(tables.get(1))) : several(sums);
    Result result = Classes.largest(labels, given, probabilities, columns);
    String known = result.column();
    for (String sum : sums) {
      known = columns.unlessMissing(Columns.ref(sum), Columns.ref(known));
    }
    return result.withColumn(known);
  }

  private List<String> two(List<String> sums, boolean secondIsDefault) {
    switch (normalization) {
      case "none" -> {
        String atLeast0 =
            columns.binary(BinaryOp.MAX, Columns.ref(sums.get(0)), Columns.ZERO);
        return andRest(columns.binary(BinaryOp.MIN, Columns.ref(atLeast0), Columns.ONE));
      }
      case "logit" -> {
        return andRest(logistic(sums.get(0)));
      }
      case "softmax" -> {
        return secondIsDefault ? andRest(logistic(sums.get(0))) : softmax(sums);
      }
      default -> {
        return several(sums);
      }
    }
  }

  /** A probability, and what it leaves to one. */
  private List<String> andRest(String first) {
    return List.of(first, columns.binary(BinaryOp.SUB, Columns.ONE, Columns.ref(first)));
  }

  private List<String> several(List<String> sums) {
    return switch (normalization) {
      case "none" -> {
        List<String> probabilities = new ArrayList<>(sums.subList(0, sums.size() - 1));
        String rest = columns.binary(BinaryOp.SUB, Columns.ONE, Columns.ref(total(probabilities)));
        probabilities.add(rest);
        yield probabilities;
      }
      case "simplemax" -> simplemax(sums);
      case "softmax" -> softmax(sums);
      case "logit" -> simplemax(sums.stream().map(this::logistic).toList());
      default -> throw model.unsupportedAttribute("normalizationMethod");
    };
  }

  private String total(List<String> parts) {
    String total = parts.get(0);
    for (String part : parts.subList(1, parts.size())) {
      total = columns.binary(BinaryOp.ADD, Columns.ref(total), Columns.ref(part));
    }
    return total;
  }

  private List<String> simplemax(List<String> sums) {
    Operand total = Columns.ref(total(sums));
    return sums.stream().map(s -> columns.binary(BinaryOp.DIV, Columns.ref(s), total)).toList();
  }

  private List<String> softmax(List<String> sums) {
    List<String> outputs = columns.fresh(columns.fresh("softmax"), sums.size());
    columns.add(new Link(LinkFunction.SOFTMAX, sums, outputs));
    return outputs;
  }

  private String logistic(String sum) {
    String output = columns.fresh("logistic");
    columns.add(new Link(LinkFunction.LOGISTIC, List.of(sum), List.of(output)));
    return output;
  }

  private static boolean isDefault(Element table) {
    return table.children().stream().allMatch(child -> child.is("Extension"))
        && table.number("intercept") == 0;
  }

  /** The sums of the tables. Those over the same columns become one node. */
  private List<String> sums(List<Element> tables) {
    String[] sums = new String[tables.size()];
    Map<List<String>, List<Integer>> groups = new LinkedHashMap<>();
    List<Terms> all = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      Terms terms = terms(tables.get(i));
      all.add(terms);
      if (terms.columns.isEmpty()) {
        sums[i] = columns.column(new Operand.Const(terms.intercept));
      } else if (terms.columns.size() == 1 && terms.weights.get(0) == 1 && terms.intercept == 0) {
        sums[i] = terms.columns.get(0);
      } else {
        groups.computeIfAbsent(terms.columns, key -> new ArrayList<>()).add(i);
      }
    }
    groups.forEach((inputs, members) -> addLinear(inputs, members, all, sums));
    return List.of(sums);
  }

  private void addLinear(
      List<String> inputs, List<Integer> members, List<Terms> all, String[] sums) {
    double[][] weights = new double[members.size()][];
    double[] intercepts = new double[members.size()];
    List<String> outputs = columns.fresh(columns.fresh("linear"), members.size());
    for (int k = 0; k < weights.length; k++) {
      Terms terms = all.get(members.get(k));
      weights[k] = terms.weights.stream().mapToDouble(Double::doubleValue).toArray();
      intercepts[k] = terms.intercept;
      sums[members.get(k)] = outputs.get(k);
    }
    columns.add(new Linear(inputs, weights, intercepts, outputs));
    if (columns.isNeverMissing(inputs)) {
      columns.neverMissing(outputs);
    }
  }

  private Terms terms(Element table) {
    Terms terms = new Terms(new ArrayList<>(), new ArrayList<>(), table.number("intercept"));
    Map<String, Map<String, Double>> categories = new LinkedHashMap<>();
    for (Element child : table.children()) {
      switch (child.name()) {
        case "NumericPredictor" -> {
          String column = columns.column(numeric(child));
          add(terms, column, child.number("coefficient"));
        }
        case "CategoricalPredictor" -> {
          Map<String, Double> weights =
              categories.computeIfAbsent(child.attribute("name"), k -> new LinkedHashMap<>());
          double weight = child.number("coefficient");
          if (weights.putIfAbsent(child.attribute("value"), weight) != null) {
            throw child.unreadable("it gives a second coefficient to one category");
          }
        }
        case "PredictorTerm" -> add(terms, product(child), child.number("coefficient"));
        case "Extension" -> { }
        default -> throw child.unsupported();
      }
    }
    categories.forEach((field, weights) -> addCategories(table, terms, field, weights));
    return terms;
  }

  private static void add(Terms terms, String column, double weight) {
    terms.columns.add(column);
    terms.weights.add(weight);
  }

  private Operand numeric(Element predictor) {
    Num num = scope.number(predictor, predictor.attribute("name"));
    return switch (predictor.attribute("exponent", "1")) {
      case "1" -> num.operand();
      case "2" -> Columns.ref(columns.binary(BinaryOp.MUL, num.operand(), num.operand()));
      default -> throw predictor.unsupportedAttribute("exponent");
    };
  }

  private String product(Element term) {
    Operand product = null;
    for (Element ref : term.children()) {
      if (ref.is("Extension")) {
        continue;
      }
      if (!ref.is("FieldRef") || ref.optional("mapMissingTo") != null) {
        throw ref.unsupported();
      }
      Operand factor = scope.number(ref, ref.attribute("field")).operand();
      product =
          product == null ? factor : Columns.ref(columns.binary(BinaryOp.MUL, product, factor));
    }
    if (product == null) {
      throw term.unreadable("it has no FieldRef");
    }
    return columns.column(product);
  }

  /** A missing or unknown category adds nothing. */
  private void addCategories(
      Element table, Terms terms, String field, Map<String, Double> weights) {
    PmmlValue value = scope.value(table, field);
    if (value instanceof Text text) {
      addTexts(terms, text.field(), weights);
    } else if (value instanceof Num || value instanceof Flag || value instanceof Label) {
      weights.forEach(
          (category, weight) -> {
            Flag flag = Comparisons.isIn(table, value, List.of(category), columns);
            String column = flag.column();
            if (flag.nullable()) {
              String unknown = columns.unary(UnaryOp.IS_NAN, column);
              column = columns.where(unknown, Columns.ZERO, Columns.ref(column));
            }
            add(terms, column, weight);
          });
    } else {
      throw table.unsupported("its categorical predictor '" + field + "' has no categories",
          "use a field");
    }
  }

  private void addTexts(Terms terms, TextField field, Map<String, Double> weights) {
    if (!field.isPlain()) {
      add(terms, field.map(columns, weights.keySet(), t -> weights.getOrDefault(t, 0.0), 0), 1);
      return;
    }
    List<String> missing = new ArrayList<>();
    for (String category : weights.keySet()) {
      if (!indicators.containsKey(List.<Object>of(field.column(), category))) {
        missing.add(category);
      }
    }
    if (!missing.isEmpty()) {
      List<String> made = columns.fresh(columns.fresh(field.column()), missing.size());
      columns.add(new OneHotEncoder(field.column(), new ArrayList<>(missing), made));
      for (int i = 0; i < made.size(); i++) {
        indicators.put(List.of(field.column(), missing.get(i)), made.get(i));
      }
    }
    weights.forEach(
        (category, weight) ->
            add(terms, indicators.get(List.<Object>of(field.column(), category)), weight));
  }
}
