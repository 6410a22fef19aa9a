package io.penstock.score;

import static io.penstock.score.Graphs.contract;
import static io.penstock.score.Graphs.listOf;
import static io.penstock.score.Graphs.number;
import static io.penstock.score.Graphs.regression;
import static io.penstock.score.Graphs.row;
import static io.penstock.score.Graphs.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.graph.Graph;
import io.penstock.graph.Node;
import io.penstock.graph.Operand;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rows are refused, for which reason, and in which words. */
class ChecksTest {
  private static final Graph SUM =
      regression(
          List.of(number("a"), number("b")),
          List.of(
              new Node.Binary(
                  Node.BinaryOp.ADD, new Operand.Ref("a"), new Operand.Ref("b"), "y")),
          "y");

  private static List<Input> inputs(InputType type) {
    return List.of(new Input("a", type, false), new Input("b", type, false));
  }

  private static Check range(String column, double min, double max) {
    return new Check.OutOfRange(List.of(column), new double[] {min}, new double[] {max});
  }

  @Test
  void theFirstFailingCheckGivesTheReasonNotTheFirstFailingColumn() {
    Check missing = new Check.MissingValue(List.of("a", "b"));
    Scorer rangeFirst =
        Scorer.compile(SUM, contract(inputs(InputType.DOUBLE), range("b", -1, 1), missing));
    Scorer missingFirst =
        Scorer.compile(SUM, contract(inputs(InputType.DOUBLE), missing, range("b", -1, 1)));
    var row = row("a", null, "b", 2.0);
    assertEquals(Refusal.OUT_OF_RANGE, rangeFirst.score(row).refusal());
    assertEquals(Refusal.MISSING_VALUE, missingFirst.score(row).refusal());
  }

  @Test
  void refusalsNameTheColumnAndTheValue() {
    Scorer scorer =
        Scorer.compile(
            SUM,
            contract(
                inputs(InputType.STRING),
                new Check.NotANumber(List.of("a", "b")),
                new Check.MissingValue(List.of("a", "b")),
                range("b", -1, 1)));
    assertEquals(
        "column \"b\" holds \"7,2\\u000a\", which is not a number",
        scorer.score(row("a", "1", "b", "7,2\n")).message());
    assertEquals(
        "column \"a\" has no value, and the model takes no missing ones",
        scorer.score(row("a", null, "b", "1")).message());
    assertEquals(
        "column \"b\" holds 1.5, and the model takes -1.0 to 1.0",
        scorer.score(row("a", "1", "b", "1.5")).message());
    String longText = scorer.score(row("a", "x".repeat(1000), "b", "1")).message();
    assertTrue(longText.length() < 130, longText);
  }

  @Test
  void bothBoundsOfARangeAreInsideIt() {
    Scorer scorer = Scorer.compile(SUM, contract(inputs(InputType.DOUBLE), range("a", -1, 1)));
    assertNull(scorer.score(row("a", -1.0, "b", 0.0)).refusal());
    assertNull(scorer.score(row("a", 1.0, "b", 0.0)).refusal());
    assertNull(scorer.score(row("a", Double.NaN, "b", 0.0)).refusal());
    for (double out : new double[] {Math.nextUp(1.0), Math.nextDown(-1.0), 1 / 0.0, -1 / 0.0}) {
      assertEquals(Refusal.OUT_OF_RANGE, scorer.score(row("a", out, "b", 0.0)).refusal());
    }
  }

  @Test
  void minusZeroLiesBelowZero() {
    for (boolean missing : new boolean[] {false, true}) {
      assertEquals(Refusal.OUT_OF_RANGE, refusalOf(missing, -0.0, range("a", 0.0, 1)));
      assertNull(refusalOf(missing, 0.0, range("a", 0.0, 1)));
      assertNull(refusalOf(missing, -0.0, range("a", -0.0, 1)));
      assertNull(refusalOf(missing, 0.0, range("a", -0.0, 1)));
      assertEquals(Refusal.OUT_OF_RANGE, refusalOf(missing, 0.0, range("a", -1, -0.0)));
      assertNull(refusalOf(missing, -0.0, range("a", -1, -0.0)));
      assertNull(refusalOf(missing, 0.0, range("a", -1, 0.0)));
      assertEquals(
          Refusal.OUT_OF_RANGE, refusalOf(missing, -0.0, range("a", -0.0, 1), range("a", 0.0, 2)));
    }
    assertNull(refusalOf(false, Double.NaN, range("a", 0.0, 1)));
  }

