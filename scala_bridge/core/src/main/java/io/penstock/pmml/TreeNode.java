package io.penstock.pmml;

import java.util.ArrayList;
import java.util.List;

/** A Node of a TreeModel. Forests have millions of them, so they are not kept as elements. */
final class TreeNode {
  /** A class and how often it occurs at a node. */
  record Count(String value, double count) {}

  final int line;
  final String id;
  final String score;
  final String defaultChild;
  Predicate predicate;
  List<TreeNode> children = List.of();
  List<Count> counts = List.of();

  TreeNode(int line, String id, String score, String defaultChild) {
    this.line = line;
    this.id = id;
    this.score = score;
    this.defaultChild = defaultChild;
  }

  void add(TreeNode child) {
    if (children.isEmpty()) {
      children = new ArrayList<>(2);
    }
    children.add(child);
  }

  void add(Count count) {
    if (counts.isEmpty()) {
      counts = new ArrayList<>(4);
    }
    counts.add(count);
  }
}
