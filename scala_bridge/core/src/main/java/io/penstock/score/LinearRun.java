package io.penstock.score;

import io.penstock.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Neighbouring inputs of a linear node that are computed in one way.
 *
 * @param from the first of them
 * @param to the first after them
 * @param source the text column of which they are functions, to be looked up in one table; null
 *     where each is read from its slot
 */
record LinearRun(int from, int to, String source) {

  /** A table may have this many entries beside one for each category. */
  private static final long MOST_ENTRIES = 1L << 20;

  /** The inputs of a linear node, from left to right. */
  static List<LinearRun> of(Node.Linear node, CategoryFunctions functions) {
    List<LinearRun> runs = new ArrayList<>();
    for (int from = 0, to; from < node.inputs().size(); from = to) {
      String source = source(node, from, functions);
      to = from + 1;
      while (to < node.inputs().size() && Objects.equals(source, source(node, to, functions))) {
        to++;
      }
      boolean lookup = source != null && fits(node, from, to, functions);
      runs.add(new LinearRun(from, to, lookup ? source : null));
    }
    return runs;
  }

  private static String source(Node.Linear node, int i, CategoryFunctions functions) {
    CategoryFunction function = functions.of(node.inputs().get(i));
    return function == null ? null : function.source();
  }

  /** Whether leaving out zeros changes nothing, and the table stays small. */
  private static boolean fits(Node.Linear node, int from, int to, CategoryFunctions functions) {
    long entries = 0;
    for (int i = from; i < to; i++) {
      CategoryFunction function = functions.of(node.inputs().get(i));
      if (function.rest() != 0.0) {
        entries += functions.places(function.source()).size() + 1; // one for every text
      }
      for (double[] weights : node.weights()) {
        if (!Double.isFinite(weights[i])) {
          return false;
        }
      }
    }
    return entries <= MOST_ENTRIES;
  }
}
