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
import java.util.List;
import java.util.Map;

/**
 * Turns the nodes of a valid graph into steps over slots: input i has slot i, and each further
 * column and constant one of its own. Elementwise operations that do not depend on each other are
 * brought together, so that scaling two thousand columns is two loops.
 */
final class GraphCompiler {

  /** A step or an elementwise item, with what decides when it runs. */
  private record Planned(int level, int group, Step step, Elementwise.Item item) {}

  private static final int NO_GROUP = -1;

  private final Map<String, Integer> numberSlots = new HashMap<>();
  private final Map<String, Integer> textSlots = new HashMap<>();
  private final Map<String, Integer> levels = new HashMap<>();
  private final Map<String, Integer> textOrigin = new HashMap<>();
  private final Map<Long, Integer> constantSlots = new HashMap<>();
  private final List<Double> constants = new ArrayList<>();
  private final List<Integer> constantAt = new ArrayList<>();
  private final List<Planned> planned = new ArrayList<>();
  private int numberCount;

  /** All ensembles of the graph, in its order. */
  final List<TreesStep> ensembles = new ArrayList<>();

  int textCount;
  int encoderCount;

  /** {@code inputs}: the scorer's inputs; {@code live}: the columns for which nodes are wanted. */
  GraphCompiler(Graph graph, List<Input> inputs, Liveness live) {
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
    for (Node node : graph.nodes()) {
      if (live.contains(node)) {
        plan(node);
      }
    }
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

  /** The steps in the order in which they run. */
  Step[] steps() {
    planned.sort(Comparator.comparingInt(Planned::level).thenComparingInt(Planned::group));
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
    if (node instanceof Node.Imputer n) {
      for (int i = 0; i < n.inputs().size(); i++) {
        String input = n.inputs().get(i);
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
        step(level, new CategorySteps.OneHot(categories, encoderCount++, out[0]));
      }
    } else if (node instanceof Node.CategoryMapper n) {
      int level = level(List.of(n.input()));
      Categories categories = categories(n.input(), n.categories());
      int input = textOrigin.get(n.input());
      int out = define(n.outputs(), level)[0];
      step(level, new CategorySteps.Mapper(categories, n.values(), n.unknown(), input, out));
    } else if (node instanceof Node.Linear n) {
      int level = level(n.inputs());
      int[] in = slots(n.inputs());
      step(
          level,
          new VectorSteps.Linear(in, n.weights(), n.intercepts(), define(n.outputs(), level)));
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
    planned.add(new Planned(level, op.ordinal(), null, new Elementwise.Item(op, a, b, c, out)));
  }

  private void step(int level, Step step) {
    planned.add(new Planned(level, NO_GROUP, step, null));
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
