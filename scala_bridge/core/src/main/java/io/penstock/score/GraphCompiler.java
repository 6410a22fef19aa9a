package io.penstock.score;

import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Turns the nodes of a valid graph into steps over slots: input i has slot i, and each further
 * column and constant one of its own. Elementwise operations that do not depend on each other are
 * brought together, so that scaling two thousand columns is two loops.
 */
final class GraphCompiler {

  /** A step or an elementwise item, with what decides when it runs. */
  private record Planned(boolean late, int level, int group, Step step, Elementwise.Item item) {}

  private static final int NO_GROUP = -1;

  /** A table for a linear node may have this many entries beside one for each category. */
  private static final long MOST_ENTRIES = 1L << 20;

  private final Map<String, Integer> numberSlots = new HashMap<>();
  private final Map<String, Integer> textSlots = new HashMap<>();
  private final Map<String, Integer> levels = new HashMap<>();
  private final Map<String, Integer> textOrigin = new HashMap<>();
  private final Map<Long, Integer> constantSlots = new HashMap<>();
  private final List<Double> constants = new ArrayList<>();
  private final List<Integer> constantAt = new ArrayList<>();
  private final List<Planned> planned = new ArrayList<>();
  private int numberCount;

  private final Liveness live;
  private boolean late; // whether the node being planned serves the probabilities only
  private final CategoryFunctions functions;

  /** For each text column with functions where a row keeps its place. */
  private final Map<String, Integer> textPlaces = new HashMap<>();

  /** All ensembles of the graph, in its order. */
  final List<TreesStep> ensembles = new ArrayList<>();

  int textCount;
  int categoryStepCount;

  /** {@code inputs}: the scorer's inputs; {@code live}: the columns for which nodes are wanted. */
  GraphCompiler(Graph graph, List<Input> inputs, Liveness live) {
    this.live = live;
    Liveness predictions = new Liveness(graph, false);
    functions = new CategoryFunctions(graph, live);
    Set<String> wanted = wanted(graph);
    numberCount = inputs.size();
    for (int i = 0; i < inputs.size(); i++) {
      String name = inputs.get(i).name();
      levels.put(name, 0);
      if (inputs.get(i).text()) {
        textSlots.put(name, textCount++);
        textOrigin.put(name, i);
      } else {
        numberSlots.put(name, i);
      }
    }
    for (Input input : inputs) {
      functionsOf(input.name(), wanted);
    }
    for (Node node : graph.nodes()) {
      if (live.contains(node)) {
        late = !predictions.contains(node);
        plan(node);
        late = false;
        node.outputs().forEach(column -> functionsOf(column, wanted));
      }
    }
  }

  /** The functions of text columns that need a slot: some step reads them one by one. */
  private Set<String> wanted(Graph graph) {
    Set<String> wanted = new HashSet<>(graph.outputs().predictions());
    wanted.addAll(graph.outputs().probabilities());
    for (Node node : graph.nodes()) {
      if (live.contains(node) && node.outputs().stream().anyMatch(c -> functions.of(c) == null)) {
        if (node instanceof Node.Linear n) {
          for (Run run : runs(n)) {
            if (!run.lookup()) {
              wanted.addAll(n.inputs().subList(run.from(), run.to()));
            }
          }
        } else {
          wanted.addAll(Liveness.reads(node));
        }
      }
    }
    return wanted;
  }

  /** Plans the look at a text column, if there are functions of it. */
  private void functionsOf(String source, Set<String> wanted) {
    List<String> columns = functions.columnsOf(source);
    if (columns.isEmpty()) {
      return;
    }
    int level = level(List.of(source));
    int place = categoryStepCount++;
    textPlaces.put(source, place);
    columns.forEach(column -> levels.put(column, level));
    List<String> read = columns.stream().filter(wanted::contains).toList();
    List<CategoryFunction> table = read.stream().map(functions::of).toList();
    double[] usual = table.stream().mapToDouble(CategoryFunction::rest).toArray();
    int[] slots = define(read, level);
    for (int i = 0; i < slots.length; i++) {
      constants.add(usual[i]);
      constantAt.add(slots[i]);
    }
    List<String> places = functions.places(source);
    step(
        level,
        new CategorySteps.Text(
            new Categories(textSlot(source), new TextTable(places)),
            place,
            CategoryTable.of(table, places.size(), usual),
            slots,
            usual));
  }

  /** Neighbouring inputs of a linear node: one look into a table, or slots. */
  private record Run(int from, int to, boolean lookup) {}

