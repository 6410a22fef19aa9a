package io.penstock.score;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.TreeEnsemble;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns the nodes of a valid graph into steps over slots. */
final class GraphCompiler {
  private final Liveness live;
  private final CategoryFunctions functions;
  private final Map<String, String> negations = new HashMap<>();
  private final Schedule schedule = new Schedule();
  private boolean late; // whether the node being planned serves the probabilities only

  /** For each text column that has functions where a row keeps its place. */
  private final Map<String, Integer> textPlaces = new HashMap<>();

  final Slots slots;

  /** All ensembles of the graph, in its order. */
  final List<TreesStep> ensembles = new ArrayList<>();

  /** How many steps keep in a row what they found in the row before. */
  int categoryStepCount;

  /** {@code inputs}: the scorer's inputs; {@code live}: the columns for which nodes are wanted. */
  GraphCompiler(Graph graph, List<Input> inputs, Liveness live) {
    this.live = live;
    functions = new CategoryFunctions(graph, live);
    slots = new Slots(inputs);
    for (Node node : graph.nodes()) {
      String negated = negated(node);
      if (negated != null) {
        negations.put(node.outputs().get(0), negated);
      }
    }
    Set<String> read = columnsRead(graph);
    Liveness predictions = new Liveness(graph, false);
    inputs.forEach(input -> planFunctionsOf(input.name(), read));
    for (Node node : graph.nodes()) {
      if (live.contains(node)) {
        late = !predictions.contains(node);
        if (negated(node) != null && !read.contains(node.outputs().get(0))) {
          slots.defineLevel(node.outputs(), slots.level(Liveness.reads(node)));
        } else {
          plan(node);
        }
        late = false;
        node.outputs().forEach(column -> planFunctionsOf(column, read));
      }
    }
  }

  /** The steps that a prediction needs, in the order in which they run. */
  Step[] predictionSteps() {
    return schedule.steps(false);
  }

  /** The steps that run after those, for the probabilities. */
  Step[] probabilitySteps() {
    return schedule.steps(true);
  }

  /** The finder for a column that holds categories of the kinds that a graph or a check names. */
  Categories categories(String column, List<?> categories) {
    int slot = slots.text(column);
    if (slot >= 0) {
      return new Categories(
          slot, new TextTable(categories.stream().map(c -> (String) c).toList()));
    }
    double[] numbers =
        categories.stream().mapToDouble(c -> c == null ? Double.NaN : (Double) c).toArray();
    return new Categories(slots.number(column), new NumberTable(numbers));
  }

  /** The columns that steps read from slots; functions of text and negations may need none. */
  private Set<String> columnsRead(Graph graph) {
    Set<String> read = new HashSet<>(graph.outputs().predictions());
    read.addAll(graph.outputs().probabilities());
    for (Node node : graph.nodes()) {
      if (!live.contains(node) || areFunctions(node.outputs())) {
        continue;
      }
      if (node instanceof Node.Linear n) {
        for (LinearRun run : LinearRun.of(n, functions)) {
          if (run.source() == null) {
            read.addAll(n.inputs().subList(run.from(), run.to()));
          }
        }
      } else if (node instanceof TreeEnsemble n) {
        n.inputs().forEach(column -> read.add(negations.getOrDefault(column, column)));
      } else {
        read.addAll(Liveness.reads(node));
      }
    }
    return read;
  }

  private boolean areFunctions(List<String> columns) {
    return !columns.isEmpty() && columns.stream().allMatch(c -> functions.of(c) != null);
  }

  /** Plans the look at a text column, if there are functions of it. */
  private void planFunctionsOf(String source, Set<String> read) {
    List<String> all = functions.columnsOf(source);
    if (all.isEmpty()) {
      return;
    }
    int level = slots.level(List.of(source));
    slots.defineLevel(all, level);
    textPlaces.put(source, categoryStepCount);
    List<String> columns = all.stream().filter(read::contains).toList();
    List<CategoryFunction> written = columns.stream().map(functions::of).toList();
    double[] usual = written.stream().mapToDouble(CategoryFunction::rest).toArray();
    int[] out = slots.define(columns, level);
    for (int i = 0; i < out.length; i++) {
      slots.initialise(out[i], usual[i]);
    }
    List<String> places = functions.places(source);
    CategoryTable table = CategoryTable.of(written, places.size(), usual);
    Categories categories = categories(source, places);
    step(level, new CategorySteps.Text(categories, categoryStepCount++, table, out, usual));
  }

