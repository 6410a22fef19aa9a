package io.penstock.bundle;

import static io.penstock.bundle.BundleFile.leaf;
import static io.penstock.bundle.BundleFile.split;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.TreeEnsemble;
import io.penstock.score.Refusal;
import io.penstock.score.Score;
import io.penstock.score.Scorer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BundleReaderTest {
  private static final String INDEXER =
      "{\"labels\":{\"type\":\"list\",\"string\":[\"a\",\"b\"]},"
          + "\"handle_invalid\":{\"string\":\"%s\"}}";

  @Test
  void theColumnsThatNoNodeMakesAreTheInputs() {
    Graph graph = BundleFile.linear().read();
    assertEquals(
        List.of(new Column("x", Kind.NUMBER), new Column("y", Kind.NUMBER)), graph.inputs());
    assertEquals(List.of("prediction"), graph.outputs().predictions());
    assertEquals(List.of(), graph.outputs().labels());
  }

  @Test
  void aLinearRegressionIsASum() {
    assertEquals(2 * 10.0 - 3 * 4.0 + 0.5, BundleFile.linear().predict(Map.of("x", 10, "y", 4)));
  }

  @Test
  void aZeroThatMleapLeavesOutIsZero() {
    BundleFile bundle = BundleFile.linear();
    String model = "root/linear.node/model.json";
    bundle.entry(
        model,
        "{\"op\":\"linear_regression\",\"attributes\":{\"coefficients\":{\"type\":\"tensor\","
            + "\"double\":[2,-3.0],\"shape\":{\"dimensions\":[{\"size\":2}]}},\"intercept\":{}}}");
    assertEquals(8.0, bundle.predict(Map.of("x", 10, "y", 4)));
  }

  @Test
  void aTreeSendsEqualLeftAndMissingRight() {
    BundleFile bundle =
        BundleFile.tree(split(0, "0.5"), leaf("1"), split(1, "1e400"), leaf("2"), leaf("3"));
    assertEquals(1.0, bundle.predict(Map.of("x", 0.5, "y", 0)));
    assertEquals(2.0, bundle.predict(Map.of("x", Math.nextUp(0.5), "y", Double.POSITIVE_INFINITY)));
    assertEquals(2.0, bundle.predict(Map.of("x", Double.NaN, "y", 0)));
    assertEquals(3.0, bundle.predict(Map.of("x", Double.NaN, "y", Double.NaN)));
  }

  @Test
  void labelsComeFromTheReverseIndexer() {
    BundleFile bundle =
        BundleFile.tree(split(0, "0"), leaf("0"), leaf("1"))
            .node("label", "reverse_string_indexer",
                "{\"labels\":{\"type\":\"list\",\"string\":[\"no\",\"yes\"]}}",
                Map.of("input", "prediction"), Map.of("output", "label"))
            .entry("root/node.json",
                "{\"name\":\"root\",\"shape\":{\"inputs\":[],\"outputs\":"
                    + "[{\"name\":\"label\",\"port\":\"prediction\"}]}}");
    assertEquals(List.of("no", "yes"), bundle.read().outputs().labels());
    assertEquals("yes", bundle.predict(Map.of("x", 1, "y", 0)));
  }

  @Test
  void aPredictionOfAnotherNameIsTheLastNodes() {
    BundleFile bundle =
        new BundleFile()
            .node("abs", "math_unary", "{\"operation\":{\"string\":\"abs\"}}",
                Map.of("input", "x"), Map.of("output", "size"));
    assertEquals(3.0, bundle.predict(Map.of("x", -3)));
  }

  @Test
  void anInputOfThatNameIsNotThePrediction() {
    BundleFile bundle =
        new BundleFile()
            .node("abs", "math_unary", "{\"operation\":{\"string\":\"abs\"}}",
                Map.of("input", "prediction"), Map.of("output", "size"));
    assertEquals(3.0, bundle.predict(Map.of("prediction", -3)));
  }

  @Test
  void anUnseenTextIsKeptOrRefusesTheRow() {
    Map<String, Object> nothing = new HashMap<>();
    nothing.put("t", null);
    BundleFile keep = indexer("keep");
    assertEquals(1.0, keep.predict(Map.of("t", "b")));
    assertEquals(2.0, keep.predict(Map.of("t", "c")));
    assertEquals(2.0, keep.predict(nothing));
    Score refused = Scorer.compile(indexer("error").read(), null).score(Map.of("t", "c"));
    assertEquals(Refusal.UNKNOWN_CATEGORY, refused.refusal());
    assertNull(refused.prediction());
  }

  private static BundleFile indexer(String invalid) {
    return new BundleFile()
        .node("index", "string_indexer", INDEXER.formatted(invalid), Map.of("input", "t"),
            Map.of("output", "prediction"));
  }

  @Test
  void anIndexedTextIsEncodedStraightFromTheText() {
    BundleFile bundle =
        new BundleFile()
            .node("index", "string_indexer", INDEXER.formatted("keep"), Map.of("input", "t"),
                Map.of("output", "i"))
            .node("encode", "one_hot_encoder",
                "{\"category_sizes\":{\"type\":\"list\",\"int\":[2]},"
                    + "\"handle_invalid\":{\"string\":\"keep\"},\"drop_last\":{\"boolean\":true}}",
                Map.of("input0", "i"), Map.of("output0", "prediction"));
    assertEquals(
        1,
        bundle.read().nodes().stream()
            .filter(n -> n instanceof Node.OneHotEncoder e && e.input().equals("t"))
            .count());
    assertArrayEquals(new double[] {0, 1}, (double[]) bundle.predict(Map.of("t", "b")));
    assertArrayEquals(new double[] {0, 0}, (double[]) bundle.predict(Map.of("t", "zz")));
  }

  @Test
  void namesThatTheReaderMakesAvoidThoseOfTheBundle() {
    BundleFile bundle =
        new BundleFile()
            .assembler("v", "w[0]", "w[1]")
            .node("times", "elementwise_product",
                "{\"scaling_vec\":{\"type\":\"tensor\",\"double\":[2,3],"
                    + "\"shape\":{\"dimensions\":[{\"size\":2}]}}}",
                Map.of("input", "v"), Map.of("output", "w"))
            .assembler("prediction", "w[1]", "w[0]");
    assertArrayEquals(
        new double[] {7, 5}, (double[]) bundle.predict(Map.of("w[0]", 5, "w[1]", 7)));
  }

  @Test
  void treesThatDifferOnlyInTheirLeavesAreWalkedOnce() {
    String model = "{\"num_features\":{\"long\":2}}";
    BundleFile bundle = BundleFile.tree(split(0, "0.5"), leaf("1"), leaf("2"));
    for (String other : List.of("same", "differs")) {
      String threshold = other.equals("same") ? "0.5" : "0.75";
      bundle
          .node(other, "decision_tree_regression", model, Map.of("features", "v"),
              Map.of("prediction", other))
          .entry("root/" + other + ".node/tree.json",
              String.join("\n", split(0, threshold), leaf("10"), leaf("20")));
    }
    bundle
        .assembler("all", "prediction", "same", "differs")
        .entry("root/node.json",
            "{\"name\":\"root\",\"shape\":{\"inputs\":[],\"outputs\":"
                + "[{\"name\":\"all\",\"port\":\"prediction\"}]}}");
    List<TreeEnsemble> ensembles =
        bundle.read().nodes().stream()
            .filter(TreeEnsemble.class::isInstance)
            .map(TreeEnsemble.class::cast)
            .toList();
    assertEquals(2, ensembles.size());
    assertEquals(List.of("prediction", "same"), ensembles.get(0).outputs());
    assertArrayEquals(
        new double[] {1, 10, 10}, (double[]) bundle.predict(Map.of("x", 0.5, "y", 0)));
    assertArrayEquals(
        new double[] {2, 20, 10}, (double[]) bundle.predict(Map.of("x", 0.6, "y", 0)));
  }
}
