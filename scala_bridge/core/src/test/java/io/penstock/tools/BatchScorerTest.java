package io.penstock.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ErrorClass;
import io.penstock.ExportFolder;
import io.penstock.PenstockException;
import io.penstock.manifest.JsonText;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of rows in, files of answers out, over the method that py4j calls and the command line. */
class BatchScorerTest {
  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    new ExportFolder(folder);
    out = folder.resolve("out.jsonl");
  }

  private Path rows(String... lines) throws IOException {
    return Files.write(folder.resolve("rows.jsonl"), List.of(lines));
  }

  private String score(Path rows) {
    return BatchScorer.score(folder.toString(), "mleap", rows.toString(), out.toString(), null);
  }

  @Test
  void answersStandInTheOrderOfTheRows() throws IOException {
    Path rows =
        rows(
            "{\"columns\": [\"b\", \"other\", \"a\"]}",
            "[0.5, null, \"2\"]",
            "",
            "[{\"number\": \"NaN\"}, null, \"2\"]",
            "[0, {\"integer\": \"9007199254740993\"}, true]",
            "[{\"number\": \"-Infinity\"}, 1, \"2\"]");
    Map<?, ?> summary = (Map<?, ?>) JsonText.read(score(rows));
    assertEquals(4L, summary.get("rows"));
    assertEquals(3L, summary.get("scored"));
    assertEquals(1L, summary.get("refused"));
    assertEquals("7", summary.get("version"));
    assertEquals(
        List.of(
            "{\"prediction\":4.0}",
            "{\"refused\":\"MISSING_VALUE\",\"message\":\"column \\\"b\\\" has no value, and the"
                + " model takes no missing ones\"}",
            "{\"prediction\":2.5}",
            "{\"prediction\":{\"number\":\"Infinity\"}}"),
        Files.readAllLines(out));
  }

  @Test
  void leavesHaveAFileOfTheirOwn() throws IOException {
    Path leaves = folder.resolve("leaves");
    Path rows = rows("{\"columns\": [\"a\", \"b\"]}", "[\"1\", 2]");
    BatchScorer.score(folder.toString(), "mleap", rows.toString(), out.toString(), leaves.toString());
    assertEquals(0, Files.size(leaves), "the model has no trees");
    try (LeafFile file = new LeafFile(leaves)) {
      file.write(new int[] {1, 258});
      file.write(new int[] {0, 70000});
    }
    byte[] expected = {1, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0x70, 0x11, 1, 0};
    assertArrayEquals(expected, Files.readAllBytes(leaves));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "[]", "{\"columns\": 1}", "{\"columns\": [\"a\", \"a\", \"b\"]}", "{\"columns\": [1]}"
      })
  void aFileWithoutColumnsIsRefused(String header) throws IOException {
    Path rows = rows(header, "[1, 2]");
    PenstockException e = assertThrows(PenstockException.class, () -> score(rows));
    assertEquals(ErrorClass.INVALID_ARGUMENT, e.errorClass());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "[1, 2, 3]", "null", "{}", "[1, 2", "[1, \"2\"]", "[1, [2]]", "x"})
  void aWrongRowIsNamedByItsLine(String row) throws IOException {
    Path rows = rows("{\"columns\": [\"a\", \"b\"]}", "[\"1\", 2]", row);
    PenstockException e = assertThrows(PenstockException.class, () -> score(rows));
    assertTrue(e.getMessage().contains("line 3"), e.getMessage());
  }

  @Test
  void rowsAreNotWrittenOver() throws IOException {
    Path rows = rows("{\"columns\": [\"a\", \"b\"]}", "[\"1\", 2]");
    out = folder.resolve("../" + folder.getFileName() + "/rows.jsonl");
    PenstockException e = assertThrows(PenstockException.class, () -> score(rows));
    assertTrue(e.getMessage().contains("another --out"), e.getMessage());
    assertEquals(2, Files.readAllLines(rows).size());
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    Path rows = rows("{\"columns\": [\"a\", \"B\"]}");
    PenstockException e = assertThrows(PenstockException.class, () -> score(rows));
    assertEquals(ErrorClass.SCHEMA_MISMATCH, e.errorClass());
    assertTrue(e.getMessage().contains("\"b\""), e.getMessage());
  }

  private List<String> run(int exitCode, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null")).start();
    List<String> lines;
    try (BufferedReader reader = process.inputReader()) {
      lines = reader.lines().toList();
    }
    assertEquals(exitCode, process.waitFor(), lines.toString());
    return lines;
  }

  @Test
  void theCommandLineScoresAndReportsOneLine() throws Exception {
    Path rows = rows("{\"columns\": [\"a\", \"b\"]}", "[\"1\", 2]");
    List<String> lines =
        run(0, "score", "--model", folder.toString(), "--rows", rows.toString(), "--out", out.toString());
    assertEquals(1, lines.size());
    assertEquals(List.of("{\"prediction\":0.5}"), Files.readAllLines(out));
    lines = run(2, "score", "--model", "/nowhere", "--rows", "r", "--out", "o");
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).startsWith("[PENSTOCK_MODEL_NOT_FOUND] "), lines.get(0));
    for (String[] wrong :
        List.of(
            new String[] {},
            new String[] {"score"},
            new String[] {"score", "--model"},
            new String[] {"score", "--speed", "9"})) {
      lines = run(2, wrong);
      assertEquals(1, lines.size());
      assertTrue(lines.get(0).contains("usage: "), lines.get(0));
    }
  }
}
