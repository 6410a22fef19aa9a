package io.penstock.score;

/**
 * A number column whose value depends on one text column only: {@code values[i]} where the text has
 * the place {@code places[i]}, else {@code rest}.
 *
 * @param source the text column
 * @param places ascending, of the places that {@link CategoryFunctions#places} gives
 */
record CategoryFunction(String source, int[] places, double[] values, double rest) {

  /** The value for a place, or for text that has none where the place is -1. */
  double at(int place) {
    int found = java.util.Arrays.binarySearch(places, place);
    return found < 0 ? rest : values[found];
  }
}