  private void plan(Node node) {
    if (areFunctions(node.outputs())) {
      return; // the look at their text column writes them
    }
    if (node instanceof Node.Imputer n) {
      for (int i = 0; i < n.inputs().size(); i++) {
        String input = n.inputs().get(i);
        if (functions.of(n.outputs().get(i)) == null) {
          int fill = slots.constant(n.fill()[i]);
          int level = slots.level(List.of(input));
          item(Elementwise.Op.IMPUTE, level, slots.number(input), fill, 0, n.outputs().get(i));
        }
      }
    } else if (node instanceof Node.Binary n) {
      Elementwise.Op op = Elementwise.Op.valueOf(n.op().name());
      item(op, levelOf(n), slots.of(n.left()), slots.of(n.right()), 0, n.output());
    } else if (node instanceof Node.Unary n) {
      Elementwise.Op op = Elementwise.Op.valueOf(n.op().name());
      item(op, levelOf(n), slots.number(n.input()), 0, 0, n.output());
    } else if (node instanceof Node.Where n) {
      int condition = slots.number(n.condition());
      int then = slots.of(n.then());
      item(Elementwise.Op.WHERE, levelOf(n), condition, then, slots.of(n.otherwise()), n.output());
    } else if (node instanceof Node.StringImputer n) {
      int level = levelOf(n);
      int out = slots.defineText(n.output(), n.input(), level);
      step(level, new CategorySteps.TextImputer(slots.text(n.input()), n.fill(), out));
    } else if (node instanceof Node.OneHotEncoder n) {
      int level = levelOf(n);
      int[] out = slots.define(n.outputs(), level);
      if (out.length > 0) {
        Categories categories = categories(n.input(), n.categories());
        step(level, new CategorySteps.OneHot(categories, categoryStepCount++, out[0]));
      }
    } else if (node instanceof Node.CategoryMapper n) {
      int level = levelOf(n);
      Categories categories = categories(n.input(), n.categories());
      int out = slots.define(n.outputs(), level)[0];
      int origin = slots.textOrigin(n.input());
      step(level, new CategorySteps.Mapper(categories, n.values(), n.unknown(), origin, out));
    } else if (node instanceof Node.Linear n) {
      linear(n);
    } else if (node instanceof TreeEnsemble n) {
      int level = levelOf(n);
      Compared[] in = n.inputs().stream().map(this::compared).toArray(Compared[]::new);
      TreesStep step = new TreesStep(n, ensembles.size(), in, slots.define(n.outputs(), level));
      ensembles.add(step);
      step(level, step);
    } else if (node instanceof Node.Link n) {
      int level = levelOf(n);
      int[] in = slots.numbers(n.inputs());
      int[] out = slots.define(n.outputs(), level);
      step(
          level,
          switch (n.function()) {
            case LOGISTIC -> new VectorSteps.Logistic(in, out);
            case SOFTMAX -> new VectorSteps.Softmax(in, out);
          });
    } else if (node instanceof Node.ArgMax n) {
      int level = levelOf(n);
      int[] in = slots.numbers(n.inputs());
      step(level, new VectorSteps.ArgMax(in, slots.define(n.outputs(), level)[0]));
    } else if (node instanceof Node.WeightedMedian n) {
      int level = levelOf(n);
      int[] in = slots.numbers(n.inputs());
      int out = slots.define(n.outputs(), level)[0];
      int scratch = slots.scratch(2 * in.length);
      step(level, new VectorSteps.WeightedMedian(in, n.weights(), scratch, out));
    }
  }

  private void linear(Node.Linear n) {
    List<LinearStep.Term> terms = new ArrayList<>();
    for (LinearRun run : LinearRun.of(n, functions)) {
      List<String> columns = n.inputs().subList(run.from(), run.to());
      if (run.source() == null) {
        terms.add(new LinearStep.Columns(run.from(), slots.numbers(columns)));
      } else {
        List<CategoryFunction> read = columns.stream().map(functions::of).toList();
        int places = functions.places(run.source()).size();
        CategoryTable table = CategoryTable.of(read, places, new double[read.size()]);
        terms.add(new LinearStep.Lookup(run.from(), textPlaces.get(run.source()), table));
      }
    }
    int level = levelOf(n);
    int[] out = slots.define(n.outputs(), level);
    LinearStep.Term[] all = terms.toArray(new LinearStep.Term[0]);
    step(level, new LinearStep(all, n.weights(), n.intercepts(), out));
  }

  private Compared compared(String column) {
    String negated = negations.get(column);
    return new Compared(slots.number(negated == null ? column : negated), negated != null);
  }

  /** What the node negates, exactly; null for any other node. */
  private static String negated(Node node) {
    if (node instanceof Node.Unary n && n.op() == Node.UnaryOp.NEGATE) {
      return n.input();
    }
    boolean byMinusOne =
        node instanceof Node.Binary n
            && n.op() == Node.BinaryOp.MUL
            && n.right() instanceof Operand.Const constant
            && constant.value() == -1.0;
    return byMinusOne && ((Node.Binary) node).left() instanceof Operand.Ref ref
        ? ref.column()
        : null;
  }

  private int levelOf(Node node) {
    return slots.level(Liveness.reads(node));
  }

  private void item(Elementwise.Op op, int level, int a, int b, int c, String output) {
    int out = slots.define(List.of(output), level)[0];
    schedule.add(late, level, new Elementwise.Item(op, a, b, c, out));
  }

  private void step(int level, Step step) {
    schedule.add(late, level, step);
  }
}
