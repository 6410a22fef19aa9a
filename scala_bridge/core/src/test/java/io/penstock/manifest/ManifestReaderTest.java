package io.penstock.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ErrorClass;
import io.penstock.ExportFolder;
import io.penstock.LoadedModel;
import io.penstock.ModelFiles;
import io.penstock.PenstockException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A manifest that was altered, truncated or made by somebody else gets one clear sentence. */
class ManifestReaderTest {
  @TempDir Path folder;
  private ExportFolder export;
  private String manifest;

  @BeforeEach
  void write() throws IOException {
    export = new ExportFolder(folder);
    manifest = export.manifest();
  }

  private static Manifest read(String json) {
    return ManifestReader.read(json.getBytes(UTF_8), "penstock.json");
  }

  private static PenstockException refused(String json) {
    PenstockException e = assertThrows(PenstockException.class, () -> read(json));
    assertTrue(e.getMessage().contains("penstock.json"), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    assertTrue(e.getMessage().length() < 600, e.getMessage());
    return e;
  }

  @Test
  void aManifestIsReadAndUnknownFieldsAreLeftAlone() {
    Manifest read = read(manifest);
    assertEquals("1.0", read.formatVersion());
    assertEquals(2, read.files().size());
    assertEquals(4, read.golden().size());
    assertEquals(Double.NEGATIVE_INFINITY,
        ((io.penstock.score.Check.OutOfRange) read.contract().checks().get(2)).min()[0]);
    assertEquals("1.9", read(manifest.replace("\"1.0\"", "\"1.9\""))
        .formatVersion());
  }

  /** Each line changes the manifest in one place; the error must name that place. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"1.0\" | \"0.9\" | penstock.format_version",
        "\"1.0\" | \"one\" | penstock.format_version",
        "\"1.0\" | 1.0 | penstock.format_version",
        "\"name\": \"small\" | \"name\": 7 | model.name",
        "\"version\": \"7\" | \"version\": 7 | model.version",
        "\"bundle.zip\" | \"../bundle.zip\" | files[0].path",
        "\"bundle.zip\" | \"/bundle.zip\" | files[0].path",
        "\"bundle.zip\" | \"..\" | files[0].path",
        "\"bundle.zip\" | \"\" | files[0].path",
        "\"size\": | \"size\": -1, \"was\": | files[0].size",
        "\"sha256\": \" | \"sha256\": \"x | files[0].sha256",
        "\"format\": \"pmml\" | \"format\": \"mleap\" | mleap twice",
        "\"preferred\": \"mleap\" | \"preferred\": \"onnx\" | preferred",
        "\"role\": \"number\" | \"role\": \"numeric\" | contract.inputs[0].role",
        "\"type\": \"string\", | \"type\": \"text\", | contract.inputs[0].type",
        "\"type\": \"string\", | \"type\": \"STRING\", | contract.inputs[0].type",
        "\"kind\": \"MISSING_VALUE\" | \"kind\": \"MISSING\" | contract.checks[1].kind",
        "[\"a\", \"b\"] | [\"a\", 1] | contract.checks[1].columns[1]",
        "\"max\": [1e300] | \"max\": [\"1e300\"] | contract.checks[2].max[0]",
        "\"max\": [1e300] | \"max\": 1e300 | contract.checks[2].max",
        "\"max\": [1e300] | \"max\": [9007199254740993] | contract.checks[2].max[0]",
        "\"width\": 1 | \"width\": 0 | contract.output.width",
        "\"width\": 1 | \"width\": 1.5 | contract.output.width",
        "\"array\": false | \"array\": \"no\" | contract.output.array",
        "\"kind\": \"regression\" | \"kind\": \"classification\" | contract.output.classes",
        "\"prediction\": 1.5 | \"prediction\": \"1.5\" | golden.expected[0].prediction",
        "\"prediction\": 1.5 | \"prediction\": [1.5, 2] | golden.expected[0].prediction",
        "\"bound\": 1e-15 | \"bound\": -1e-15 | golden.expected[0].bound",
        "\"bound\": 1e-15 | \"bound\": {\"number\": \"NaN\"} | golden.expected[0].bound",
        "[\"1.5\", 2] | [\"1.5\"] | golden.rows[0]",
        "[\"1.5\", 2] | [\"1.5\", [2]] | golden.rows[0]",
        "[null, 0.25],  |  | 3 rows and 4 answers",
        "\"refused\": \"MISSING_VALUE\" | \"refused\": \"OTHER\" | golden.expected[2].refused",
        "\"verified\": true | \"verified\": 1 | parity.verified",
        "\"contract\": | \"contrast\": | contract holds nothing",
        "\"max\": [1e300] | \"max\": [1e400] | more than a double",
        "\"max\": [1e300] | \"max\": [NaN] | not strict JSON",
        "\"max\": [1e300] | \"max\": [0x10] | not strict JSON",
        "\"array\": false | \"width\": 1 | Duplicate",
        "\"later\": { | \"later\": {\"x\": 1, \"x\": 2, | Duplicate"
      })
  void oneWrongPlaceIsNamed(String from, String to, String place) {
    String altered = manifest.replace(from, to == null ? "" : to);
    assertFalse(altered.equals(manifest), "nothing was changed");
    PenstockException e = refused(altered);
    assertEquals(ErrorClass.MANIFEST_INVALID, e.errorClass());
    assertTrue(e.getMessage().contains(place), e.getMessage());
  }

  /** An immutable list says nothing of null but by an exception of its own. */
  @Test
  void aGoldenRowWithoutAClassIsNamed() {
    String labels =
        manifest
            .replace("\"kind\": \"regression\", \"type\": \"double\"",
                "\"kind\": \"classification\", \"type\": \"string\"")
            .replace("\"classes\": null", "\"classes\": [\"no\", \"yes\"]");
    read(labels.replace("\"prediction\": 1.5", "\"prediction\": \"yes\""));
    for (String none : new String[] {"\"prediction\": null", "\"predictions\": \"yes\""}) {
      PenstockException e = refused(labels.replace("\"prediction\": 1.5", none));
      assertTrue(e.getMessage().contains("golden.expected[0].prediction"), e.getMessage());
    }
  }

  @Test
  void aLaterFormatIsRefusedWithWhatToDo() {
    PenstockException e = refused(manifest.replace("\"1.0\"", "\"2.0\""));
    assertEquals(ErrorClass.MANIFEST_TOO_NEW, e.errorClass());
    assertTrue(e.getMessage().contains("use a newer Penstock"), e.getMessage());
    // Whatever else such a format holds.
    e = refused("{\"penstock\": {\"format_version\": \"3.1\"}, \"everything\": \"else\"}");
    assertEquals(ErrorClass.MANIFEST_TOO_NEW, e.errorClass());
  }

  @Test
  void hostileJsonIsRefusedCheaply() {
    refused("");
    refused("null");
    refused("[]");
    refused("{}");
    refused(manifest + "{}");
    refused(manifest + "x");
    refused("\u0000" + manifest);
    refused("[".repeat(1_000_000));
    refused("{\"a\":".repeat(1_000_000));
    refused("{\"penstock\": " + "9".repeat(5_000_000) + "}");
    refused("{\"penstock\": 1e" + "9".repeat(1_000) + "}");
    refused("{\"" + "k".repeat(10_000_000) + "\": 1}");
    refused(manifest.replace("\"later\"", "\"\\ud800\"").replace("7", "\u0007"));
  }

  @Test
  void everyTruncationAndManyAlterationsGiveASentenceOrTheSameModel() throws IOException {
    byte[] bytes = manifest.strip().getBytes(UTF_8);
    byte[] bundle = export.bundle;
    int refused = 0;
    for (int length = 0; length < bytes.length; length += 7) {
      String cut = new String(bytes, 0, length, UTF_8);
      assertThrows(PenstockException.class, () -> read(cut));
    }
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      byte[] altered = bytes.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        altered[random.nextInt(altered.length)] = (byte) random.nextInt(256);
      }
      try {
        LoadedModel.load(new ModelFiles(altered, bundle, "mleap", "altered"));
      } catch (PenstockException e) {
        refused++; // anything but PenstockException fails the test
      }
    }
    assertTrue(refused > 2000, refused + " of 3000 refused");
  }
}
