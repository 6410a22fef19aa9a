package io.penstock.score;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A compiled model. Immutable; any number of threads may use it, each with a {@link RowBuffer} of
 * its own. The path by buffers allocates nothing; the path by maps is for convenience.
 */
public final class Scorer {
  private static final int BLOCK = TreePlanes.ROWS;

  private final List<Input> inputs;
  private final OutputType output;
  private final boolean[] uses;
  private final int[] textSlots;
  private final int[] predictionSlots;
  private final int[] probabilitySlots;
  private final RowChecks checks;
  private final Step[] predictionSteps;
  private final Step[] probabilitySteps;
  private final List<TreesStep> ensembles;
  private final double[] template;
  private final int textCount;
  private final int categoryStepCount;

  private Scorer(Graph graph, Contract contract) {
    inputs = contract.inputs();
    output = contract.output();
    Liveness live = new Liveness(graph, true);
    GraphCompiler compiler = new GraphCompiler(graph, inputs, live);
    textSlots = inputs.stream().mapToInt(input -> compiler.slots.text(input.name())).toArray();
    predictionSlots =
        graph.outputs().predictions().stream().mapToInt(compiler.slots::number).toArray();
    probabilitySlots =
        graph.outputs().probabilities().stream().mapToInt(compiler.slots::number).toArray();
    predictionSteps = compiler.predictionSteps();
    probabilitySteps = compiler.probabilitySteps();
    ensembles = List.copyOf(compiler.ensembles);
    template = compiler.slots.template();
    for (int i = 0; i < inputs.size(); i++) {
      template[i] = Double.NaN;
    }
    textCount = compiler.slots.textCount();
    categoryStepCount = compiler.categoryStepCount;
    List<RowChecks.Ordered> ordered = CheckCompiler.compile(contract, compiler);
    uses = new boolean[inputs.size()];
    for (int i = 0; i < uses.length; i++) {
      uses[i] = live.isRead(inputs.get(i).name());
    }
    checks = new RowChecks(ordered, inputs, textSlots, uses.clone());
    ordered.forEach(
        check -> {
          for (int column : check.columns()) {
            uses[column] = true;
          }
        });
  }

  /**
   * Compiles a model.
   *
   * @param graph the model, which is validated first
   * @param contract what its manifest promises; null for a file without a manifest, whose inputs
   *     are then doubles and strings and which refuses no row that has its numbers
   * @throws PenstockException {@link ErrorClass#MODEL_UNREADABLE} where the graph makes no sense,
   *     {@link ErrorClass#MANIFEST_INVALID} where the contract does not fit it
   */
  public static Scorer compile(Graph graph, Contract contract) {
    GraphValidator.validate(graph);
    if (contract == null) {
      contract = Contracts.ofBareFile(graph);
    }
    Contracts.requireFit(graph, contract);
    return new Scorer(graph, contract);
  }

  /** The inputs, in the order of their positions in a buffer. */
  public List<Input> inputs() {
    return inputs;
  }

  /** What the model answers. */
  public OutputType output() {
    return output;
  }

  /** The position of the input of that name; -1 where there is none. */
  public int indexOf(String name) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** How many probabilities a row has, one for each class; 0 where the model gives none. */
  public int probabilityCount() {
    return output.probabilities() ? probabilitySlots.length : 0;
  }

  /** Whether input {@code i} can change an answer; one that cannot need not be set. */
  public boolean uses(int i) {
    return uses[i];
  }

  /** A row for this scorer, for one thread at a time. */
  public RowBuffer newBuffer() {
    TreeRow[] trees = ensembles.stream().map(TreesStep::newRow).toArray(TreeRow[]::new);
    return new RowBuffer(this, template.clone(), textCount, categoryStepCount, trees);
  }

  /** Room for the trees to score a block. */
  PlaneRoom newPlaneRoom() {
    List<TreePlanes> planes = ensembles.stream().flatMap(e -> e.planes().stream()).toList();
    return new PlaneRoom(planes, PlaneWalk.choose());
  }

  /** Whether a block of many rows is scored faster than its rows one by one. */
  public boolean gainsFromBlocks() {
    return ensembles.stream().anyMatch(e -> !e.planes().isEmpty());
  }

  /** A block of rows for this scorer, for one thread at a time. */
  public RowBlock newBlock(int rows) {
    return new RowBlock(this, rows);
  }

  /**
   * Scores the row that the buffer holds; the answer is in the buffer. Allocates nothing.
   *
   * @return null where the row was scored, else why it cannot be
   */
  public Refusal score(RowBuffer row) {
    if (predict(row) == null) {
      for (Step step : probabilitySteps) {
        step.run(row);
      }
    }
    return row.refusal();
  }

