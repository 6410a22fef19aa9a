package io.penstock.bundle;

import io.penstock.graph.Graph;
import io.penstock.graph.Outputs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads an MLeap bundle (a zip of Bundle.ML in its JSON form) into the model graph, with the
 * meaning that MLeap's runtime 0.20 gives it. Nothing is written to disk, no class is loaded by a
 * name from the file, and what is not understood is refused.
 *
 * <p>The model answers with the columns at the root's output ports {@code prediction} and {@code
 * probability}, or of these names where the root has no such port; in a bundle that makes no such
 * prediction, with what its last node predicts.
 */
public final class BundleReader {
  static final int MAX_STEPS = 100_000;
  static final int MAX_NESTING = 32;

  private final ZipArchive archive;
  private final String where;
  private final List<Step> steps = new ArrayList<>();

  private BundleReader(byte[] zip, String where) {
    this.archive = ZipArchive.open(zip, where);
    this.where = where;
  }

  /**
   * Reads a bundle.
   *
   * @param zip the whole file
   * @param where the file's name, for refusals
   * @throws io.penstock.PenstockException if the file is damaged, or holds what is not supported
   */
  public static Graph read(byte[] zip, String where) {
    return new BundleReader(zip, where).read();
  }

  private Graph read() {
    Object format = Step.json(archive, "bundle.json", where).get("format");
    if (!"json".equals(format)) {
      throw Refuse.unsupported(
          where + ", bundle.json",
          "the bundle's format is '" + format + "', and only 'json' is read",
          "write the bundle again with the JSON format");
    }
    Step root = collect("root", 0);
    Set<String> names = new HashSet<>();
    for (Step step : steps) {
      names.addAll(step.inputs().values());
      names.addAll(step.outputs().values());
    }
    Frame frame = new Frame(names);
    for (Step step : steps) {
      Op.of(step).read(step, frame, archive);
    }
    return frame.build(outputs(root, frame));
  }

  /** Gathers the steps below a folder in the order in which they run, and returns its own. */
  private Step collect(String folder, int nesting) {
    Step step = Step.read(archive, folder, where);
    if (!step.op().equals("pipeline")) {
      steps.add(step);
      return step;
    }
    if (nesting == MAX_NESTING) {
      throw step.unreadable("its pipelines are nested more than " + MAX_NESTING + " deep");
    }
    Set<String> names = new HashSet<>();
    for (String name : step.attributes().texts("nodes")) {
      if (!names.add(name)) {
        throw step.unreadable("its pipeline names the node '" + name + "' twice");
      }
      if (steps.size() == MAX_STEPS) {
        throw step.unreadable("it has more than " + MAX_STEPS + " nodes");
      }
      collect(folder + "/" + name + ".node", nesting + 1);
    }
    return step;
  }

  private Outputs outputs(Step root, Frame frame) {
    if (steps.isEmpty()) {
      throw Refuse.unreadable(where + ", root", "its pipeline is empty");
    }
    String prediction = root.outputs().getOrDefault("prediction", "prediction");
    String probability = root.outputs().getOrDefault("probability", "probability");
    if (frame.made(prediction) == null && !root.outputs().containsKey("prediction")) {
      Map<String, String> last = steps.get(steps.size() - 1).outputs();
      prediction = last.getOrDefault("prediction", last.get("output"));
      probability = last.get("probability");
    }
    List<String> probabilities =
        probability != null && frame.made(probability) instanceof Value.Vector vector
            ? vector.columns()
            : List.of();
    Value value = prediction == null ? null : frame.made(prediction);
    if (value instanceof Value.Label label) {
      if (!probabilities.isEmpty() && probabilities.size() != label.labels().size()) {
        throw Refuse.unreadable(
            where, "its prediction has not as many labels as there are probabilities");
      }
      return new Outputs(List.of(label.column()), label.labels(), probabilities);
    }
    if (value instanceof Value.Scalar scalar) {
      return new Outputs(List.of(scalar.column()), List.of(), probabilities);
    }
    if (value instanceof Value.Vector vector && !vector.columns().isEmpty()) {
      return new Outputs(vector.columns(), List.of(), probabilities);
    }
    throw Refuse.unsupported(
        where, "it has no column 'prediction' that a node makes", "name the model's answer so");
  }
}
