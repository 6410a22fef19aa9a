package io.penstock.pmml;

import io.penstock.pmml.PmmlValue.Num;
import io.penstock.pmml.PmmlValue.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table from one field of text to numbers. */
final class MapValues {
  private MapValues() {}

  static Num evaluate(Element map, Scope scope) {
    List<Element> pairs = map.children("FieldColumnPair");
    if (pairs.size() != 1
        || !(scope.value(map, pairs.get(0).attribute("field")) instanceof Text text)) {
      throw map.unsupported("Penstock computes MapValues only over one field of text",
          "write the model with one");
    }
    String type = map.attribute("dataType", "string");
    if (!type.equals("double") && !type.equals("integer")) {
      throw map.unsupportedAttribute("dataType");
    }
    Map<String, Double> table = table(map, pairs.get(0).attribute("column"));
    double missing = value(map, map.optional("mapMissingTo"));
    double other = value(map, map.optional("defaultValue"));
    String column =
        text.field()
            .map(scope.columns(), table.keySet(), t -> table.getOrDefault(t, other), missing);
    boolean nullable =
        Double.isNaN(other) || (text.field().nullable() && Double.isNaN(missing));
    return new Num(Columns.ref(column), type.equals("double") ? Type.DOUBLE : Type.INTEGER,
        nullable);
  }

  private static Map<String, Double> table(Element map, String input) {
    String output = map.attribute("outputColumn");
    Map<String, Double> table = new HashMap<>();
    for (Element row : map.child("InlineTable").children("row")) {
      String key = cell(row, input);
      if (table.put(key, value(map, cell(row, output))) != null) {
        throw row.unreadable("its table has a second row for '" + Numbers.shorten(key) + "'");
      }
    }
    return table;
  }

  /** Cells are elements, in any namespace, whose prefix the column's name may hold. */
  private static String cell(Element row, String column) {
    return row.child(column.substring(column.indexOf(':') + 1)).text();
  }

  private static double value(Element by, String text) {
    if (text == null) {
      return Double.NaN;
    }
    double value = Numbers.parse(text);
    if (Double.isNaN(value)) {
      throw by.unreadable("'" + Numbers.shorten(text) + "' in it is not a number");
    }
    return value;
  }
}
