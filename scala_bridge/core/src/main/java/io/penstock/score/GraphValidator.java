package io.penstock.score;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.graph.Column;
import io.penstock.graph.Graph;
import io.penstock.graph.Kind;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import io.penstock.graph.Outputs;
import io.penstock.graph.Tree;
import io.penstock.graph.TreeEnsemble;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a graph before it is compiled: columns are defined once and before they are read, kinds
 * and sizes fit, trees are trees. What passes can be evaluated without further checks. Errors are
 * {@link ErrorClass#MODEL_UNREADABLE} and say which node is wrong.
 */
final class GraphValidator {
  private final Map<String, Kind> defined = new HashMap<>();
  private String place = "the inputs";

  private GraphValidator() {}

  static void validate(Graph graph) {
    GraphValidator validator = new GraphValidator();
    for (Column input : graph.inputs()) {
      validator.define(input.name(), input.kind());
    }
    int number = 0;
    for (Node node : graph.nodes()) {
      validator.place = "node " + number++ + " (" + node.getClass().getSimpleName() + ")";
      validator.node(node);
      Kind kind = node instanceof Node.StringImputer ? Kind.STRING : Kind.NUMBER;
      node.outputs().forEach(output -> validator.define(output, kind));
    }
    validator.place = "the outputs";
    validator.outputs(graph.outputs());
  }

  private void node(Node node) {
    if (node instanceof Node.Imputer n) {
      numbers(n.inputs());
      same("fill values", n.fill().length, n.inputs().size());
      same("outputs", n.outputs().size(), n.inputs().size());
    } else if (node instanceof Node.StringImputer n) {
      read(n.input(), Kind.STRING);
      require(n.fill() != null, "its fill value is null");
    } else if (node instanceof Node.OneHotEncoder n) {
      same("outputs", n.outputs().size(), n.categories().size());
      categories(n.input(), n.categories());
    } else if (node instanceof Node.CategoryMapper n) {
      read(n.input(), Kind.STRING);
      same("values", n.values().length, n.categories().size());
      categories(n.input(), n.categories());
    } else if (node instanceof Node.Binary n) {
      operand(n.left());
      operand(n.right());
    } else if (node instanceof Node.Unary n) {
      read(n.input(), Kind.NUMBER);
    } else if (node instanceof Node.Where n) {
      read(n.condition(), Kind.NUMBER);
      operand(n.then());
      operand(n.otherwise());
    } else if (node instanceof Node.Linear n) {
      linear(n);
    } else if (node instanceof TreeEnsemble n) {
      trees(n);
    } else if (node instanceof Node.Link n) {
      numbers(n.inputs());
      same("outputs", n.outputs().size(), n.inputs().size());
    } else if (node instanceof Node.ArgMax n) {
      numbers(n.inputs());
      require(!n.inputs().isEmpty(), "it has no inputs");
    } else if (node instanceof Node.WeightedMedian n) {
      numbers(n.inputs());
      require(!n.inputs().isEmpty(), "it has no inputs");
      same("weights", n.weights().length, n.inputs().size());
      for (double weight : n.weights()) {
        require(weight >= 0 && weight < Double.POSITIVE_INFINITY, "its weight is " + weight);
      }
    }
  }

  private void linear(Node.Linear n) {
    numbers(n.inputs());
    same("rows of weights", n.weights().length, n.outputs().size());
    same("intercepts", n.intercepts().length, n.outputs().size());
    for (double[] row : n.weights()) {
      same("weights in a row", row.length, n.inputs().size());
    }
  }

  private void trees(TreeEnsemble n) {
    numbers(n.inputs());
    require(!n.trees().isEmpty(), "it has no trees");
    require(!n.outputs().isEmpty(), "it has no outputs");
    int number = 0;
    for (Tree tree : n.trees()) {
      String problem = TreeValidator.problem(tree, n.inputs().size(), n.outputs().size());
      require(problem == null, "tree " + number++ + ": " + problem);
    }
  }

  private void categories(String input, List<?> categories) {
    Kind kind = defined.get(input);
    require(kind != null, "it reads the column \"" + input + "\", which is not defined before it");
    Set<Object> seen = new HashSet<>();
    for (Object category : categories) {
      boolean fits =
          kind == Kind.STRING
              ? category == null || category instanceof String
              : category instanceof Double;
      require(fits, "its category " + category + " cannot be compared with its input");
      Object key = category instanceof Double d ? (Object) NumberTable.key(d) : category;
      require(seen.add(key), "its category " + category + " is there twice");
    }
  }

  private void outputs(Outputs outputs) {
    numbers(outputs.predictions());
    numbers(outputs.probabilities());
    require(!outputs.predictions().isEmpty(), "they name no prediction");
    int labels = outputs.labels().size();
    if (labels > 0) {
      same("predictions", outputs.predictions().size(), 1);
      require(new HashSet<>(outputs.labels()).size() == labels, "they name a label twice");
    }
    // A file of another tool may predict the index of a class and not name the classes.
    require(
        outputs.probabilities().isEmpty() || labels == 0 || outputs.probabilities().size() == labels,
        "they have " + outputs.probabilities().size() + " probabilities for " + labels + " labels");
  }

  private void operand(Operand operand) {
    if (operand instanceof Operand.Ref ref) {
      read(ref.column(), Kind.NUMBER);
    }
  }

  private void numbers(List<String> columns) {
    columns.forEach(column -> read(column, Kind.NUMBER));
  }

  private void read(String column, Kind kind) {
    Kind found = defined.get(column);
    require(found != null, "it reads the column \"" + column + "\", not defined before it");
    require(found == kind, "it reads the column \"" + column + "\" as " + kind + ", not " + found);
  }

  private void define(String column, Kind kind) {
    require(column != null && kind != null, "a column has no name or kind");
    require(defined.put(column, kind) == null, "the column \"" + column + "\" is defined twice");
  }

  private void same(String what, int found, int wanted) {
    require(found == wanted, "it has " + found + " " + what + " where " + wanted + " belong");
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      throw new PenstockException(
          ErrorClass.MODEL_UNREADABLE,
          "the model makes no sense at " + place + ": " + problem + "; export it again");
    }
  }
}
