package io.penstock.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all kinds of models have: fields in, a result, targets that change it, output fields. */
final class Models {
  static final int MAX_NESTING = 50;

  private static final Set<String> SILENT =
      Set.of("Extension", "ModelStats", "ModelExplanation", "ModelVerification");
  private static final Set<String> PARTS =
      Set.of(
          "MiningSchema", "Output", "Targets", "LocalTransformations", "RegressionTable",
          "Segmentation");

  private final Map<String, Element> dataFields;
  private int nesting;

  Models(Map<String, Element> dataFields) {
    this.dataFields = dataFields;
  }

  static boolean isModel(Element element) {
    return element.is("RegressionModel") || element.is("TreeModel") || element.is("MiningModel");
  }

  /** The predicate of a Segment. */
  static Predicate predicate(Element segment) {
    for (Element child : segment.children()) {
      if (Predicate.isOne(child.name())) {
        return Predicate.of(child);
      }
    }
    throw segment.unreadable("it has no predicate");
  }

  /** The model inside a Segment. */
  static Element model(Element segment) {
    List<Element> found =
        segment.children().stream()
            .filter(child -> !child.is("Extension") && !Predicate.isOne(child.name()))
            .toList();
    if (found.size() != 1) {
      throw segment.unreadable("it does not hold one model");
    }
    return found.get(0);
  }

  void checkFunction(Element model, boolean regression) {
    if (isRegression(model) != regression) {
      throw model.unreadable("its functionName is not that of the model around it");
    }
  }

  private static boolean isRegression(Element model) {
    return switch (model.attribute("functionName")) {
      case "regression" -> true;
      case "classification" -> false;
      default -> throw model.unsupportedAttribute("functionName");
    };
  }

  /** Reads a model inside a scope; its output fields become fields of that scope. */
  Result read(Element model, Scope outer, List<String> target) {
    Scope scope = scope(model, outer);
    List<String> labels = targetLabels(model, target);
    Result result = read(model, scope, model.name(), labels);
    for (Map.Entry<String, PmmlValue> output : result.outputs().entrySet()) {
      outer.define(model, output.getKey(), output.getValue());
    }
    return result;
  }

  /** Reads the outermost model, whose inputs are in its scope already. */
  Result readOutermost(Element model, Scope scope) {
    return read(model, scope, model.name(), targetLabels(model, List.of()));
  }

  private Result read(Element model, Scope scope, String kind, List<String> labels) {
    check(model);
    if (++nesting > MAX_NESTING) {
      throw model.unreadable("models are nested more than " + MAX_NESTING + " deep");
    }
    boolean regression = isRegression(model);
    Result result =
        switch (kind) {
          case "RegressionModel" -> RegressionModels.read(model, scope, regression, labels);
          case "TreeModel" -> TreeModels.read(model, scope, regression, labels);
          case "MiningModel" -> MiningModels.read(model, scope, this, regression, labels);
          default -> throw model.unsupported();
        };
    nesting--;
    if (result.isRegression() != regression) {
      throw model.unreadable("its functionName is not that of the model that answers for it");
    }
    result = Targets.apply(model, result, targetField(model), scope.columns());
    return OutputFields.read(model, result, scope);
  }

  private static void check(Element model) {
    if (!isModel(model)) {
      throw model.unsupported();
    }
    model.refuseVendorAttributes("x-mathContext");
    String mathContext = model.attribute("x-mathContext", model.attribute("mathContext", "double"));
    if (!mathContext.equals("double")) {
      throw model.unsupported("it computes in " + Numbers.shorten(mathContext) + " precision",
          "write the model in double precision");
    }
    if (model.attribute("isScorable", "true").equals("false")) {
      throw model.unsupported("it says of itself that it cannot score", "choose another model");
    }
    for (Element child : model.children()) {
      if (!PARTS.contains(child.name()) && !SILENT.contains(child.name())) {
        throw child.unsupported();
      }
    }
  }

  /** The fields that a model inside another one reads. */
  Scope scope(Element model, Scope outer) {
    check(model);
    Scope scope = new Scope(outer, outer.columns());
    for (Element field : model.child("MiningSchema").children("MiningField")) {
      if (isRead(field)) {
        String name = field.attribute("name");
        PmmlValue value = InputFields.inner(field, outer.value(field, name), outer.columns());
        scope.define(field, name, value);
      }
    }
    scope.defineDerived(model.optionalChild("LocalTransformations"));
    return scope;
  }

  /** Whether a model may read a MiningField. */
  static boolean isRead(Element field) {
    return switch (field.attribute("usageType", "active")) {
      case "active", "supplementary" -> true;
      case "target", "predicted", "order", "group", "frequencyWeight", "analysisWeight" -> false;
      default -> throw field.unsupportedAttribute("usageType");
    };
  }

  /** The DataField of a model's target, or null. */
  private Element targetField(Element model) {
    List<Element> targets =
        model.child("MiningSchema").children("MiningField").stream()
            .filter(f -> List.of("target", "predicted").contains(f.attribute("usageType", "")))
            .toList();
    if (targets.size() > 1) {
      throw model.unsupported("it has several targets", "write a model for each target");
    }
    return targets.isEmpty() ? null : dataFields.get(targets.get(0).attribute("name"));
  }

  private List<String> targetLabels(Element model, List<String> outer) {
    Element field = targetField(model);
    List<String> labels = new ArrayList<>();
    if (field != null) {
      for (Element value : field.children("Value")) {
        if (value.attribute("property", "valid").equals("valid")) {
          labels.add(value.attribute("value"));
        }
      }
    }
    return labels.isEmpty() ? outer : labels;
  }
}
