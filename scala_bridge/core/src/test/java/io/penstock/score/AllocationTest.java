package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.TreeEnsemble;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scoring a row allocates nothing, so that a stream of them gives the collector no work. */
class AllocationTest {
  private static final int ROWS = 20_000;

  @Test
  void aRowOfTextAndNumbersAllocatesNothing() {
    TreeEnsemble trees =
        Graphs.sum(
            List.of("x", "a", "b"),
            List.of(Graphs.stump(0, 5, true, 1, 2), Graphs.stump(1, 0.5, false, 3, 4)),
            "y");
    Graph graph =
        Graphs.regression(
            List.of(Graphs.number("x"), Graphs.text("t")),
            List.of(
                new Node.StringImputer("t", "none", "f"),
                new Node.OneHotEncoder("f", List.of("red", "none"), List.of("a", "b")),
                trees,
                new Node.WeightedMedian(List.of("a", "y", "y"), new double[] {1, 1, 1}, "m")),
            "m");
    Check missing = new Check.MissingValue(List.of("x"));
    Contract contract =
        Graphs.contract(
            List.of(
                new Input("x", InputType.STRING, false), new Input("t", InputType.STRING, true)),
            new Check.NotANumber(List.of("x")),
            missing);
    Scorer scorer = Scorer.compile(graph, contract);
    RowBuffer row = scorer.newBuffer();
    byte[] number = " 7.25 ".getBytes(StandardCharsets.UTF_8);
    byte[] red = "red".getBytes(StandardCharsets.UTF_8);
    score(scorer, row, number, red);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    double sum = score(scorer, row, number, red);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(ROWS * 6.0 - ROWS / 2, sum); // red rows give 2 + 4, null ones 2 + 3
    assertTrue(allocated < ROWS / 10, allocated + " bytes for " + ROWS + " rows");
  }

  private static double score(Scorer scorer, RowBuffer row, byte[] number, byte[] red) {
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      row.setText(0, number, 0, number.length);
      if (i % 2 == 0) {
        row.setText(1, red, 0, red.length);
      } else {
        row.setNull(1);
      }
      if (scorer.score(row) == null) {
        sum += row.prediction();
      }
    }
    return sum;
  }
}
