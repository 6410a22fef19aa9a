package io.penstock.pmml;

import io.penstock.graph.Graph;
import io.penstock.score.Score;
import io.penstock.score.Scorer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** PMML documents put together by hand. */
final class PmmlFile {
  static final String WHERE = "test.pmml";

  private PmmlFile() {}

  /** A document over the double fields x and y, the text t and the given models. */
  static String document(String models) {
    return document(
        """
        <DataField name="x" optype="continuous" dataType="double"/>
        <DataField name="y" optype="continuous" dataType="double"/>
        <DataField name="t" optype="categorical" dataType="string"/>
        """,
        models);
  }

  static String document(String dataFields, String models) {
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
        <Header/>
        <DataDictionary>%s</DataDictionary>
        %s
        </PMML>
        """
        .formatted(dataFields, models);
  }

  /** A regression 2 f + 1 over the field f, which the transformations may define. */
  static String regression(String schema, String transformations, String field) {
    return """
        <RegressionModel functionName="regression">
        <MiningSchema>%s</MiningSchema>
        %s
        <RegressionTable intercept="1"><NumericPredictor name="%s" coefficient="2"/>\
        </RegressionTable>
        </RegressionModel>
        """
        .formatted(schema, transformations, field);
  }

  /** A regression tree over x, y and t. */
  static String tree(String attributes, String nodes) {
    return """
        <TreeModel functionName="regression" %s>
        <MiningSchema>
        <MiningField name="x"/><MiningField name="y"/><MiningField name="t"/>
        </MiningSchema>
        %s
        </TreeModel>
        """
        .formatted(attributes, nodes);
  }

  /** A regression 2 e + 1 over an expression of x, y and t. */
  static String expression(String expression) {
    return document(
        regression(
            "<MiningField name=\"x\"/><MiningField name=\"y\"/><MiningField name=\"t\"/>",
            "<LocalTransformations><DerivedField name=\"e\" optype=\"continuous\""
                + " dataType=\"double\">" + expression + "</DerivedField></LocalTransformations>",
            "e"));
  }

  static Graph read(String xml) {
    return PmmlReader.read(xml.getBytes(StandardCharsets.UTF_8), WHERE);
  }

  static Score score(String xml, Map<String, ?> row) {
    return Scorer.compile(read(xml), null).score(row);
  }

  /** The prediction for x, y and t. */
  static Object predict(String xml, Double x, Double y, String t) {
    Map<String, Object> row = new HashMap<>();
    row.put("x", x);
    row.put("y", y);
    row.put("t", t);
    return score(xml, row).prediction();
  }
}