  /** As {@link #score(RowBuffer)}, but leaves the probabilities undefined. */
  public Refusal predict(RowBuffer row) {
    if (row.scorer != this) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          "the row buffer belongs to another scorer; use the one that newBuffer() of this one gave");
    }
    row.accept();
    if (checks.admit(row)) {
      for (Step step : predictionSteps) {
        step.run(row);
      }
      finish(row);
    }
    return row.refusal();
  }

  /** Scores the first rows of a block; {@code admitted} has room for as many. */
  void score(RowBuffer[] rows, int count, RowSet admitted, boolean probabilities) {
    admitted.count = 0;
    for (int r = 0; r < count; r++) {
      rows[r].accept();
      if (checks.admit(rows[r])) {
        admitted.rows[admitted.count++] = rows[r];
      }
    }
    for (Step step : predictionSteps) {
      step.run(admitted);
    }
    for (int i = 0; probabilities && i < probabilitySteps.length; i++) {
      probabilitySteps[i].run(admitted);
    }
    for (int r = 0; r < admitted.count; r++) {
      finish(admitted.rows[r]);
    }
  }

  private void finish(RowBuffer row) {
    if (output.kind() == OutputKind.CLASSIFICATION) {
      if (Double.isNaN(row.prediction())) {
        refuseWithoutClass(row); // only a file without a manifest lets such a row come this far
      } else {
        requireClass(row.prediction());
      }
    }
  }

  /**
   * Scores one row given by column names: Number, String, Boolean or null. Names that are no input
   * are ignored.
   *
   * @throws PenstockException {@link ErrorClass#SCHEMA_MISMATCH} where an input is missing or has a
   *     value of an impossible type
   */
  public Score score(Map<String, ?> row) {
    RowBuffer buffer = newBuffer();
    RowBinder.bind(buffer, row);
    score(buffer);
    return answer(buffer);
  }

  /** Scores rows as {@link #score(Map)} does, many at once. */
  public List<Score> score(List<? extends Map<String, ?>> rows) {
    RowBlock block = newBlock(Math.max(1, Math.min(BLOCK, rows.size())));
    List<Score> scores = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += block.capacity()) {
      int count = Math.min(block.capacity(), rows.size() - from);
      for (int r = 0; r < count; r++) {
        RowBinder.bind(block.row(r), rows.get(from + r));
      }
      block.score(count);
      for (int r = 0; r < count; r++) {
        scores.add(answer(block.row(r)));
      }
    }
    return scores;
  }

  /** Sets input {@code i} from a Number, String, Boolean or null, as {@link #score(Map)} does. */
  public void bind(RowBuffer row, int i, Object value) {
    RowBinder.bind(row, i, value);
  }

  /** The answer that a buffer holds after {@link #score(RowBuffer)}, as an object. */
  public Score answer(RowBuffer row) {
    if (row.refusal() != null) {
      return new Score(null, null, row.refusal(), row.refusalMessage());
    }
    return new Score(
        prediction(row), output.probabilities() ? read(row, probabilitySlots) : null, null, null);
  }

  private Object prediction(RowBuffer row) {
    if (output.kind() == OutputKind.CLASSIFICATION) {
      return output.classes().get(row.label());
    }
    if (!output.array()) {
      return row.prediction();
    }
    double[] values = read(row, predictionSlots);
    return output.type() == ValueType.LONG
        ? (Object) Arrays.stream(values).mapToLong(value -> (long) value).toArray()
        : (Object) values;
  }

  private static double[] read(RowBuffer row, int[] slots) {
    double[] values = new double[slots.length];
    for (int k = 0; k < slots.length; k++) {
      values[k] = row.numbers[slots[k]];
    }
    return values;
  }

  /**
   * The leaf that a row reaches in every tree: ensembles in the order of the file, trees in the
   * order of their ensemble, the leaves of a tree numbered from 0 from left to right. Ensembles
   * that a reader joined, because they differ in leaf values only, are told once.
   *
   * @throws PenstockException {@link ErrorClass#ROW_REFUSED} where the row cannot be scored
   */
  public int[] leaves(Map<String, ?> row) {
    RowBuffer buffer = newBuffer();
    RowBinder.bind(buffer, row);
    if (score(buffer) != null) {
      throw new PenstockException(
          ErrorClass.ROW_REFUSED, buffer.refusalMessage() + "; such a row reaches no leaf");
    }
    return leaves(buffer);
  }

  /** The leaves, as {@link #leaves(Map)}, of the row that the buffer last scored. */
  public int[] leaves(RowBuffer row) {
    int[] leaves = new int[ensembles.stream().mapToInt(TreesStep::treeCount).sum()];
    int at = 0;
    for (TreesStep ensemble : ensembles) {
      ensemble.leaves(row, leaves, at);
      at += ensemble.treeCount();
    }
    return leaves;
  }

  private void refuseWithoutClass(RowBuffer row) {
    for (int i = 0; i < inputs.size(); i++) {
      if (uses[i] && row.isMissing(i)) {
        row.refuse(Refusal.MISSING_VALUE, i);
        return;
      }
    }
    row.refuse(Refusal.OUT_OF_RANGE, 0);
  }

  private void requireClass(double label) {
    int classes = output.classes().size();
    if (!(label >= 0 && label < classes && label == (int) label)) {
      throw new PenstockException(
          ErrorClass.MODEL_UNREADABLE,
          "the model answers class number " + label + " of " + classes + "; export it again");
    }
  }

  int textSlot(int input) {
    return textSlots[input];
  }

  int predictionSlot(int k) {
    return predictionSlots[k];
  }

  int probabilitySlot(int k) {
    return probabilitySlots[k];
  }

  /** A refusal in words. */
  String explain(RowBuffer row, Refusal refusal, int i) {
    String column = "column " + Quote.text(inputs.get(i).name());
    return switch (refusal) {
      case NOT_A_NUMBER -> column + " holds " + row.describe(i) + ", which is not a number";
      case MISSING_VALUE -> column + " has no value, and the model takes no missing ones";
      case OUT_OF_RANGE -> {
        String bounds = checks.bounds(row, i);
        yield column + " holds " + row.describe(i)
            + (bounds.isEmpty() ? ", for which the model has no answer" : ", and the model takes ")
            + bounds;
      }
      case UNKNOWN_CATEGORY ->
          column + " holds " + row.describe(i) + ", which is no category that the model knows";
    };
  }
}
