package io.penstock.tools;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The jar's command line. The answer is one JSON object on standard output; an error is one line on
 * standard error, {@code [PENSTOCK_X] sentence}, and the exit code 2.
 */
public final class Main {
  private static final String USAGE =
      "usage: io.penstock.tools.Main version | score --model FOLDER|FILE [--format mleap|pmml]"
          + " --rows FILE --out FILE [--leaves FILE] [--skip-golden]";

  private static final Set<String> OPTIONS =
      Set.of("--model", "--format", "--rows", "--out", "--leaves");
  private static final Set<String> FLAGS = Set.of("--skip-golden");

  private Main() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    try {
      System.out.println(run(List.of(arguments)));
    } catch (PenstockException e) {
      fail(e.getMessage());
    } catch (OutOfMemoryError e) {
      fail(
          "[" + ErrorClass.MODEL_UNREADABLE.code()
              + "] the model does not fit in memory; give Java more with -Xmx");
    }
  }

  private static void fail(String message) {
    System.err.println(message);
    System.exit(2);
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
