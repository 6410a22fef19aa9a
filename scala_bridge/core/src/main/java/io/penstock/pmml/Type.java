package io.penstock.pmml;

/** The data types of numbers; all are held in double, a float as the double that equals it. */
enum Type {
  DOUBLE,
  FLOAT,
  INTEGER;

  /** The number that a text of this type stands for, or NaN. */
  double parse(String text) {
    return this == FLOAT ? Numbers.parseFloat(text) : Numbers.parse(text);
  }

  /** The type of arithmetic between two types, as JPMML has it. */
  static Type common(Type left, Type right) {
    if (left == DOUBLE || right == DOUBLE) {
      return DOUBLE;
    }
    return left == FLOAT || right == FLOAT ? FLOAT : INTEGER;
  }
}
