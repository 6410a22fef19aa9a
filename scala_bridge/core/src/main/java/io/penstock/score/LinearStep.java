package io.penstock.score;

/**
 * Products summed from left to right, the intercept added last.
 *
 * <p>Neighbouring columns that are functions of one text column are one look into a table: those
 * that are 0.0 for the row's category are left out, which changes no bit of a sum that begins with
 * 0.0 where the weights are finite.
 */
final class LinearStep extends Step {

  /** Neighbouring columns; the first has the weight {@code first}. */
  abstract static class Term {
    final int first;

    Term(int first) {
      this.first = first;
    }

    abstract double add(double sum, double[] weights, RowBuffer row);
  }

  /** Columns with slots of their own. */
  static final class Columns extends Term {
    private final int[] in;

    Columns(int first, int[] in) {
      super(first);
      this.in = in;
    }

    @Override
    double add(double sum, double[] weights, RowBuffer row) {
      double[] s = row.numbers;
      for (int i = 0; i < in.length; i++) {
        sum += s[in[i]] * weights[first + i];
      }
      return sum;
    }
  }

  /** Functions of the text column whose place the row holds at {@code text}. */
  static final class Lookup extends Term {
    private final int text;
    private final CategoryTable table;

    Lookup(int first, int text, CategoryTable table) {
      super(first);
      this.text = text;
      this.table = table;
    }

    @Override
    double add(double sum, double[] weights, RowBuffer row) {
      int place = row.last[text];
      for (int at = table.first(place); at < table.end(place); at++) {
        sum += table.value(at) * weights[first + table.column(at)];
      }
      return sum;
    }
  }

  private final Term[] terms;
  private final double[][] weights;
  private final double[] intercepts;
  private final int[] out;

  LinearStep(Term[] terms, double[][] weights, double[] intercepts, int[] out) {
    this.terms = terms;
    this.weights = weights;
    this.intercepts = intercepts;
    this.out = out;
  }

  @Override
  void run(RowBuffer row) {
    for (int j = 0; j < out.length; j++) {
      double sum = 0.0;
      for (Term term : terms) {
        sum = term.add(sum, weights[j], row);
      }
      row.numbers[out[j]] = sum + intercepts[j];
    }
  }
}
