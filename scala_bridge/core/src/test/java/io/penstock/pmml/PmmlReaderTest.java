package io.penstock.pmml;

import static io.penstock.pmml.PmmlFile.document;
import static io.penstock.pmml.PmmlFile.expression;
import static io.penstock.pmml.PmmlFile.predict;
import static io.penstock.pmml.PmmlFile.regression;
import static io.penstock.pmml.PmmlFile.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.TreeEnsemble;
import io.penstock.score.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PmmlReaderTest {
  private static final String ROOT = "<Node><True/>";

  @Test
  void inputsAreTheFieldsThatTheModelReadsInTheOrderOfTheDictionary() {
    String schema =
        "<MiningField name=\"t\" usageType=\"supplementary\"/><MiningField name=\"x\"/>";
    Graph graph = PmmlFile.read(document(regression(schema, "", "x")));
    assertEquals(
        List.of(new Column("x", Kind.NUMBER), new Column("t", Kind.STRING)), graph.inputs());
  }

  @Test
  void aMissingValueMakesTheResultMissingUnlessReplaced() {
    String plain = document(regression("<MiningField name=\"x\"/>", "", "x"));
    assertEquals(7.0, PmmlFile.score(plain, Map.of("x", 3)).prediction());
    assertEquals(Double.NaN, PmmlFile.score(plain, Map.of("x", Double.NaN)).prediction());
    String filled =
        document(
            regression("<MiningField name=\"x\" missingValueReplacement=\"-4\"/>", "", "x"));
    assertEquals(-7.0, PmmlFile.score(filled, Map.of("x", Double.NaN)).prediction());
  }

  @Test
  void aFloatFieldRoundsOnce() {
    String xml =
        document(
            "<DataField name=\"x\" optype=\"continuous\" dataType=\"float\"/>",
            regression("<MiningField name=\"x\"/>", "", "x"));
    assertEquals(2.0 * 0.1f + 1, PmmlFile.score(xml, Map.of("x", 0.1)).prediction());
  }

  @Test
  void treesOverFloatFieldsCompareInFloat() {
    String xml =
        document(
            "<DataField name=\"x\" optype=\"continuous\" dataType=\"float\"/>",
            "<TreeModel functionName=\"regression\"><MiningSchema><MiningField name=\"x\"/>"
                + "</MiningSchema>" + ROOT
                + "<Node score=\"1\"><SimplePredicate field=\"x\" operator=\"lessOrEqual\""
                + " value=\"0.1\"/></Node><Node score=\"2\"><SimplePredicate field=\"x\""
                + " operator=\"greaterThan\" value=\"0.1\"/></Node></Node></TreeModel>");
    TreeEnsemble ensemble =
        (TreeEnsemble)
            PmmlFile.read(xml).nodes().stream()
                .filter(TreeEnsemble.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertEquals(TreeEnsemble.Compare.FLOAT32, ensemble.compare());
    assertEquals(List.of("x"), ensemble.inputs());
    assertEquals(1.0, PmmlFile.score(xml, Map.of("x", 0.1)).prediction());
    assertEquals(1.0, PmmlFile.score(xml, Map.of("x", (double) 0.1f)).prediction());
    assertEquals(2.0, PmmlFile.score(xml, Map.of("x", 0.10000001)).prediction());
  }

  private static String split(String value, String missing, String left, String right) {
    return ROOT.replace("<Node>", "<Node id=\"0\"" + missing + ">")
        + "<Node id=\"1\" score=\"1\"><SimplePredicate field=\"x\" operator=\"" + left
        + "\" value=\"" + value + "\"/></Node>"
        + "<Node id=\"2\" score=\"2\"><SimplePredicate field=\"x\" operator=\"" + right
        + "\" value=\"" + value + "\"/></Node></Node>";
  }

  @Test
  void operatorsAtTheirThreshold() {
    String[][] cases = {
      {"lessOrEqual", "greaterThan", "1", "1", "2"},
      {"lessThan", "greaterOrEqual", "1", "2", "2"},
      {"greaterThan", "lessOrEqual", "2", "2", "1"},
      {"greaterOrEqual", "lessThan", "2", "1", "1"},
      {"equal", "notEqual", "2", "1", "2"},
    };
    for (String[] c : cases) {
      String xml = document(tree("", split("0.5", "", c[0], c[1])));
      assertEquals(Double.valueOf(c[2]), predict(xml, Math.nextDown(0.5), 0.0, ""), c[0]);
      assertEquals(Double.valueOf(c[3]), predict(xml, 0.5, 0.0, ""), c[0]);
      assertEquals(Double.valueOf(c[4]), predict(xml, Math.nextUp(0.5), 0.0, ""), c[0]);
      assertEquals(Double.NaN, predict(xml, null, 0.0, ""), c[0]);
    }
  }

  @Test
  void aMissingValueInATreeGoesWhereTheStrategySays() {
    String second = split("0.5", " defaultChild=\"2\"", "lessOrEqual", "greaterThan");
    String first = split("0.5", " defaultChild=\"1\"", "lessOrEqual", "greaterThan");
    String scored = split("0.5", " score=\"9\"", "lessOrEqual", "greaterThan");
    String byDefault = "missingValueStrategy=\"defaultChild\"";
    assertEquals(2.0, predict(document(tree(byDefault, second)), null, 0.0, ""));
    assertEquals(1.0, predict(document(tree(byDefault, first)), null, 0.0, ""));
    String last = "missingValueStrategy=\"lastPrediction\"";
    assertEquals(9.0, predict(document(tree(last, scored)), null, 0.0, ""));
    String none = "missingValueStrategy=\"nullPrediction\"";
    assertEquals(Double.NaN, predict(document(tree(none, scored)), null, 0.0, ""));
    String lastChild = "noTrueChildStrategy=\"returnLastPrediction\"";
    assertEquals(9.0, predict(document(tree(lastChild, scored)), null, 0.0, ""));
    assertEquals(1.0, predict(document(tree(lastChild, scored)), 0.5, 0.0, ""));
  }

  @Test
  void aSplitWithADefaultChildIsOneNode() {
    String xml =
        document(
            tree(
                "missingValueStrategy=\"defaultChild\"",
                split("0.5", " defaultChild=\"1\"", "lessOrEqual", "greaterThan")));
    TreeEnsemble ensemble = (TreeEnsemble) PmmlFile.read(xml).nodes().get(0);
    assertEquals(3, ensemble.trees().get(0).nodeCount());
  }

  @Test
  void setsAndTextInTrees() {
    String nodes =
        ROOT
            + "<Node score=\"1\">"
            + "<SimpleSetPredicate field=\"t\" booleanOperator=\"isIn\">"
            + "<Array n=\"3\" type=\"string\">a \"b c\" \"\\\"\"</Array>"
            + "</SimpleSetPredicate></Node>"
            + "<Node score=\"2\"><SimplePredicate field=\"t\" operator=\"isMissing\"/></Node>"
            + "<Node score=\"3\"><CompoundPredicate booleanOperator=\"surrogate\">"
            + "<SimplePredicate field=\"x\" operator=\"greaterThan\" value=\"0\"/>"
            + "<SimplePredicate field=\"y\" operator=\"greaterThan\" value=\"0\"/>"
            + "</CompoundPredicate></Node>"
            + "<Node score=\"4\"><True/></Node></Node>";
    String xml = document(tree("", nodes));
    assertEquals(1.0, predict(xml, 1.0, 1.0, "a"));
    assertEquals(1.0, predict(xml, 1.0, 1.0, "b c"));
    assertEquals(1.0, predict(xml, 1.0, 1.0, "\""));
    assertEquals(2.0, predict(xml, 1.0, 1.0, null));
    assertEquals(3.0, predict(xml, 1.0, -1.0, "z"));
    assertEquals(3.0, predict(xml, null, 1.0, "z"));
    assertEquals(4.0, predict(xml, null, -1.0, "z"));
    assertEquals(4.0, predict(xml, null, null, "z"));
  }

  @Test
  void aTextThatIsNotValidRefusesTheRow() {
    String fields =
        "<DataField name=\"t\" optype=\"categorical\" dataType=\"string\"><Value value=\"a\"/>"
            + "<Value value=\"b\"/><Value value=\"none\" property=\"missing\"/></DataField>";
    String model =
        """
        <RegressionModel functionName="regression"><MiningSchema>
        <MiningField name="t" %s/></MiningSchema><RegressionTable intercept="1">
        <CategoricalPredictor name="t" value="a" coefficient="10"/>
        <CategoricalPredictor name="t" value="b" coefficient="20"/>
        </RegressionTable></RegressionModel>
        """;
    String strict = document(fields, model.formatted(""));
    assertEquals(21.0, PmmlFile.score(strict, Map.of("t", "b")).prediction());
    assertEquals(1.0, PmmlFile.score(strict, Map.of("t", "none")).prediction());
    assertEquals(Refusal.UNKNOWN_CATEGORY, PmmlFile.score(strict, Map.of("t", "c")).refusal());
    String asIs = document(fields, model.formatted("invalidValueTreatment=\"asIs\""));
    assertEquals(1.0, PmmlFile.score(asIs, Map.of("t", "c")).prediction());
    String replaced =
        document(
            fields,
            model.formatted(
                "invalidValueTreatment=\"asMissing\" missingValueReplacement=\"a\""));
    assertEquals(11.0, PmmlFile.score(replaced, Map.of("t", "c")).prediction());
    assertEquals(11.0, PmmlFile.score(replaced, Map.of("t", "none")).prediction());
    assertEquals(21.0, PmmlFile.score(replaced, Map.of("t", "b")).prediction());
  }

  @Test
  void minAndMaxPassOverMissingValues() {
    String min = expression("<Apply function=\"min\"><FieldRef field=\"x\"/>"
        + "<FieldRef field=\"y\"/></Apply>");
    assertEquals(7.0, predict(min, 3.0, 4.0, ""));
    assertEquals(9.0, predict(min, null, 4.0, ""));
    assertEquals(Double.NaN, predict(min, null, null, ""));
  }

  @Test
  void aConstantWithoutATypeIsAnIntegerIfItLooksLikeOne() {
    String quotient = expression("<Apply function=\"/\"><FieldRef field=\"x\"/>"
        + "<Constant>2</Constant></Apply>");
    assertEquals(4.0, predict(quotient, 3.0, 0.0, ""));
  }

  @Test
  void aClassificationNamesItsClassesInTheOrderOfTheTarget() {
    String fields =
        "<DataField name=\"k\" optype=\"categorical\" dataType=\"string\"><Value value=\"no\"/>"
            + "<Value value=\"yes\"/></DataField>"
            + "<DataField name=\"x\" optype=\"continuous\" dataType=\"double\"/>";
    String model =
        """
        <RegressionModel functionName="classification" normalizationMethod="logit">
        <MiningSchema><MiningField name="k" usageType="target"/><MiningField name="x"/>
        </MiningSchema>
        <RegressionTable intercept="0" targetCategory="yes">
        <NumericPredictor name="x" coefficient="1"/></RegressionTable>
        <RegressionTable intercept="0" targetCategory="no"/>
        </RegressionModel>
        """;
    String xml = document(fields, model);
    Graph graph = PmmlFile.read(xml);
    assertEquals(List.of("no", "yes"), graph.outputs().labels());
    assertEquals(2, graph.outputs().probabilities().size());
    assertEquals("yes", PmmlFile.score(xml, Map.of("x", 1)).prediction());
    assertEquals("no", PmmlFile.score(xml, Map.of("x", -1)).prediction());
    assertEquals("yes", PmmlFile.score(xml, Map.of("x", 0)).prediction(), "the first table's");
    assertEquals(
        Refusal.MISSING_VALUE, PmmlFile.score(xml, Map.of("x", Double.NaN)).refusal());
  }
}
