package io.penstock.judges;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers one request per line on standard input with one line on standard output, until the input
 * ends. {@code {"model", "rows", "out"}} scores a file of rows into a file of answers; {@code
 * {"validate"}} checks a file against its format's schema.
 */
public final class Service {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Service() {}

  public static void run(Engine engine) throws IOException {
    // Only answers go to standard output; the engines log where they like.
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(answer(engine, JSON.readTree(line)));
    }
  }

  private static ObjectNode answer(Engine engine, JsonNode request) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      if (request.has("validate")) {
        ArrayNode problems = answer.putArray("problems");
        engine.validate(Path.of(request.get("validate").textValue())).forEach(problems::add);
      } else {
        answer.put("rows", score(engine, request));
      }
    } catch (Throwable problem) {
      answer.put("failed", describe(problem));
    }
    return answer;
  }

  private static int score(Engine engine, JsonNode request) throws Exception {
    Path rows = Path.of(request.get("rows").textValue());
    Path out = Path.of(request.get("out").textValue());
    try (BufferedReader reader = Files.newBufferedReader(rows);
        BufferedWriter writer = Files.newBufferedWriter(out)) {
      JsonNode header = JSON.readTree(reader.readLine());
      List<String> names = new ArrayList<>();
      header.get("columns").forEach(name -> names.add(name.textValue()));
      List<Boolean> text = new ArrayList<>();
      header.get("kinds").forEach(kind -> text.add(kind.textValue().equals("string")));
      Engine.Model model = engine.load(Path.of(request.get("model").textValue()), names, text);
      int count = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        writer.write(answer(model, JSON.readTree(line), text).toString());
        writer.newLine();
        count++;
      }
      return count;
    }
  }

  private static JsonNode answer(Engine.Model model, JsonNode values, List<Boolean> text) {
    Object[] row = new Object[text.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = text.get(i) ? values.get(i).textValue() : Numbers.decode(values.get(i));
    }
    try {
      return model.score(row);
    } catch (Throwable problem) {
      return JSON.createObjectNode().put("error", describe(problem));
    }
  }

  private static String describe(Throwable problem) {
    Throwable cause = problem;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }
}
