package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/java-api.md compiles, runs, and prints what the page says that it prints. */
class JavaApiExampleTest {

  @Test
  void theExampleDoesWhatThePageSays(@TempDir Path folder) throws Exception {
    String page = Files.readString(page());
    Path source = folder.resolve("ScoreWines.java");
    Files.writeString(source, block(page, "java"));
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                messages,
                messages,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertEquals(0, failed, messages.toString(StandardCharsets.UTF_8));
    Path model = Files.createDirectory(folder.resolve("model"));
    new ExportFolder(model, "alcohol", "pH");
    assertEquals(block(page, "text"), run(folder, model.toString()));
  }

  /** The page, from the module's folder or from a build at the top. */
  private static Path page() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("docs/java-api.md"))) {
      at = at.getParent();
    }
    return at.resolve("docs/java-api.md");
  }

  private static String block(String page, String language) {
    Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertTrue(block.find(), "no block of " + language);
    return block.group(1);
  }

  private static String run(Path classes, String argument) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      Class<?> example = loader.loadClass("ScoreWines");
      example.getMethod("main", String[].class).invoke(null, (Object) new String[] {argument});
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
