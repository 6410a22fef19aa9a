package io.penstock.score;

import java.util.List;

/**
 * What pyfunc promises beyond the arithmetic that a model file can hold: the inputs' types and
 * order, which rows are refused and for what reason, and the type of the answer.
 */
public record Contract(List<Input> inputs, List<Check> checks, OutputType output) {
  public Contract {
    inputs = List.copyOf(inputs);
    checks = List.copyOf(checks);
  }
}
