package io.penstock.score;

import java.util.ArrayList;
import java.util.List;

/**
 * For each place of a text column the columns that do not have their usual value there. Entry 0 is
 * for text that has no place, entry p + 1 for place p.
 */
final class CategoryTable {
  /** What belongs to entry i stands from start[i] to start[i + 1]. */
  private final int[] start;

  private final int[] column;
  private final double[] value;

  private CategoryTable(int[] start, int[] column, double[] value) {
    this.start = start;
    this.column = column;
    this.value = value;
  }

  /**
   * The table of some functions of one text column.
   *
   * @param places how many places the text column has
   * @param usual what a column has where no entry names it; an entry that says the same is left out
   */
  static CategoryTable of(List<CategoryFunction> functions, int places, double[] usual) {
    List<List<Integer>> columns = new ArrayList<>();
    for (int i = 0; i <= places; i++) {
      columns.add(new ArrayList<>());
    }
    for (int c = 0; c < functions.size(); c++) {
      CategoryFunction f = functions.get(c);
      if (same(f.rest(), usual[c])) {
        for (int p = 0; p < f.places().length; p++) {
          if (!same(f.values()[p], usual[c])) {
            columns.get(f.places()[p] + 1).add(c);
          }
        }
      } else {
        for (int i = 0; i <= places; i++) {
          if (!same(f.at(i - 1), usual[c])) {
            columns.get(i).add(c);
          }
        }
      }
    }
    int[] start = new int[places + 2];
    for (int i = 0; i <= places; i++) {
      start[i + 1] = start[i] + columns.get(i).size();
    }
    int[] column = new int[start[places + 1]];
    double[] value = new double[column.length];
    for (int i = 0, at = 0; i <= places; i++) {
      for (int c : columns.get(i)) {
        column[at] = c;
        value[at++] = functions.get(c).at(i - 1);
      }
    }
    return new CategoryTable(start, column, value);
  }

  private static boolean same(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  int first(int place) {
    return start[place + 1];
  }

  int end(int place) {
    return start[place + 2];
  }

  int column(int at) {
    return column[at];
  }

  double value(int at) {
    return value[at];
  }
}
