package io.penstock.pmml;

import io.penstock.graph.Graph;
import io.penstock.graph.Outputs;
import io.penstock.pmml.PmmlValue.Num;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads PMML 4.x into the model graph, with the meaning that the standard and JPMML 1.7 give it.
 * An input that is missing is NaN (null for text); a row without a result has the prediction NaN.
 * What is not understood is refused.
 *
 * <p>The model answers with its target. Output fields {@code probability(label)}, or of the feature
 * probability, give the probabilities; output fields {@code prediction(0)}, {@code prediction(1)}
 * ... of a regression without a target give several predictions.
 */
public final class PmmlReader {
  private static final Set<String> SILENT =
      Set.of("Header", "MiningBuildTask", "Extension", "DataDictionary",
          "TransformationDictionary");

  private final Element root;
  private final Map<String, Element> dataFields = new LinkedHashMap<>();
  private final Columns columns;

  private PmmlReader(Element root) {
    this.root = root;
    if (!root.is("PMML")) {
      throw root.unreadable("it is not PMML");
    }
    String version = root.attribute("version");
    if (!version.startsWith("4.")) {
      throw root.unsupported("it is PMML " + Numbers.shorten(version) + ", and Penstock reads 4.x",
          "write it as PMML 4.4");
    }
    for (Element field : root.child("DataDictionary").children()) {
      if (field.is("DataField")) {
        if (dataFields.put(field.attribute("name"), field) != null) {
          throw field.unreadable("there are two fields of that name");
        }
      } else if (!field.is("Extension")) {
        throw field.unsupported();
      }
    }
    this.columns = new Columns(dataFields.keySet());
  }

  /**
   * Reads a document.
   *
   * @param xml the whole file
   * @param where the file's name, for refusals
   * @throws io.penstock.PenstockException if the file is damaged, or holds what is not supported
   */
  public static Graph read(byte[] xml, String where) {
    return new PmmlReader(XmlParser.parse(xml, where)).read();
  }

  private Graph read() {
    Element model = model();
    Scope scope = new Scope(null, columns);
    defineInputs(model, scope);
    scope.defineDerived(root.optionalChild("TransformationDictionary"));
    scope.defineDerived(model.optionalChild("LocalTransformations"));
    Result result = new Models(dataFields).readOutermost(model, scope);
    return columns.build(outputs(model, result));
  }

  private Element model() {
    Element model = null;
    for (Element child : root.children()) {
      if (SILENT.contains(child.name())) {
        continue;
      }
      if (!Models.isModel(child)) {
        throw child.unsupported();
      }
      if (model != null) {
        throw child.unsupported("the document holds a second model", "write one model a file");
      }
      model = child;
    }
    if (model == null) {
      throw root.unreadable("it holds no model");
    }
    return model;
  }

  /** The inputs, in the order of the data dictionary. */
  private void defineInputs(Element model, Scope scope) {
    Map<String, Element> active = new HashMap<>();
    for (Element field : model.child("MiningSchema").children("MiningField")) {
      String name = field.attribute("name");
      if (Models.isRead(field) && active.put(name, field) != null) {
        throw field.unreadable("the model reads that field twice");
      }
      if (Models.isRead(field) && !dataFields.containsKey(name)) {
        throw field.unreadable("there is no DataField of that name");
      }
    }
    dataFields.forEach(
        (name, data) -> {
          Element field = active.get(name);
          if (field != null) {
            scope.define(field, name, InputFields.input(data, field, columns));
          }
        });
  }

  private Outputs outputs(Element model, Result result) {
    if (result.isRegression()) {
      List<String> several = OutputFields.numbered("prediction", result, columns);
      List<String> predictions = several.isEmpty() ? List.of(result.column()) : several;
      return new Outputs(
          predictions.stream().map(columns::ifRequirementsHold).toList(), List.of(), List.of());
    }
    String prediction = columns.ifRequirementsHold(result.column());
    List<String> probabilities =
        result.labels().stream().map(label -> probability(label, result)).toList();
    boolean complete = probabilities.stream().allMatch(p -> p != null);
    if (result.labels().isEmpty()) {
      throw model.unreadable("it has no classes");
    }
    return new Outputs(
        List.of(prediction), result.labels(), complete ? probabilities : List.of());
  }

  private String probability(String label, Result result) {
    if (result.outputs().get("probability(" + label + ")") instanceof Num num) {
      return columns.column(num.operand());
    }
    return result.probabilities().get(label);
  }
}
