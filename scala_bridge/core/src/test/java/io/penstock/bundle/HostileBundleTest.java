package io.penstock.bundle;

import static io.penstock.bundle.BundleFile.leaf;
import static io.penstock.bundle.BundleFile.split;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.score.Scorer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the file, the reader either understands it or says in one sentence why not. */
class HostileBundleTest {
  private static final String MODEL = "root/linear.node/model.json";
  private static final String TREE = "root/tree.node/tree.json";

  private static PenstockException refuse(byte[] zip) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertThrows(PenstockException.class, () -> BundleReader.read(zip, "test.zip")));
  }

  private static void refuses(BundleFile bundle, ErrorClass errorClass, String... words) {
    PenstockException e = refuse(bundle.zip());
    assertEquals(errorClass, e.errorClass(), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
    assertTrue(e.getMessage().startsWith("[" + errorClass.code() + "] test.zip"), e.getMessage());
    assertTrue(e.getMessage().endsWith("."), e.getMessage());
  }

  private static void damaged(BundleFile bundle, String... words) {
    refuses(bundle, ErrorClass.MODEL_UNREADABLE, words);
  }

  private static void unsupported(BundleFile bundle, String... words) {
    refuses(bundle, ErrorClass.FORMAT_UNSUPPORTED, words);
  }

  @Test
  void aFileThatBreaksOffAnywhere() {
    byte[] whole = BundleFile.tree(split(0, "0.5"), leaf("1"), leaf("2")).zip();
    for (int length = 0; length < whole.length; length += 7) {
      assertEquals(
          ErrorClass.MODEL_UNREADABLE, refuse(Arrays.copyOf(whole, length)).errorClass());
    }
  }

  @Test
  void aFileWithAByteChanged() {
    byte[] whole = BundleFile.tree(split(0, "0.5"), leaf("1"), leaf("2")).zip();
    Random random = new Random(7);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 + random.nextInt(255));
      try {
        Scorer.compile(BundleReader.read(changed, "test.zip"), null);
      } catch (PenstockException e) {
        assertTrue(e.getMessage().contains("test.zip"), e.getMessage());
      }
    }
  }

  @Test
  void aFileWithMoreBehindIt() {
    byte[] whole = BundleFile.linear().zip();
    refuse(Arrays.copyOf(whole, whole.length + 1));
  }

  @Test
  void noZipAtAll() {
    refuse(new byte[0]);
    refuse("PK\3\4".getBytes(StandardCharsets.ISO_8859_1));
    refuse(new byte[100_000]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../b", "/etc/passwd", "a\\b", "./bundle.json", "a/."})
  void aNameThatPointsOutOfTheArchive(String name) {
    damaged(BundleFile.linear().entry(name, "x"), "points out of the archive");
  }

  @Test
  void twoEntriesOfOneName() {
    byte[] zip = BundleFile.linear().entry("root/Aode.json", "{}").zip();
    byte[] twice =
        new String(zip, StandardCharsets.ISO_8859_1)
            .replace("root/Aode.json", "root/node.json")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(refuse(twice).getMessage().contains("root/node.json twice"));
  }

  @Test
  void twoEntriesOverTheSameBytes() {
    byte[] zip = BundleFile.linear().entry("zz", "some text that stays").zip();
    int end = zip.length - 22;
    int last = end - 46 - 2; // the directory's line of the entry zz
    System.arraycopy(new byte[4], 0, zip, last + 42, 4);
    refuse(zip);
  }

  @Test
  void anEntryThatUnpacksToFarMore() {
    String blanks = " ".repeat(40 << 20);
    damaged(BundleFile.linear().entry(MODEL, blanks + "{}"), MODEL, "200 times its packed size");
  }

  @Test
  void anEntryThatIsNotThere() {
    damaged(BundleFile.tree().entry("root/model.json",
        "{\"op\":\"pipeline\",\"attributes\":{\"nodes\":{\"type\":\"list\","
            + "\"string\":[\"../../x\"]}}}"), "there is no root/../../x.node/node.json");
  }

  @Test
  void jsonThatIsNotStrict() {
    damaged(BundleFile.linear().entry(MODEL, "{\"op\":\"a\",\"op\":\"b\"}"), MODEL, "Duplicate");
    damaged(BundleFile.linear().entry(MODEL, "{\"op\":\"a\"} x"), MODEL);
    damaged(BundleFile.linear().entry(MODEL, "{\"op\":NaN}"), MODEL);
    damaged(BundleFile.linear().entry(MODEL, "[]"), MODEL, "not a JSON object");
    damaged(BundleFile.linear().entry(MODEL, "{\"op\":3}"), "names no op");
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    damaged(BundleFile.linear().entry(MODEL, "{\"op\":\"x\",\"attributes\":" + deep + "}"), MODEL);
  }

  @Test
  void anOpThatIsNotComputed() {
    unsupported(
        BundleFile.linear().entry(MODEL, "{\"op\":\"word2vec\",\"attributes\":{}}"),
        "root/linear.node", "'word2vec'", "use a model of these ops");
  }

  @Test
  void aBundleInTheOtherFormat() {
    unsupported(BundleFile.linear().entry("bundle.json", "{\"format\":\"protobuf\"}"), "protobuf");
  }

  @Test
  void attributesThatAreMissingOrOfTheWrongKind() {
    damaged(linear("{}"), MODEL, "'coefficients' is missing");
    damaged(linear("{\"coefficients\":{\"double\":3}}"), "tensor of doubles");
    damaged(linear("{\"coefficients\":" + tensor("1,2,3", 2) + "}"), "fill its shape");
    damaged(linear("{\"coefficients\":" + tensor("1,1e400", 2) + "}"), "finite");
    damaged(linear("{\"coefficients\":" + tensor("1,\"a\"", 2) + "}"), "numbers");
    damaged(linear("{\"coefficients\":" + tensor("1", 1) + ",\"intercept\":{}}"),
        "expects 1 features and 'v' has 2");
    damaged(linear("{\"coefficients\":" + tensor("1,2", 2) + ",\"intercept\":{\"long\":3}}"),
        "'intercept' is not a double");
    damaged(linear("{\"coefficients\":" + tensor("", 2_000_000_000) + "}"), "fill its shape");
  }

  private static BundleFile linear(String attributes) {
    return BundleFile.linear()
        .entry(MODEL, "{\"op\":\"linear_regression\",\"attributes\":" + attributes + "}");
  }

  private static String tensor(String values, int size) {
    return "{\"type\":\"tensor\",\"double\":[" + values + "],\"shape\":{\"dimensions\":[{\"size\":"
        + size + "}]}}";
  }

  @Test
  void treesThatAreNone() {
    damaged(BundleFile.tree(""), TREE, "breaks off");
    damaged(BundleFile.tree(split(0, "1"), leaf("1")), TREE, "breaks off");
    damaged(BundleFile.tree(leaf("1"), leaf("1")), TREE, "more behind");
    damaged(BundleFile.tree(split(2, "1"), leaf("1"), leaf("1")), TREE, "outside the 2 given");
    damaged(BundleFile.tree(split(-1, "1"), leaf("1"), leaf("1")), TREE, "outside the 2 given");
    damaged(BundleFile.tree(split(0, "NaN"), leaf("1"), leaf("1")), TREE);
    damaged(BundleFile.tree(split(0, "null"), leaf("1"), leaf("1")), TREE);
    damaged(BundleFile.tree(leaf("")), TREE, "do not fit");
    damaged(BundleFile.tree("{\"type\":\"leaf\"}"), TREE, "neither a split nor a leaf");
    damaged(BundleFile.tree("{\"type\":\"loop\"}"), TREE, "neither a split nor a leaf");
  }

  @Test
  void aTreeThatIsTooDeep() {
    String chain = (split(0, "1") + "\n").repeat(20_000) + (leaf("1") + "\n").repeat(20_001);
    unsupported(BundleFile.tree(chain), TREE, "deeper than");
  }

  @Test
  void aDeepTreeThatIsRead() {
    String chain = (split(0, "1") + "\n").repeat(5_000) + (leaf("1") + "\n").repeat(5_001);
    assertEquals(1.0, BundleFile.tree(chain).predict(Map.of("x", 0, "y", 0)));
  }

  @Test
  void columnsThatContradictEachOther() {
    damaged(BundleFile.linear().assembler("prediction", "x"), "which is there already");
    BundleFile late =
        BundleFile.linear()
            .node("late", "math_unary", "{\"operation\":{\"string\":\"abs\"}}",
                Map.of("input", "z"), Map.of("output", "x"));
    damaged(late, "'x', which is there already");
    BundleFile text =
        BundleFile.linear()
            .node("index", "string_indexer",
                "{\"labels\":{\"type\":\"list\",\"string\":[\"a\"]}}",
                Map.of("input", "x"), Map.of("output", "i"));
    unsupported(text, "'x' is used as text and is not");
    damaged(
        BundleFile.linear()
            .entry("root/linear.node/node.json",
                "{\"shape\":{\"inputs\":[],\"outputs\":"
                    + "[{\"name\":\"prediction\",\"port\":\"prediction\"}]}}"),
        "'features' is missing");
  }

  @Test
  void pipelinesThatRepeatOrNestWithoutEnd() {
    String twice =
        "{\"op\":\"pipeline\",\"attributes\":{\"nodes\":{\"type\":\"list\","
            + "\"string\":[\"linear\",\"linear\"]}}}";
    damaged(BundleFile.linear().entry("root/model.json", twice), "'linear' twice");
    BundleFile nested = new BundleFile();
    String inner = "{\"op\":\"pipeline\",\"attributes\":{\"nodes\":{\"type\":\"list\","
        + "\"string\":[\"p\"]}}}";
    String shape = "{\"name\":\"p\",\"shape\":{\"inputs\":[],\"outputs\":[]}}";
    String folder = "root";
    for (int i = 0; i < 40; i++) {
      nested.entry(folder + "/model.json", inner).entry(folder + "/node.json", shape);
      folder += "/p.node";
    }
    damaged(nested, "nested more than 32 deep");
  }

  @Test
  void anEmptyPipeline() {
    String empty =
        "{\"op\":\"pipeline\",\"attributes\":{\"nodes\":{\"type\":\"list\"}}}";
    damaged(BundleFile.linear().entry("root/model.json", empty), "empty");
  }
}
