package io.penstock.tools;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.manifest.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The jar's command line. The answer is one JSON object on standard output; an error is one line on
 * standard error, {@code [PENSTOCK_X] sentence}, and the exit code 2.
 *
 * <p>{@code serve} runs a command for each line of standard input, a JSON array of its arguments,
 * until that ends; each is answered by one line, the command's own or its error's.
 */
public final class Main {
  private static final String USAGE =
      "usage: io.penstock.tools.Main version | score --model FOLDER|FILE [--format mleap|pmml]"
          + " --rows FILE --out FILE [--leaves FILE] [--skip-golden] | serve";

  private static final Set<String> OPTIONS =
      Set.of("--model", "--format", "--rows", "--out", "--leaves");
  private static final Set<String> FLAGS = Set.of("--skip-golden");

  private Main() {}

  /** Runs one command. */
  public static void main(String[] arguments) throws IOException {
    if (List.of(arguments).equals(List.of("serve"))) {
      serve();
      return;
    }
    String answer = answer(List.of(arguments));
    if (isError(answer)) {
      System.err.println(answer);
      System.exit(2);
    }
    System.out.println(answer);
  }

  private static void serve() throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      answers.println(answer(arguments(line)));
    }
  }

  /** The arguments in a JSON array; what is no such array is no command either. */
  private static List<String> arguments(String line) {
    try {
      if (JsonText.read(line) instanceof List<?> found
          && found.stream().allMatch(String.class::isInstance)) {
        return found.stream().map(String.class::cast).toList();
      }
    } catch (IOException e) {
      // It is answered by how to use the command line.
    }
    return List.of();
  }

  /** The answer to a command, or its error, each one line. */
  private static String answer(List<String> arguments) {
    try {
      return run(arguments);
    } catch (PenstockException e) {
      return e.getMessage();
    } catch (OutOfMemoryError e) {
      return "[" + ErrorClass.MODEL_UNREADABLE.code()
          + "] the model does not fit in memory; give Java more with -Xmx";
    }
  }

  /** An answer is an object of JSON, or the bare version. */
  private static boolean isError(String answer) {
    return answer.startsWith("[");
  }

  private static String run(List<String> arguments) {
    if (arguments.equals(List.of("version"))) {
      return version();
    }
    if (arguments.isEmpty() || !arguments.get(0).equals("score")) {
      throw new PenstockException(ErrorClass.INVALID_ARGUMENT, USAGE);
    }
    Map<String, String> options = options(arguments.subList(1, arguments.size()));
    return BatchScorer.score(
        required(options, "--model"),
        options.get("--format"),
        required(options, "--rows"),
        required(options, "--out"),
        options.get("--leaves"),
        !options.containsKey("--skip-golden"));
  }

  private static Map<String, String> options(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      boolean option = OPTIONS.contains(name) && i + 1 < arguments.size();
      if (!option && !FLAGS.contains(name)) {
        throw new PenstockException(
            ErrorClass.INVALID_ARGUMENT, "the argument " + name + " cannot be used; " + USAGE);
      }
      options.put(name, option ? arguments.get(++i) : "");
    }
    return options;
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new PenstockException(ErrorClass.INVALID_ARGUMENT, name + " is missing; " + USAGE);
    }
    return value;
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
