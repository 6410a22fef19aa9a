package io.penstock.pmml;

import io.penstock.graph.Node.BinaryOp;
import io.penstock.graph.Operand;
import io.penstock.pmml.PmmlValue.Num;
import java.util.List;

/** Normalization along the straight line through two points, beyond them too. */
final class NormContinuous {
  private NormContinuous() {}

  static Num evaluate(Element norm, Scope scope) {
    List<Element> points = norm.children("LinearNorm");
    if (points.size() != 2 || !norm.attribute("outliers", "asIs").equals("asIs")) {
      throw norm.unsupported(
          "Penstock computes a normalization only along one line, outliers as they are",
          "write it with the functions of Apply");
    }
    if (norm.optional("mapMissingTo") != null) {
      throw norm.unsupportedAttribute("mapMissingTo");
    }
    Columns columns = scope.columns();
    Num input = scope.number(norm, norm.attribute("field"));
    double fromOrig = points.get(0).number("orig");
    double fromNorm = points.get(0).number("norm");
    double origRange = points.get(1).number("orig") - fromOrig;
    double normRange = points.get(1).number("norm") - fromNorm;
    if (!(origRange > 0)) {
      throw norm.unreadable("its points are not in ascending order");
    }
    String result = step(columns, BinaryOp.SUB, input.operand(), fromOrig);
    result = step(columns, BinaryOp.DIV, Columns.ref(result), origRange);
    result = step(columns, BinaryOp.MUL, Columns.ref(result), normRange);
    Operand start = new Operand.Const(fromNorm);
    return new Num(
        Columns.ref(columns.binary(BinaryOp.ADD, start, Columns.ref(result))),
        Type.DOUBLE,
        input.nullable());
  }

  private static String step(Columns columns, BinaryOp op, Operand left, double right) {
    return columns.binary(op, left, new Operand.Const(right));
  }
}
