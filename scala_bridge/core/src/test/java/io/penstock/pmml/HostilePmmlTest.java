package io.penstock.pmml;

import static io.penstock.pmml.PmmlFile.document;
import static io.penstock.pmml.PmmlFile.expression;
import static io.penstock.pmml.PmmlFile.predict;
import static io.penstock.pmml.PmmlFile.regression;
import static io.penstock.pmml.PmmlFile.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.score.Scorer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the file, the reader either understands it or says in one sentence why not. */
class HostilePmmlTest {
  private static final String X = "<MiningField name=\"x\"/>";
  private static final String GOOD = document(regression(X, "", "x"));

  private static PenstockException refuse(byte[] xml) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertThrows(PenstockException.class, () -> PmmlReader.read(xml, "test.pmml")));
  }

  private static void refuses(String xml, ErrorClass errorClass, String... words) {
    PenstockException e = refuse(xml.getBytes(StandardCharsets.UTF_8));
    assertEquals(errorClass, e.errorClass(), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
    assertTrue(e.getMessage().startsWith("[" + errorClass.code() + "] test.pmml"), e.getMessage());
    assertTrue(e.getMessage().endsWith("."), e.getMessage());
  }

  private static void damaged(String xml, String... words) {
    refuses(xml, ErrorClass.MODEL_UNREADABLE, words);
  }

  private static void unsupported(String xml, String... words) {
    refuses(xml, ErrorClass.FORMAT_UNSUPPORTED, words);
  }

  @Test
  void aFileThatBreaksOffAnywhere() {
    byte[] whole = GOOD.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length += 3) {
      assertEquals(
          ErrorClass.MODEL_UNREADABLE, refuse(Arrays.copyOf(whole, length)).errorClass());
    }
  }

  @Test
  void aFileWithAByteChanged() {
    String nodes = "<Node><True/><Node score=\"1\"><SimplePredicate field=\"x\""
        + " operator=\"lessOrEqual\" value=\"1\"/></Node><Node score=\"2\"><True/></Node></Node>";
    byte[] whole = document(tree("", nodes)).getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 + random.nextInt(127));
      try {
        Scorer.compile(PmmlReader.read(changed, "test.pmml"), null);
      } catch (PenstockException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }

  @Test
  void aDoctypeReadsNoFileAndExpandsNothing(@TempDir Path folder) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "42");
    String external = "<!DOCTYPE PMML [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>";
    damaged(withDoctype(external, "&e;"), "DOCTYPE");
    StringBuilder laughs = new StringBuilder("<!DOCTYPE PMML [<!ENTITY e0 \"ha\">");
    for (int i = 1; i <= 30; i++) {
      String previous = "&e" + (i - 1) + ";";
      laughs.append("<!ENTITY e" + i + " \"" + previous.repeat(10) + "\">");
    }
    damaged(withDoctype(laughs + "]>", "&e30;"), "DOCTYPE");
    String parameter = "<!DOCTYPE PMML [<!ENTITY % p SYSTEM \"" + secret.toUri() + "\"> %p;]>";
    damaged(withDoctype(parameter, ""), "DOCTYPE");
    damaged(withDoctype("<!DOCTYPE PMML SYSTEM \"" + secret.toUri() + "\">", ""), "DOCTYPE");
    damaged(GOOD.replace("<Header/>", "<Header>&e;</Header>"));
  }

  private static String withDoctype(String doctype, String text) {
    return GOOD.replace("?>", "?>" + doctype).replace("<Header/>", "<Header>" + text + "</Header>");
  }

  @Test
  void noPmmlAtAll() {
    refuse(new byte[0]);
    refuse(new byte[10_000]);
    damaged("<html/>", "not PMML");
    damaged(GOOD + "<PMML/>");
    unsupported(GOOD.replace("version=\"4.4\"", "version=\"3.2\""), "PMML 3.2");
    damaged(document(""), "no model");
    unsupported(document(regression(X, "", "x").repeat(2)), "second model");
  }

  @Test
  void bytesThatAreNotUtf8() {
    byte[] latin = GOOD.replace("<Header/>", "<Header copyright=\"\u00e9\"/>")
        .getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(refuse(latin).getMessage().contains("UTF-8"));
    String declared = new String(latin, StandardCharsets.ISO_8859_1).replace("UTF-8", "ISO-8859-1");
    PmmlReader.read(declared.getBytes(StandardCharsets.ISO_8859_1), "test.pmml");
  }

  @Test
  void nestingWithoutEnd() {
    String deep = "<Extension>".repeat(200_000) + "</Extension>".repeat(200_000);
    damaged(GOOD.replace("<Header/>", deep), "nested more than");
    String apply = "<Apply function=\"exp\">".repeat(2000) + "<FieldRef field=\"x\"/>"
        + "</Apply>".repeat(2000);
    damaged(expression(apply), "nested more than");
    String and = "<CompoundPredicate booleanOperator=\"and\"><True/>".repeat(1000)
        + "<True/>" + "</CompoundPredicate>".repeat(1000);
    damaged(document(tree("", "<Node score=\"1\">" + and + "</Node>")), "nested more than");
  }

  @Test
  void aDeepTreeThatIsRead() {
    String nodes =
        "<Node score=\"1\"><True/>".repeat(3000) + "</Node>".repeat(3000);
    assertEquals(1.0, predict(document(tree("", nodes)), 1.0, 1.0, ""));
  }

  @Test
  void whatIsNotComputed() {
    unsupported(
        document("<NeuralNetwork functionName=\"regression\"/>"), "line", "NeuralNetwork");
    unsupported(expression("<Discretize field=\"x\"/>"), "Discretize");
    unsupported(expression("<Apply function=\"pow\"><FieldRef field=\"x\"/></Apply>"), "'pow'");
    unsupported(document(tree("missingValueStrategy=\"aggregateNodes\"",
        "<Node score=\"1\"><True/></Node>")), "aggregateNodes");
    unsupported(document(tree("x-mathContext=\"float\"", "<Node score=\"1\"><True/></Node>")),
        "float precision");
    unsupported(GOOD.replace("functionName=\"regression\"", "functionName=\"clustering\""),
        "clustering");
  }

  @Test
  void fieldsThatAreNotThereOrThereTwice() {
    damaged(document(regression(X, "", "z")), "'z'", "not there");
    damaged(document(regression("<MiningField name=\"z\"/>", "", "x")), "no DataField");
    damaged(document(regression(X + X, "", "x")), "reads that field twice");
    damaged(
        GOOD.replace("<DataField name=\"y\"", "<DataField name=\"x\""), "two fields of that name");
    String derived =
        "<DerivedField name=\"%s\" optype=\"continuous\" dataType=\"double\">"
            + "<FieldRef field=\"%s\"/></DerivedField>";
    String loop = "<LocalTransformations>" + derived.formatted("a", "b")
        + derived.formatted("b", "a") + "</LocalTransformations>";
    damaged(document(regression(X, loop, "a")), "computed from itself");
    String twice = "<LocalTransformations>" + derived.formatted("a", "x").repeat(2)
        + "</LocalTransformations>";
    damaged(document(regression(X, twice, "a")), "a second time");
    String shadow = "<LocalTransformations>" + derived.formatted("x", "y")
        + "</LocalTransformations>";
    damaged(document(regression(X, shadow, "x")), "a second time");
  }

  @Test
  void numbersThatAreNone() {
    for (String number : new String[] {"", "a", "NaN", "1e400", "0x10", "1d", "1_0", "--1"}) {
      damaged(GOOD.replace("coefficient=\"2\"", "coefficient=\"" + number + "\""), "coefficient");
    }
    String node = "<Node><True/><Node score=\"%s\"><SimplePredicate field=\"x\""
        + " operator=\"lessThan\" value=\"%s\"/></Node></Node>";
    damaged(document(tree("", node.formatted("1", "NaN"))), "not a number");
    damaged(document(tree("", node.formatted("one", "1"))), "score", "not a number");
    damaged(expression("<Constant dataType=\"double\">one</Constant>"), "not a number");
  }

  @Test
  void treesThatContradictThemselves() {
    damaged(document(tree("", "")), "no Node");
    damaged(document(tree("", "<Node score=\"1\"/>")), "no predicate");
    damaged(document(tree("", "<Node score=\"1\"><True/><True/></Node>")), "two predicates");
    unsupported(document(tree("", "<Node score=\"1\"><False/></Node>")), "root");
    String split = "<Node %s><True/><Node id=\"1\" score=\"1\"><SimplePredicate field=\"x\""
        + " operator=\"lessOrEqual\" value=\"1\"/></Node><Node id=\"2\" score=\"2\">"
        + "<SimplePredicate field=\"x\" operator=\"greaterThan\" value=\"1\"/></Node></Node>";
    damaged(
        document(tree("missingValueStrategy=\"defaultChild\"",
            split.formatted("defaultChild=\"7\""))),
        "defaultChild");
    damaged(
        document(tree("missingValueStrategy=\"defaultChild\"", split.formatted(""))),
        "defaultChild");
  }

  @Test
  void aLongChainOfDerivedFields() {
    StringBuilder fields = new StringBuilder();
    int length = 20_000;
    for (int i = length; i > 0; i--) {
      fields.append("<DerivedField name=\"d" + i + "\" optype=\"continuous\" dataType=\"double\">"
          + "<Apply function=\"+\"><FieldRef field=\"" + (i == 1 ? "x" : "d" + (i - 1))
          + "\"/><Constant dataType=\"double\">1</Constant></Apply></DerivedField>");
    }
    String xml =
        document(
            regression(
                X, "<LocalTransformations>" + fields + "</LocalTransformations>", "d" + length));
    assertEquals(2.0 * length + 1, PmmlFile.score(xml, Map.of("x", 0)).prediction());
  }

  @Test
  void attributesOfOneEngineOnly() {
    unsupported(
        GOOD.replace("<MiningField name=\"x\"", "<MiningField name=\"x\" x-lowest=\"3\""),
        "x-lowest");
  }
}
