package io.penstock.pmml;

import io.penstock.graph.Tree;
import io.penstock.graph.TreeBuilder;
import io.penstock.pmml.Test.OnMissing;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Turns the nodes of a TreeModel, with any number of children and PMML's strategies for missing
 * values, into a binary tree.
 *
 * <p>The children of a node become a chain of splits: the first predicate that holds wins. Where a
 * missing value goes the same way as a number would, the split sends it there. Where it goes
 * elsewhere, a split on presence stands before; below it, presence is known and not asked again.
 */
final class TreeConverter {
  private static final int MAX_GROWTH = 8;

  /** What is known of features on the way to a node: whether each is missing. */
  private record Known(int feature, boolean missing, Known rest) {
    static Boolean missing(Known known, int feature) {
      for (Known k = known; k != null; k = k.rest) {
        if (k.feature == feature) {
          return k.missing;
        }
      }
      return null;
    }
  }

  /** A place to convert: a node, the first child to try, and where the result hangs. */
  private record Task(TreeNode node, int child, Known known, int parent, boolean left) {}

  private final Element model;
  private final Predicates predicates;
  private final TreeFeatures features;
  private final Function<TreeNode, double[]> leaf;
  private final double[] missingLeaf;
  private final String missingStrategy;
  private final boolean lastIfNoneHolds;
  private final TreeBuilder tree = new TreeBuilder();
  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private long budget;

  /**
   * @param leaf the numbers of a node in which a row may end
   * @param missingLeaf the numbers of no prediction
   */
  TreeConverter(
      Element model,
      Scope scope,
      TreeFeatures features,
      Function<TreeNode, double[]> leaf,
      double[] missingLeaf) {
    this.model = model;
    this.predicates = new Predicates(model, scope, features);
    this.features = features;
    this.leaf = leaf;
    this.missingLeaf = missingLeaf;
    this.missingStrategy = model.attribute("missingValueStrategy", "none");
    if (!List.of("none", "nullPrediction", "lastPrediction", "defaultChild")
        .contains(missingStrategy)) {
      throw model.unsupportedAttribute("missingValueStrategy");
    }
    String noTrueChild = model.attribute("noTrueChildStrategy", "returnNullPrediction");
    this.lastIfNoneHolds = noTrueChild.equals("returnLastPrediction");
    if (!lastIfNoneHolds && !noTrueChild.equals("returnNullPrediction")) {
      throw model.unsupportedAttribute("noTrueChildStrategy");
    }
  }

  Tree convert() {
    TreeNode root = model.tree();
    if (!(root.predicate instanceof Predicate.Always)) {
      throw model.unsupported("the predicate of its root is not True", "begin with a True node");
    }
    budget = 64 + (long) MAX_GROWTH * size(root);
    tasks.push(new Task(root, 0, null, -1, false));
    while (!tasks.isEmpty()) {
      convert(tasks.pop());
    }
    return tree.build();
  }