  private List<Run> runs(Node.Linear n) {
    List<Run> runs = new ArrayList<>();
    for (int from = 0, to; from < n.inputs().size(); from = to) {
      String source = source(n, from);
      to = from + 1;
      while (to < n.inputs().size() && Objects.equals(source, source(n, to))) {
        to++;
      }
      boolean lookup = source != null && fitsLookup(n, from, to, source);
      runs.add(new Run(from, to, lookup));
    }
    return runs;
  }

  private String source(Node.Linear n, int i) {
    CategoryFunction function = functions.of(n.inputs().get(i));
    return function == null ? null : function.source();
  }

  private boolean fitsLookup(Node.Linear n, int from, int to, String source) {
    long entries = 0;
    for (int i = from; i < to; i++) {
      if (functions.of(n.inputs().get(i)).rest() != 0.0) {
        entries += functions.places(source).size() + 1; // unusual for every text
      }
      for (double[] weights : n.weights()) {
        if (!Double.isFinite(weights[i])) {
          return false;
        }
      }
    }
    return entries <= MOST_ENTRIES;
  }

  private void linear(Node.Linear n) {
    int level = level(n.inputs());
    List<LinearStep.Term> terms = new ArrayList<>();
    for (Run run : runs(n)) {
      List<String> columns = n.inputs().subList(run.from(), run.to());
      if (run.lookup()) {
        String source = source(n, run.from());
        CategoryTable table =
            CategoryTable.of(
                columns.stream().map(functions::of).toList(),
                functions.places(source).size(),
                new double[columns.size()]);
        terms.add(new LinearStep.Lookup(run.from(), textPlaces.get(source), table));
      } else {
        terms.add(new LinearStep.Slots(run.from(), slots(columns)));
      }
    }
    step(
        level,
        new LinearStep(
            terms.toArray(new LinearStep.Term[0]),
            n.weights(),
            n.intercepts(),
            define(n.outputs(), level)));
  }

  /** The slot of a NUMBER column. */
  int numberSlot(String column) {
    return numberSlots.get(column);
  }

  /** The slot of a STRING column, -1 for another. */
  int textSlot(String column) {
    return textSlots.getOrDefault(column, -1);
  }

  /** What a row's numbers hold before anything is set. */
  double[] template() {
    double[] numbers = new double[numberCount];
    for (int i = 0; i < constants.size(); i++) {
      numbers[constantAt.get(i)] = constants.get(i);
    }
    return numbers;
  }

  /** The steps that a prediction needs, in the order in which they run. */
  Step[] predictionSteps() {
    return steps(false);
  }

  /** The steps that run after those, for the probabilities. */
  Step[] probabilitySteps() {
    return steps(true);
  }