  /** {@code missing}: whether the contract refuses NaN in the column too. */
  private static Refusal refusalOf(boolean missing, double a, Check... ranges) {
    List<Check> checks = new ArrayList<>(List.of(ranges));
    if (missing) {
      checks.add(new Check.MissingValue(List.of("a")));
    }
    Scorer scorer =
        Scorer.compile(SUM, contract(inputs(InputType.DOUBLE), checks.toArray(new Check[0])));
    return scorer.score(row("a", a, "b", 0.0)).refusal();
  }

  @Test
  void badTextIsRefusedEvenWhereNoCheckNamesIt() {
    Scorer scorer = Scorer.compile(SUM, contract(inputs(InputType.STRING)));
    assertEquals(Refusal.NOT_A_NUMBER, scorer.score(row("a", "", "b", "1")).refusal());
    assertTrue(Double.isNaN((Double) scorer.score(row("a", "nan", "b", "1")).prediction()));
  }

  @Test
  void badTextInAColumnThatNothingReadsIsLeftAlone() {
    Graph graph =
        regression(
            List.of(number("a"), number("b")),
            List.of(new Node.Unary(Node.UnaryOp.NEGATE, "a", "y")),
            "y");
    Scorer scorer = Scorer.compile(graph, contract(inputs(InputType.STRING)));
    assertEquals(-1.0, scorer.score(row("a", "1", "b", "rubbish")).prediction());
    assertTrue(scorer.uses(0));
    assertFalse(scorer.uses(1));
  }

  @Test
  void nullIsRefusedInTypesThatHaveNoMissingValue() {
    for (InputType type : List.of(InputType.INTEGER, InputType.LONG, InputType.BOOLEAN)) {
      Scorer scorer = Scorer.compile(SUM, contract(inputs(type)));
      RowBuffer buffer = scorer.newBuffer();
      buffer.setNumber(0, 1);
      buffer.setNull(1);
      assertEquals(Refusal.MISSING_VALUE, scorer.score(buffer));
      assertEquals("b", buffer.refusedColumn());
    }
  }

  @Test
  void unknownCategoriesAreRefusedAndNullMayBeKnown() {
    Node encoder = new Node.OneHotEncoder("t", List.of("x"), List.of("y"));
    Graph graph = regression(List.of(text("t")), List.of(encoder), "y");
    List<Input> inputs = List.of(new Input("t", InputType.STRING, true));
    Scorer knowsNull =
        Scorer.compile(
            graph, contract(inputs, new Check.UnknownCategory("t", listOf("x", null))));
    assertNull(knowsNull.score(row("t", null)).refusal());
    assertEquals(Refusal.UNKNOWN_CATEGORY, knowsNull.score(row("t", "")).refusal());
    Scorer knowsNoNull =
        Scorer.compile(graph, contract(inputs, new Check.UnknownCategory("t", List.of("x"))));
    assertEquals(Refusal.UNKNOWN_CATEGORY, knowsNoNull.score(row("t", null)).refusal());
    assertEquals(
        "column \"t\" holds \"X\", which is no category that the model knows",
        knowsNoNull.score(row("t", "X")).message());
  }

  @Test
  void aMapperWithoutADefaultRefuses() {
    Node fill = new Node.StringImputer("t", "x", "f");
    Node mapper = new Node.CategoryMapper("f", List.of("x"), new double[] {1}, null, "y");
    Scorer scorer =
        Scorer.compile(regression(List.of(text("t")), List.of(fill, mapper), "y"), null);
    assertNull(scorer.score(row("t", null)).refusal());
    RowBuffer buffer = scorer.newBuffer();
    buffer.setText(0, "z");
    assertEquals(Refusal.UNKNOWN_CATEGORY, scorer.score(buffer));
    assertEquals("t", buffer.refusedColumn());
    buffer.setText(0, "x");
    assertNull(scorer.score(buffer));
    assertEquals(1.0, buffer.prediction());
  }

  @Test
  void numericCategoriesAreCheckedAsNumbers() {
    Scorer scorer =
        Scorer.compile(
            SUM,
            contract(
                inputs(InputType.STRING), new Check.UnknownCategory("a", listOf(0.0, null))));
    assertNull(scorer.score(row("a", "-0", "b", "1")).refusal());
    assertNull(scorer.score(row("a", null, "b", "1")).refusal());
    assertNull(scorer.score(row("a", "NaN", "b", "1")).refusal());
    assertEquals(
        Refusal.UNKNOWN_CATEGORY, scorer.score(row("a", "1", "b", "1")).refusal());
  }
}
