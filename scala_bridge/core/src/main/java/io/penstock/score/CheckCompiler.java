package io.penstock.score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Binds a contract's checks to positions of inputs. */
final class CheckCompiler {
  private CheckCompiler() {}

  /**
   * The checks in their order, after one of our own: pyfunc has no missing value in an integer or
   * boolean column, so a null there is refused before the model sees the row.
   */
  static List<RowChecks.Ordered> compile(Contract contract, GraphCompiler columns) {
    Map<String, Integer> positions = new HashMap<>();
    List<String> neverNull = new ArrayList<>();
    for (Input input : contract.inputs()) {
      positions.put(input.name(), positions.size());
      if (input.type().refusesNull()) {
        neverNull.add(input.name());
      }
    }
    List<Check> checks = new ArrayList<>();
    checks.add(new Check.MissingValue(neverNull));
    checks.addAll(contract.checks());
    return checks.stream().map(check -> compile(check, positions, columns)).toList();
  }

  private static RowChecks.Ordered compile(
      Check check, Map<String, Integer> positions, GraphCompiler columns) {
    if (check instanceof Check.OutOfRange c) {
      return new RowChecks.Ordered(
          c.refusal(), at(c.columns(), positions), c.min().clone(), c.max().clone(), null);
    } else if (check instanceof Check.UnknownCategory c) {
      return new RowChecks.Ordered(
          c.refusal(),
          at(List.of(c.column()), positions),
          null,
          null,
          columns.categories(c.column(), c.categories()));
    }
    List<String> named =
        check instanceof Check.MissingValue c ? c.columns() : ((Check.NotANumber) check).columns();
    return new RowChecks.Ordered(check.refusal(), at(named, positions), null, null, null);
  }

  private static int[] at(List<String> columns, Map<String, Integer> positions) {
    return columns.stream().mapToInt(positions::get).toArray();
  }
}