  private static int size(TreeNode root) {
    int size = 0;
    ArrayDeque<TreeNode> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      size++;
      open.pop().children.forEach(open::push);
    }
    return size;
  }

  private void convert(Task task) {
    TreeNode node = task.node;
    int i = task.child;
    while (true) {
      if (node.children.isEmpty()) {
        addLeaf(task, leaf.apply(node));
        return;
      }
      if (i == node.children.size()) {
        addLeaf(task, lastIfNoneHolds ? leaf.apply(node) : missingLeaf);
        return;
      }
      TreeNode child = node.children.get(i);
      if (child.predicate instanceof Predicate.Never) {
        i++;
        continue;
      }
      if (child.predicate instanceof Predicate.Always) {
        node = child;
        i = 0;
        continue;
      }
      Test test = predicates.test(child.predicate);
      Boolean missing = Known.missing(task.known, test.feature());
      if (missing == null && test.nullable()) {
        split(new Task(node, i, task.known, task.parent, task.left), test);
        return;
      }
      if (missing == null || !missing) {
        if (test.threshold() != Double.POSITIVE_INFINITY) {
          splitPresent(new Task(node, i, task.known, task.parent, task.left), test);
          return;
        }
        boolean holds = test.holdsBelow();
        node = holds ? child : node;
        i = holds ? 0 : i + 1;
        continue;
      }
      if (test.onMissing() == OnMissing.TRUE) {
        node = child;
        i = 0;
      } else if (test.onMissing() == OnMissing.FALSE || missingStrategy.equals("none")) {
        i++;
      } else if (missingStrategy.equals("defaultChild")) {
        node = defaultChild(node);
        i = 0;
      } else {
        boolean last = missingStrategy.equals("lastPrediction");
        addLeaf(task, last ? leaf.apply(node) : missingLeaf);
        return;
      }
    }
  }

  private void addLeaf(Task task, double[] values) {
    hang(task, tree.addLeaf(values));
  }

  /** A split on a feature that is there. */
  private void splitPresent(Task task, Test test) {
    int split = addSplit(task, test, false);
    pushBranches(task, test, split, task.known, task.known);
  }

  /** A split on a feature that may be missing. */
  private void split(Task task, Test test) {
    Known present = new Known(test.feature(), false, task.known);
    if (goesWhereTrue(task, test)) {
      int split = addSplit(task, test, test.holdsBelow());
      pushBranches(task, test, split, task.known, present);
    } else if (goesWhereFalse(task, test)) {
      int split = addSplit(task, test, !test.holdsBelow());
      pushBranches(task, test, split, present, task.known);
    } else {
      Known absent = new Known(test.feature(), true, task.known);
      int split = tree.addSplit(test.feature(), Double.POSITIVE_INFINITY, false);
      hang(task, split);
      tasks.push(new Task(task.node, task.child, absent, split, false));
      tasks.push(new Task(task.node, task.child, present, split, true));
    }
  }

  private int addSplit(Task task, Test test, boolean missingLeft) {
    int split = tree.addSplit(test.feature(), test.threshold(), missingLeft);
    hang(task, split);
    return split;
  }

  /** Continues below a split; what is left of the file's order is converted first. */
  private void pushBranches(Task task, Test test, int split, Known ifTrue, Known ifFalse) {
    Task holds =
        new Task(task.node.children.get(task.child), 0, ifTrue, split, test.holdsBelow());
    TreeNode other = complement(task, test);
    Task fails =
        other == null
            ? new Task(task.node, task.child + 1, ifFalse, split, !test.holdsBelow())
            : new Task(other, 0, ifFalse, split, !test.holdsBelow());
    tasks.push(fails);
    tasks.push(holds);
  }

  /** The next child, if its predicate holds for just those numbers for which the test fails. */
  private TreeNode complement(Task task, Test test) {
    Test next = next(task);
    return next != null && test.complements(next) ? task.node.children.get(task.child + 1) : null;
  }

  private Test next(Task task) {
    if (task.child + 1 == task.node.children.size()) {
      return null;
    }
    Predicate predicate = task.node.children.get(task.child + 1).predicate;
    boolean plain = predicate instanceof Predicate.Always || predicate instanceof Predicate.Never;
    return plain ? null : predicates.test(predicate);
  }

  /** Whether a missing value goes to the child of the test. */
  private boolean goesWhereTrue(Task task, Test test) {
    return switch (test.onMissing()) {
      case TRUE -> true;
      case FALSE -> false;
      case UNKNOWN ->
          missingStrategy.equals("defaultChild")
              && defaultChild(task.node) == task.node.children.get(task.child);
    };
  }

  /** Whether a missing value goes where a number goes for which the test fails. */
  private boolean goesWhereFalse(Task task, Test test) {
    TreeNode complement = complement(task, test);
    Test next = next(task);
    boolean unknown = test.onMissing() == OnMissing.UNKNOWN;
    if (unknown && missingStrategy.equals("defaultChild")) {
      if (complement != null) {
        return complement == defaultChild(task.node);
      }
      // The next predicate is as unknown as this one, and leads to the same default child.
      return next != null
          && next.feature() == test.feature()
          && next.onMissing() == OnMissing.UNKNOWN;
    }
    if (unknown && !missingStrategy.equals("none")) {
      return false;
    }
    return complement == null || next.onMissing() == OnMissing.TRUE;
  }

  private TreeNode defaultChild(TreeNode node) {
    for (TreeNode child : node.children) {
      if (node.defaultChild != null && Objects.equals(child.id, node.defaultChild)) {
        return child;
      }
    }
    throw model.unreadable(
        "its Node in line " + node.line + " has no child that its defaultChild names");
  }

  private void hang(Task task, int node) {
    if (tree.nodeCount() > budget) {
      throw model.unsupported(
          "its treatment of missing values makes its trees much larger",
          "write it with a default child for each split");
    }
    if (task.parent >= 0 && task.left) {
      tree.setLeft(task.parent, node);
    } else if (task.parent >= 0) {
      tree.setRight(task.parent, node);
    }
  }
}
