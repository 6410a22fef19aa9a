package io.penstock.graph;

/** What a column holds: an IEEE double in which NaN means missing, or text (or null). */
public enum Kind {
  NUMBER,
  STRING
}
