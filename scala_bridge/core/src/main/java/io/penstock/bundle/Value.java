package io.penstock.bundle;

import java.util.List;

/** What a column of a bundle is made of in the model graph. */
sealed interface Value {
  /** A NUMBER column. */
  record Scalar(String column) implements Value {}

  /** A vector: one NUMBER column for each of its elements. */
  record Vector(List<String> columns) implements Value {}

  /** A STRING column, which only an input can be. */
  record Text(String column) implements Value {}

  /** The label at the index that a NUMBER column holds. */
  record Label(String column, List<String> labels) implements Value {}
}
