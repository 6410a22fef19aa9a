package io.penstock.score;

import static io.penstock.score.Graphs.contract;
import static io.penstock.score.Graphs.number;
import static io.penstock.score.Graphs.regression;
import static io.penstock.score.Graphs.row;
import static io.penstock.score.Graphs.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A buffer is used for row after row, and nothing of one row may show in the next. */
class RowBufferTest {
  private static final Graph ENCODED =
      regression(
          List.of(number("x"), text("t")),
          List.of(
              new Node.OneHotEncoder("t", List.of("a", "b"), List.of("ta", "tb")),
              new Node.Linear(
                  List.of("x", "ta", "tb"),
                  new double[][] {{1, 10, 100}},
                  new double[] {0},
                  List.of("y"))),
          "y");

  private static double score(Scorer scorer, RowBuffer buffer, String x, String t) {
    buffer.setText(0, x);
    buffer.setText(1, t);
    assertNull(scorer.score(buffer));
    return buffer.prediction();
  }

  @Test
  void oneHotLeavesNothingBehind() {
    Scorer scorer = Scorer.compile(ENCODED, null);
    RowBuffer buffer = scorer.newBuffer();
    assertEquals(11.0, score(scorer, buffer, "1", "a"));
    assertEquals(101.0, score(scorer, buffer, "1", "b"));
    assertEquals(1.0, score(scorer, buffer, "1", "c"));
    assertEquals(101.0, score(scorer, buffer, "1", "b"));
    assertEquals(101.0, score(scorer, buffer, "1", "b"));
    assertEquals(1.0, score(scorer, buffer, "1", null));
    assertEquals(11.0, score(scorer, buffer, "1", "a"));
  }

  @Test
  void aRefusalDoesNotOutliveItsRow() {
    Scorer scorer = Scorer.compile(ENCODED, null);
    RowBuffer buffer = scorer.newBuffer();
    for (int times = 0; times < 3; times++) {
      buffer.setText(0, "bad");
      buffer.setText(0, "worse");
      buffer.setText(1, "a");
      assertEquals(Refusal.NOT_A_NUMBER, scorer.score(buffer));
      assertEquals("x", buffer.refusedColumn());
      assertTrue(buffer.refusalMessage().contains("worse"));
      buffer.setNumber(0, 5);
      assertNull(scorer.score(buffer));
      assertEquals(15.0, buffer.prediction());
      assertNull(buffer.refusedColumn());
      assertNull(buffer.refusalMessage());
      buffer.setText(0, "bad");
      buffer.setNull(0);
      assertNull(scorer.score(buffer));
      assertTrue(Double.isNaN(buffer.prediction()));
    }
  }

  @Test
  void textIsReadFromTheMiddleOfALargerArray() {
    Scorer scorer = Scorer.compile(ENCODED, null);
    RowBuffer buffer = scorer.newBuffer();
    byte[] shared = "999 12.5ab".getBytes(StandardCharsets.UTF_8);
    buffer.setText(0, shared, 3, 5);
    buffer.setText(1, shared, 9, 1);
    assertNull(scorer.score(buffer));
    assertEquals(112.5, buffer.prediction());
  }

  @Test
  void aNumberForATextInputIsAnError() {
    Scorer scorer = Scorer.compile(ENCODED, null);
    PenstockException e =
        assertThrows(PenstockException.class, () -> scorer.newBuffer().setNumber(1, 1.0));
    assertEquals(ErrorClass.INVALID_ARGUMENT, e.errorClass());
  }

  @Test
  void aBufferServesOnlyItsOwnScorer() {
    Scorer one = Scorer.compile(ENCODED, null);
    Scorer other = Scorer.compile(ENCODED, null);
    assertThrows(PenstockException.class, () -> one.score(other.newBuffer()));
  }

  @Test
  void aMapMustHoldEveryInputAndMayHoldMore() {
    Scorer scorer = Scorer.compile(ENCODED, null);
    assertEquals(11.0, scorer.score(row("t", "a", "other", new Object(), "x", 1)).prediction());
    PenstockException e =
        assertThrows(PenstockException.class, () -> scorer.score(Map.of("x", 1.0)));
    assertEquals(ErrorClass.SCHEMA_MISMATCH, e.errorClass());
    assertTrue(e.getMessage().contains("\"t\""), e.getMessage());
  }

  @Test
  void manyRowsAreScoredInTheirOrder() {
    Scorer scorer = Scorer.compile(ENCODED, null);
    List<Score> scores =
        scorer.score(List.of(row("x", 1.0, "t", "a"), row("x", 2.0, "t", "b"), row("x", 3, "t", "")));
    assertArrayEquals(
        new Object[] {11.0, 102.0, 3.0}, scores.stream().map(Score::prediction).toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "DOUBLE, 9007199254740992, true",
    "DOUBLE, 9007199254740993, false",
    "DOUBLE, 9223372036854775807, false",
    "INTEGER, 2147483647, true",
    "INTEGER, 2147483648, false",
    "LONG, 9223372036854775807, true",
    "FLOAT, 16777216, true",
    "FLOAT, 16777217, false",
    "BOOLEAN, 1, false",
    "STRING, 9007199254740993, false"
  })
  void longsWidenOnlyWithoutLoss(InputType type, long value, boolean fits) {
    Graph graph =
        regression(
            List.of(number("x")), List.of(new Node.Unary(Node.UnaryOp.ABS, "x", "y")), "y");
    Scorer scorer = Scorer.compile(graph, contract(List.of(new Input("x", type, false))));
    if (fits) {
      assertEquals((double) value, scorer.score(row("x", value)).prediction());
    } else {
      assertThrows(PenstockException.class, () -> scorer.score(row("x", value)));
    }
  }

  @Test
  void valuesOfOtherTypesAreASchemaMismatch() {
    Graph graph =
        regression(
            List.of(number("x")), List.of(new Node.Unary(Node.UnaryOp.ABS, "x", "y")), "y");
    Scorer doubles =
        Scorer.compile(graph, contract(List.of(new Input("x", InputType.DOUBLE, false))));
    for (Object value : List.of("1", true, new Object(), java.math.BigDecimal.ONE)) {
      PenstockException e =
          assertThrows(PenstockException.class, () -> doubles.score(row("x", value)));
      assertEquals(ErrorClass.SCHEMA_MISMATCH, e.errorClass());
    }
    Scorer floats =
        Scorer.compile(graph, contract(List.of(new Input("x", InputType.FLOAT, false))));
    assertThrows(PenstockException.class, () -> floats.score(row("x", 0.1)));
    assertEquals((double) 0.1f, floats.score(row("x", 0.1f)).prediction());
  }
}