  private Step[] steps(boolean late) {
    List<Planned> planned =
        this.planned.stream()
            .filter(p -> p.late() == late)
            .sorted(Comparator.comparingInt(Planned::level).thenComparingInt(Planned::group))
            .toList();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < planned.size(); ) {
      Planned first = planned.get(i);
      if (first.step() != null) {
        steps.add(first.step());
        i++;
        continue;
      }
      List<Elementwise.Item> items = new ArrayList<>();
      for (; i < planned.size() && sameLoop(first, planned.get(i)); i++) {
        items.add(planned.get(i).item());
      }
      steps.add(new Elementwise(items));
    }
    return steps.toArray(new Step[0]);
  }

  private static boolean sameLoop(Planned a, Planned b) {
    return a.level() == b.level() && a.group() == b.group();
  }

  private void plan(Node node) {
    if (!node.outputs().isEmpty()
        && node.outputs().stream().allMatch(column -> functions.of(column) != null)) {
      return; // columns of a look at a text column
    }
    if (node instanceof Node.Imputer n) {
      for (int i = 0; i < n.inputs().size(); i++) {
        String input = n.inputs().get(i);
        if (functions.of(n.outputs().get(i)) != null) {
          continue;
        }
        item(
            Elementwise.Op.IMPUTE,
            level(List.of(input)),
            numberSlot(input),
            constant(n.fill()[i]),
            0,
            n.outputs().get(i));
      }
    } else if (node instanceof Node.Binary n) {
      Elementwise.Op op = Elementwise.Op.valueOf(n.op().name());
      item(op, level(n.left(), n.right()), slot(n.left()), slot(n.right()), 0, n.output());
    } else if (node instanceof Node.Unary n) {
      Elementwise.Op op = Elementwise.Op.valueOf(n.op().name());
      item(op, level(List.of(n.input())), numberSlot(n.input()), 0, 0, n.output());
    } else if (node instanceof Node.Where n) {
      int condition = numberSlot(n.condition());
      int level = Math.max(level(List.of(n.condition())), level(n.then(), n.otherwise()));
      item(Elementwise.Op.WHERE, level, condition, slot(n.then()), slot(n.otherwise()), n.output());
    } else if (node instanceof Node.StringImputer n) {
      int level = level(List.of(n.input()));
      int out = textCount++;
      textSlots.put(n.output(), out);
      textOrigin.put(n.output(), textOrigin.get(n.input()));
      levels.put(n.output(), level);
      step(level, new CategorySteps.TextImputer(textSlot(n.input()), n.fill(), out));
    } else if (node instanceof Node.OneHotEncoder n) {
      int level = level(List.of(n.input()));
      Categories categories = categories(n.input(), n.categories());
      int[] out = define(n.outputs(), level);
      if (out.length > 0) {
        step(level, new CategorySteps.OneHot(categories, categoryStepCount++, out[0]));
      }
    } else if (node instanceof Node.CategoryMapper n) {
      int level = level(List.of(n.input()));
      Categories categories = categories(n.input(), n.categories());
      int input = textOrigin.get(n.input());
      int out = define(n.outputs(), level)[0];
      step(level, new CategorySteps.Mapper(categories, n.values(), n.unknown(), input, out));
    } else if (node instanceof Node.Linear n) {
      linear(n);
    } else if (node instanceof TreeEnsemble n) {
      trees(n);
    } else if (node instanceof Node.Link n) {
      int level = level(n.inputs());
      int[] in = slots(n.inputs());
      int[] out = define(n.outputs(), level);
      step(
          level,
          switch (n.function()) {
            case LOGISTIC -> new VectorSteps.Logistic(in, out);
            case SOFTMAX -> new VectorSteps.Softmax(in, out);
          });
    } else if (node instanceof Node.ArgMax n) {
      int level = level(n.inputs());
      int[] in = slots(n.inputs());
      step(level, new VectorSteps.ArgMax(in, define(n.outputs(), level)[0]));
    }
  }

  private void trees(TreeEnsemble ensemble) {
    int level = level(ensemble.inputs());
    int[] in = slots(ensemble.inputs());
    int[] out = define(ensemble.outputs(), level);
    TreesStep step = new TreesStep(ensemble, ensembles.size(), in, out);
    ensembles.add(step);
    step(level, step);
  }

  /** The finder for a column that holds categories of the kinds that a graph or a check names. */
  Categories categories(String column, List<?> categories) {
    int slot = textSlot(column);
    if (slot >= 0) {
      return new Categories(
          slot, new TextTable(categories.stream().map(c -> (String) c).toList()));
    }
    double[] numbers =
        categories.stream().mapToDouble(c -> c == null ? Double.NaN : (Double) c).toArray();
    return new Categories(numberSlot(column), new NumberTable(numbers));
  }

  private void item(Elementwise.Op op, int level, int a, int b, int c, String output) {
    int out = define(List.of(output), level)[0];
    Elementwise.Item item = new Elementwise.Item(op, a, b, c, out);
    planned.add(new Planned(late, level, op.ordinal(), null, item));
  }

  private void step(int level, Step step) {
    planned.add(new Planned(late, level, NO_GROUP, step, null));
  }

  /** Gives columns slots, one after the other. */
  private int[] define(List<String> outputs, int level) {
    int[] slots = new int[outputs.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = numberCount++;
      numberSlots.put(outputs.get(i), slots[i]);
      levels.put(outputs.get(i), level);
    }
    return slots;
  }

  /** A node's level is one more than the highest of what it reads. */
  private int level(List<String> columns) {
    int highest = 0;
    for (String column : columns) {
      highest = Math.max(highest, levels.get(column));
    }
    return highest + 1;
  }

  private int level(Operand a, Operand b) {
    List<String> columns = new ArrayList<>();
    Liveness.addColumn(a, columns);
    Liveness.addColumn(b, columns);
    return level(columns);
  }

  private int[] slots(List<String> columns) {
    return columns.stream().mapToInt(this::numberSlot).toArray();
  }

  private int slot(Operand operand) {
    return operand instanceof Operand.Ref ref
        ? numberSlot(ref.column())
        : constant(((Operand.Const) operand).value());
  }

  private int constant(double value) {
    return constantSlots.computeIfAbsent(
        Double.doubleToRawLongBits(value),
        bits -> {
          constants.add(value);
          constantAt.add(numberCount);
          return numberCount++;
        });
  }
}
