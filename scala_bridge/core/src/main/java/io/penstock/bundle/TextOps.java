package io.penstock.bundle;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Node.CategoryMapper;
import io.penstock.graph.Node.OneHotEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ops between text and numbers. */
final class TextOps {
  private TextOps() {}

  /** The index of a label; what is no label, and null, is one more (keep) or refuses the row. */
  static void stringIndexer(Step step, Frame frame, ZipArchive archive) {
    String[] labels = indexerLabels(step);
    String invalid = step.attributes().text("handle_invalid", "error");
    boolean keep = keeps(step, invalid.equals("skip") ? "error" : invalid);
    Map<String, Double> indices = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i++) {
      indices.put(labels[i], (double) i);
    }
    boolean several = !step.inputs().containsKey("input");
    String input = frame.text(step, several ? "input0" : "input");
    String output = step.output(several ? "output0" : "output");
    CategoryMapper indexer = mapper(input, indices, keep ? (double) labels.length : null, output);
    frame.add(indexer);
    frame.isIndexer(indexer);
    frame.isIndex(output, keep ? labels.length : Math.max(0, labels.length - 1));
    frame.define(step, output, new Value.Scalar(output));
  }

  /** Spark 2 wrote one list of labels, Spark 3 a list for each column; MLeap reads one column. */
  private static String[] indexerLabels(Step step) {
    Attributes attributes = step.attributes();
    if (!attributes.has("labels_length")) {
      return attributes.texts("labels");
    }
    if (attributes.integer("labels_length") != 1 || step.inputs().size() > 1) {
      throw step.unsupported(
          "a string_indexer over several columns is not read (nor does MLeap 0.20 load one)",
          "use one string_indexer for each column");
    }
    return attributes.texts("labels_array_0");
  }

  static void stringMap(Step step, Frame frame, ZipArchive archive) {
    String[] labels = step.attributes().texts("labels");
    double[] values = step.attributes().numbers("values");
    if (labels.length != values.length) {
      throw step.unreadable("its labels and values differ in number");
    }
    Map<String, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i++) {
      map.put(labels[i], values[i]);
    }
    boolean keep = keeps(step, step.attributes().text("handle_invalid", "error"));
    Double unknown = keep ? (Double) step.attributes().finite("default_value", 0.0) : null;
    String output = step.output("output");
    frame.add(mapper(frame.text(step, "input"), map, unknown, output));
    frame.define(step, output, new Value.Scalar(output));
  }

  private static CategoryMapper mapper(
      String input, Map<String, Double> map, Double unknown, String output) {
    double[] values = map.values().stream().mapToDouble(Double::doubleValue).toArray();
    return new CategoryMapper(input, new ArrayList<>(map.keySet()), values, unknown, output);
  }

  /**
   * One column of 0 and 1 for each index. An index beyond the categories has a column of its own
   * (keep), or none (keep and drop_last), or refuses the row.
   */
  static void oneHotEncoder(Step step, Frame frame, ZipArchive archive) {
    Attributes attributes = step.attributes();
    boolean dropLast = attributes.bool("drop_last");
    boolean old = attributes.has("size");
    int[] sizes =
        old ? new int[] {attributes.integer("size")} : attributes.integers("category_sizes");
    String invalid = old ? attributes.text("handle_invalid", dropLast ? "keep" : "error")
        : attributes.text("handle_invalid");
    boolean keep = keeps(step, invalid);
    boolean legacyPorts = step.inputs().containsKey("input");
    if (legacyPorts && sizes.length != 1) {
      throw step.unreadable("it has one input and several category sizes");
    }
    for (int i = 0; i < sizes.length; i++) {
      String suffix = legacyPorts ? "" : Integer.toString(i);
      String input = frame.number(step, "input" + suffix);
      String name = step.output("output" + suffix);
      int width = dropLast ? sizes[i] - (keep ? 0 : 1) : sizes[i] + (keep ? 1 : 0);
      if (width < 0 || width > VectorOps.MAX_WIDTH) {
        throw step.unreadable("its category size " + sizes[i] + " cannot be");
      }
      List<String> output = frame.fresh(name, width);
      encode(step, frame, input, sizes[i], keep, output);
      frame.define(step, name, new Value.Vector(output));
    }
  }

  private static void encode(
      Step step, Frame frame, String input, int size, boolean keep, List<String> output) {
    CategoryMapper indexer = frame.indexer(input);
    int largest = frame.largestIndex(input).orElse(-1);
    if (largest < 0) {
      throw step.unsupported(
          "a one_hot_encoder over numbers that no string_indexer makes is not read",
          "put a string_indexer before it");
    }
    if (!keep && largest >= size) {
      if (indexer == null) {
        throw step.unsupported(
            "a one_hot_encoder that refuses some of its indices is read only after a"
                + " string_indexer",
            "let it keep invalid indices");
      }
      indexer = refuseFrom(indexer, size, frame.fresh(indexer.output()));
      frame.add(indexer);
      input = indexer.output();
    }
    int known = Math.min(size, output.size());
    List<String> categoryColumns = output.subList(0, known);
    if (indexer != null && indexer.categories().size() >= known && plain(indexer, known)) {
      List<Object> labels = new ArrayList<>(indexer.categories().subList(0, known));
      frame.add(new OneHotEncoder(indexer.input(), labels, List.copyOf(categoryColumns)));
    } else {
      List<Object> indices = new ArrayList<>();
      for (int i = 0; i < known; i++) {
        indices.add((double) i);
      }
      frame.add(new OneHotEncoder(input, indices, List.copyOf(categoryColumns)));
    }
    if (output.size() > known) {
      frame.binary(BinaryOp.GREATER_OR_EQUAL, input, size, output.get(known));
    }
  }

  /** Whether only the i-th category has index i, so that the text itself can be encoded. */
  private static boolean plain(CategoryMapper indexer, int known) {
    double[] values = indexer.values();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != i) {
        return false;
      }
    }
    return indexer.unknown() == null || indexer.unknown() >= known;
  }

  /** The same indexer, but an index from {@code size} on refuses the row. */
  private static CategoryMapper refuseFrom(CategoryMapper indexer, int size, String output) {
    Map<String, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < indexer.values().length; i++) {
      if (indexer.values()[i] < size) {
        map.put(indexer.categories().get(i), indexer.values()[i]);
      }
    }
    Double unknown = indexer.unknown();
    return mapper(
        indexer.input(), map, unknown != null && unknown < size ? unknown : null, output);
  }

  /**
   * Feature hashing into one feature, which counts the inputs that are not null: a way to tell null
   * from text in MLeap. Into more features it would need the hash of each text.
   */
  static void featureHasher(Step step, Frame frame, ZipArchive archive) {
    String[] types = step.attributes().texts("basic_types", "basic_type");
    int[] widths = step.attributes().widths("input_shapes");
    if (step.attributes().integer("num_features") != 1
        || types.length != 1
        || widths.length != 1
        || !types[0].equals("string")) {
      throw step.unsupported(
          "a feature_hasher is read only where it has one text input and one feature",
          "encode the categories with a string_indexer and a one_hot_encoder");
    }
    String name = step.output("output");
    List<String> output = frame.fresh(name, 1);
    String input = frame.text(step, "input0");
    List<String> nothing = Collections.singletonList(null);
    frame.add(new CategoryMapper(input, nothing, new double[] {0}, 1.0, output.get(0)));
    frame.define(step, name, new Value.Vector(output));
  }

  static void reverseStringIndexer(Step step, Frame frame, ZipArchive archive) {
    List<String> labels = List.of(step.attributes().texts("labels"));
    if (step.attributes().has("input_shape") && step.attributes().width("input_shape") >= 0) {
      throw step.unsupported(
          "a reverse_string_indexer over a vector is not read", "use one for each output");
    }
    if (labels.isEmpty()) {
      throw step.unreadable("it has no labels");
    }
    String input = frame.number(step, "input");
    frame.define(step, step.output("output"), new Value.Label(input, labels));
  }

  private static boolean keeps(Step step, String invalid) {
    return switch (invalid) {
      case "keep" -> true;
      case "error" -> false;
      default -> throw step.unreadable("its handle_invalid is '" + invalid + "'");
    };
  }
}
