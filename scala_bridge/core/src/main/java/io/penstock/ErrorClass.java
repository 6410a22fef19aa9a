package io.penstock;

/** What went wrong, as a word that programs can test for. */
public enum ErrorClass {
  /** No file or folder, or no model in it, where the caller said. */
  MODEL_NOT_FOUND,
  /** The file is there but cannot be read as the format that it claims to be. */
  MODEL_UNREADABLE,
  /** The model file is not the one that its manifest describes (size or digest differ). */
  MODEL_CORRUPT,
  /** The manifest is not one that Penstock could have written. */
  MANIFEST_INVALID,
  /** The manifest was written by a later Penstock, in a format that this one cannot know. */
  MANIFEST_TOO_NEW,
  /** The file is sound but holds something that this scorer does not compute. */
  FORMAT_UNSUPPORTED,
  /** The model does not give the answers that its manifest recorded. */
  GOLDEN_ROWS_DIFFER,
  /** The caller's columns do not fit the model's inputs. */
  SCHEMA_MISMATCH,
  /** A row that the model cannot score. */
  ROW_REFUSED,
  /** A model name that needs a store, and no store is set. */
  STORE_NOT_CONFIGURED,
  /** The caller's own argument cannot be used. */
  INVALID_ARGUMENT;

  /** The class as it stands in messages and in Spark's error conditions: PENSTOCK_ and the name. */
  public String code() {
    return "PENSTOCK_" + name();
  }
}
