package io.penstock.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.PenstockException;
import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A row's answer in a block is the one that it has alone, whatever stands around it. */
class RowBlockTest {

  @Test
  void rowsOfRandomGraphsInAnyOrder() {
    for (long seed = 0; seed < 200; seed++) {
      RandomGraph made = new RandomGraph(seed);
      Scorer scorer = Scorer.compile(made.graph(), null);
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        rows.add(made.row());
      }
      List<Score> alone = rows.stream().map(scorer::score).toList();
      List<Integer> order = new ArrayList<>(java.util.stream.IntStream.range(0, 25).boxed().toList());
      java.util.Collections.shuffle(order, new Random(seed));
      List<Score> together = scorer.score(order.stream().map(rows::get).toList());
      for (int i = 0; i < 25; i++) {
        assertEquals(text(alone.get(order.get(i))), text(together.get(i)), "seed " + seed);
      }
    }
  }

  private static String text(Score score) {
    return score.prediction() instanceof double[] several
        ? java.util.Arrays.toString(several)
        : score.prediction() + " " + score.refusal();
  }

  @Test
  void aRefusedRowLeavesItsNeighboursAlone() {
    Scorer scorer = doubled(new Check.MissingValue(List.of("x")));
    double[] predictions = new double[5];
    int refused =
        scorer.newBlock(2).score(new double[] {1, Double.NaN, 3, Double.NaN, 5}, 5, predictions);
    assertEquals(2, refused);
    assertArrayEquals(new double[] {2, Double.NaN, 6, Double.NaN, 10}, predictions);
  }

  @Test
  void aBlockSaysWhatItCannotTake() {
    Scorer scorer = doubled();
    assertThrows(PenstockException.class, () -> scorer.newBlock(0));
    RowBlock block = scorer.newBlock(3);
    assertThrows(PenstockException.class, () -> block.score(4));
    PenstockException error =
        assertThrows(
            PenstockException.class, () -> block.score(new double[2], 3, new double[3]));
    assertTrue(error.getMessage().contains("3 rows need 3 values"), error.getMessage());
  }

  @Test
  void aPredictionAloneIsTheSame() {
    Graph graph =
        Graphs.classification(
            List.of(Graphs.number("x")),
            List.of(
                new Node.Unary(Node.UnaryOp.NEGATE, "x", "z"),
                new Node.ArgMax(List.of("x", "z"), "label"),
                new Node.Link(Node.LinkFunction.SOFTMAX, List.of("x", "z"), List.of("p", "q"))),
            "label",
            List.of("positive", "negative"),
            List.of("p", "q"));
    Scorer scorer = Scorer.compile(graph, null);
    RowBuffer row = scorer.newBuffer();
    row.setNumber(0, -2);
    assertEquals(null, scorer.predict(row));
    assertEquals(1, row.label());
    assertEquals(null, scorer.score(row));
    assertEquals(1, row.label());
    assertTrue(row.probability(1) > 0.9);
  }

  /** A model that answers 2 x. */
  private static Scorer doubled(Check... checks) {
    Graph graph =
        Graphs.regression(
            List.of(Graphs.number("x")),
            List.of(
                new Node.Binary(
                    Node.BinaryOp.MUL, new Operand.Ref("x"), new Operand.Const(2.0), "y")),
            "y");
    List<Input> inputs = List.of(new Input("x", InputType.DOUBLE, false));
    return Scorer.compile(graph, Graphs.contract(inputs, checks));
  }
}
