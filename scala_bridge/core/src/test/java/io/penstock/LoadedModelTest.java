package io.penstock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.score.Refusal;
import io.penstock.score.Score;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a folder to a scorer, and everything that must stop on the way. */
class LoadedModelTest {
  @TempDir Path folder;
  private ExportFolder export;

  @BeforeEach
  void write() throws IOException {
    export = new ExportFolder(folder);
  }

  private LoadedModel load(String format) {
    return LoadedModel.load(ModelFiles.read(folder, format));
  }

  private static Map<String, Object> row(Object a, Object b) {
    Map<String, Object> row = new HashMap<>();
    row.put("a", a);
    row.put("b", b);
    return row;
  }

  private PenstockException refused(ErrorClass errorClass) {
    PenstockException e = assertThrows(PenstockException.class, () -> load(null));
    assertEquals(errorClass, e.errorClass(), e.getMessage());
    assertTrue(e.getMessage().startsWith("[" + errorClass.code() + "] "), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mleap", "pmml"})
  void anExportScoresInBothFormats(String format) {
    LoadedModel model = load(format);
    assertEquals("small", model.name());
    assertEquals("7", model.version());
    assertTrue(model.verified());
    assertEquals(-0.5, model.scorer().score(row(" 1_0 ", 21.0)).prediction());
    Score refused = model.scorer().score(row("1", Double.NaN));
    assertEquals(Refusal.MISSING_VALUE, refused.refusal());
    assertNull(refused.prediction());
  }

  @Test
  void thePreferredFormatIsTaken() throws IOException {
    assertEquals("mleap", ModelFiles.read(folder, null).format());
    export.writeManifest(export.manifest().replace("\"preferred\": \"mleap\"", "\"preferred\": \"pmml\""));
    assertEquals("pmml", ModelFiles.read(folder, null).format());
    assertEquals("mleap", ModelFiles.read(folder.resolve("bundle.zip"), null).format());
    assertEquals("pmml", ModelFiles.read(folder.resolve("penstock.json"), null).format());
  }

  @Test
  void aBareFileMeansWhatItsFormatSays(@TempDir Path other) throws IOException {
    for (String name : new String[] {"bundle.zip", "model.pmml"}) {
      Path file = other.resolve("bare-" + name);
      Files.copy(folder.resolve(name), file);
      LoadedModel model = LoadedModel.load(ModelFiles.read(file, null));
      assertNull(model.manifest());
      assertFalse(model.verified());
      assertEquals(12, model.version().length());
      assertEquals(2.5, model.scorer().score(row(1.0, 0.0)).prediction());
      PenstockException e =
          assertThrows(PenstockException.class, () -> model.scorer().score(row("1", 0.0)));
      assertEquals(ErrorClass.SCHEMA_MISMATCH, e.errorClass());
    }
  }

  @Test
  void aFileThatItsManifestDoesNotListIsNotReadWithoutIt() throws IOException {
    Files.copy(folder.resolve("bundle.zip"), folder.resolve("copy.zip"));
    PenstockException e =
        assertThrows(
            PenstockException.class, () -> ModelFiles.read(folder.resolve("copy.zip"), null));
    assertEquals(ErrorClass.MODEL_NOT_FOUND, e.errorClass());
  }

  @Test
  void otherFilesInTheFolderDoNotMatter() throws IOException {
    Files.writeString(folder.resolve("README.txt"), "notes");
    assertEquals("small", load(null).name());
  }

  @Test
  void aFolderOrDeviceInTheFilesPlaceIsRefused() throws IOException {
    Files.delete(folder.resolve("bundle.zip"));
    Files.createDirectory(folder.resolve("bundle.zip"));
    refused(ErrorClass.MODEL_UNREADABLE);
    Path device = Path.of("/dev/zero");
    if (Files.exists(device)) {
      PenstockException e =
          assertThrows(PenstockException.class, () -> ModelFiles.read(device, null));
      assertEquals(ErrorClass.MODEL_UNREADABLE, e.errorClass());
    }
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    PenstockException e =
        assertThrows(PenstockException.class, () -> ModelFiles.read(nowhere, null));
    assertEquals(ErrorClass.MODEL_NOT_FOUND, e.errorClass());
    assertTrue(e.getMessage().contains(nowhere.toString()));
    e = assertThrows(PenstockException.class, () -> ModelFiles.read(folder, "onnx"));
    assertEquals(ErrorClass.INVALID_ARGUMENT, e.errorClass());
    Files.delete(folder.resolve("bundle.zip"));
    assertTrue(refused(ErrorClass.MODEL_NOT_FOUND).getMessage().contains("bundle.zip"));
    Files.delete(folder.resolve("penstock.json"));
    assertTrue(refused(ErrorClass.MODEL_NOT_FOUND).getMessage().contains("penstock.json"));
  }

  @Test
  void aTruncatedOrAlteredFileIsCaughtBeforeItIsParsed() throws IOException {
    for (int length : new int[] {0, 1, export.bundle.length / 2, export.bundle.length - 1}) {
      Files.write(folder.resolve("bundle.zip"), Arrays.copyOf(export.bundle, length));
      refused(ErrorClass.MODEL_CORRUPT);
    }
    byte[] altered = export.bundle.clone();
    altered[altered.length / 2] ^= 1;
    Files.write(folder.resolve("bundle.zip"), altered);
    refused(ErrorClass.MODEL_CORRUPT);
  }

  @Test
  void aModelThatGivesOtherAnswersIsNotServed() throws IOException {
    String manifest = export.manifest();
    export.writeManifest(manifest.replace("\"prediction\": 1.5", "\"prediction\": 1.5000000000001"));
    String message = refused(ErrorClass.GOLDEN_ROWS_DIFFER).getMessage();
    assertTrue(message.contains("1 of 4 golden rows (row 0 gives the prediction 1.5"), message);
    assertEquals("small", LoadedModel.load(ModelFiles.read(folder, null), false).name());
    export.writeManifest(manifest.replace("{\"refused\": \"NOT_A_NUMBER\"}", "{\"refused\": \"MISSING_VALUE\"}"));
    message = refused(ErrorClass.GOLDEN_ROWS_DIFFER).getMessage();
    assertTrue(message.contains("NOT_A_NUMBER where the refusal MISSING_VALUE"), message);
    export.writeManifest(manifest.replace("[null, 0.25]", "[null, \"0.25\"]"));
    assertTrue(refused(ErrorClass.GOLDEN_ROWS_DIFFER).getMessage().contains("\"b\" is a double"));
  }

  @Test
  void theFilesTravelAndKeepTheirDigest() throws Exception {
    ModelFiles files = ModelFiles.read(folder, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(files);
    }
    ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    ModelFiles arrived = (ModelFiles) in.readObject();
    assertEquals(files.digest(), arrived.digest());
    assertArrayEquals(files.model(), arrived.model());
    assertEquals(-0.5, LoadedModel.load(arrived).scorer().score(row("10", 21.0)).prediction());
    assertNotEquals(files.digest(), ModelFiles.read(folder, "pmml").digest());
    ModelFiles bare = new ModelFiles(null, files.model(), "mleap", "bytes");
    ModelFiles empty = new ModelFiles(new byte[0], files.model(), "mleap", "bytes");
    assertNotEquals(bare.digest(), empty.digest());
  }
}
