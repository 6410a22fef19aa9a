package io.penstock.manifest;

import io.penstock.score.Check;
import io.penstock.score.Contract;
import io.penstock.score.Input;
import io.penstock.score.InputType;
import io.penstock.score.OutputKind;
import io.penstock.score.OutputType;
import io.penstock.score.Refusal;
import io.penstock.score.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the manifest's {@code contract}. */
final class ContractReader {
  private ContractReader() {}

  static Contract read(JsonObject contract) {
    List<Input> inputs = contract.objects("inputs").stream().map(ContractReader::input).toList();
    List<Check> checks = contract.objects("checks").stream().map(ContractReader::check).toList();
    return new Contract(inputs, checks, output(contract.object("output")));
  }

  private static Input input(JsonObject input) {
    String role = input.text("role");
    if (!role.equals("number") && !role.equals("string")) {
      throw JsonObject.wrong(input.path("role"), "number or string", role);
    }
    InputType type = word(InputType.class, input, "type");
    return new Input(input.text("name"), type, role.equals("string"));
  }

  private static Check check(JsonObject check) {
    Refusal kind = kind(check.text("kind"), check.path("kind"));
    return switch (kind) {
      case NOT_A_NUMBER -> new Check.NotANumber(check.texts("columns"));
      case MISSING_VALUE -> new Check.MissingValue(check.texts("columns"));
      case OUT_OF_RANGE ->
          new Check.OutOfRange(check.texts("columns"), check.numbers("min"), check.numbers("max"));
      case UNKNOWN_CATEGORY -> new Check.UnknownCategory(check.text("column"), categories(check));
    };
  }

  static Refusal kind(String word, String path) {
    for (Refusal kind : Refusal.values()) {
      if (kind.name().equals(word)) {
        return kind;
      }
    }
    throw JsonObject.wrong(path, "a kind of refusal", word);
  }

  private static List<Object> categories(JsonObject check) {
    List<Object> categories = new ArrayList<>();
    for (Object category : check.list("categories")) {
      categories.add(
          category == null || category instanceof String
              ? category
              : (Object) JsonObject.number(category, check.path("categories")));
    }
    return categories;
  }

  private static OutputType output(JsonObject output) {
    OutputKind kind = word(OutputKind.class, output, "kind");
    ValueType type = word(ValueType.class, output, "type");
    long width = output.count("width");
    if (width < 1 || width > Integer.MAX_VALUE) {
      throw JsonObject.wrong(output.path("width"), "a number of outputs", width);
    }
    List<Object> classes = new ArrayList<>();
    if (kind == OutputKind.CLASSIFICATION) {
      for (Object label : output.list("classes")) {
        classes.add(label(label, type, output.path("classes")));
      }
    }
    return new OutputType(
        kind, type, output.flag("array"), (int) width, classes, output.flag("probabilities"));
  }

  private static Object label(Object label, ValueType type, String path) {
    boolean fits =
        switch (type) {
          case STRING -> label instanceof String;
          case BOOLEAN -> label instanceof Boolean;
          case LONG -> label instanceof Long;
          case DOUBLE -> true;
        };
    if (!fits) {
      throw JsonObject.wrong(path, "a " + type.name().toLowerCase(Locale.ROOT), label);
    }
    return type == ValueType.DOUBLE ? (Object) JsonObject.number(label, path) : label;
  }

  /** A constant of an enum, written in lower case. */
  private static <E extends Enum<E>> E word(Class<E> words, JsonObject from, String name) {
    String found = from.text(name);
    List<String> known = new ArrayList<>();
    for (E word : words.getEnumConstants()) {
      String lower = word.name().toLowerCase(Locale.ROOT);
      if (lower.equals(found)) {
        return word;
      }
      known.add(lower);
    }
    throw JsonObject.wrong(from.path(name), "one of " + String.join(", ", known), found);
  }
}
