package io.penstock.score;

/**
 * One arithmetic operation on many independent columns: {@code out[k] = op(a[k], b[k], c[k])}, all
 * of them slots. Constants have slots too, so the loops have one form.
 */
final class Elementwise extends Step {

  /** The operations of the graph's Binary, Unary, Where and Imputer nodes. */
  enum Op {
    ADD,
    SUB,
    MUL,
    DIV,
    MIN,
    MAX,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    EQUAL,
    FLOAT32,
    NEGATE,
    ABS,
    EXP,
    LOG,
    SQRT,
    FLOOR,
    CEIL,
    IS_NAN,
    IMPUTE,
    WHERE
  }

  /** {@code op} on slots; an operation reads as many of a, b and c as it has arguments. */
  record Item(Op op, int a, int b, int c, int out) {}

  private final Op op;
  private final int[] a;
  private final int[] b;
  private final int[] c;
  private final int[] out;

  /** Items of one operation, none of which reads what another defines. */
  Elementwise(java.util.List<Item> items) {
    op = items.get(0).op();
    a = items.stream().mapToInt(Item::a).toArray();
    b = items.stream().mapToInt(Item::b).toArray();
    c = items.stream().mapToInt(Item::c).toArray();
    out = items.stream().mapToInt(Item::out).toArray();
  }

  /** The operation on values, as a row gets it. */
  static double apply(Op op, double a, double b, double c) {
    double[] s = {a, b, c, Double.NaN};
    new Elementwise(java.util.List.of(new Item(op, 0, 1, 2, 3))).run(s);
    return s[3];
  }

  @Override
  void run(RowBuffer row) {
    run(row.numbers);
  }

  private void run(double[] s) {
    switch (op) {
      case ADD, SUB, MUL, DIV, MIN, MAX -> arithmetic(s);
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL -> comparison(s);
      case IMPUTE -> {
        for (int k = 0; k < out.length; k++) {
          double x = s[a[k]];
          s[out[k]] = x != x ? s[b[k]] : x;
        }
      }
      case WHERE -> {
        for (int k = 0; k < out.length; k++) {
          s[out[k]] = s[a[k]] != 0.0 ? s[b[k]] : s[c[k]];
        }
      }
      default -> unary(s);
    }
  }

  private void arithmetic(double[] s) {
    switch (op) {
      case ADD -> {
        for (int k = 0; k < out.length; k++) {
          s[out[k]] = s[a[k]] + s[b[k]];
        }
      }
      case SUB -> {
        for (int k = 0; k < out.length; k++) {
          s[out[k]] = s[a[k]] - s[b[k]];
        }
      }
      case MUL -> {
        for (int k = 0; k < out.length; k++) {
          s[out[k]] = s[a[k]] * s[b[k]];
        }
      }
      case DIV -> {
        for (int k = 0; k < out.length; k++) {
          s[out[k]] = s[a[k]] / s[b[k]];
        }
      }
      case MIN -> {
        for (int k = 0; k < out.length; k++) {
          s[out[k]] = Math.min(s[a[k]], s[b[k]]);
        }
      }
      default -> {
        for (int k = 0; k < out.length; k++) {
          s[out[k]] = Math.max(s[a[k]], s[b[k]]);
        }
      }
    }
  }

  private void comparison(double[] s) {
    for (int k = 0; k < out.length; k++) {
      double x = s[a[k]];
      double y = s[b[k]];
      boolean holds =
          switch (op) {
            case LESS -> x < y;
            case LESS_OR_EQUAL -> x <= y;
            case GREATER -> x > y;
            case GREATER_OR_EQUAL -> x >= y;
            default -> x == y;
          };
      s[out[k]] = holds ? 1.0 : 0.0;
    }
  }

  private void unary(double[] s) {
    for (int k = 0; k < out.length; k++) {
      double x = s[a[k]];
      s[out[k]] =
          switch (op) {
            case FLOAT32 -> (double) (float) x;
            case NEGATE -> -x;
            case ABS -> Math.abs(x);
            case EXP -> StrictMath.exp(x);
            case LOG -> StrictMath.log(x);
            case SQRT -> Math.sqrt(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            default -> x != x ? 1.0 : 0.0;
          };
    }
  }
}
