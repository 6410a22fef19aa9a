package io.penstock.judges;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** One official engine for one file format. */
public interface Engine {

  /** A loaded model. A row holds a Double (NaN: missing) or a String (or null) per input. */
  @FunctionalInterface
  interface Model {
    /**
     * What the engine says about one row, as JSON: {@code prediction} and, where the file gives
     * them, {@code probability}. Whatever it throws is reported as the answer to this row.
     */
    JsonNode score(Object[] row) throws Exception;
  }

  /** Loads a file for inputs of these names, each of which is text or a number. */
  Model load(Path file, List<String> names, List<Boolean> text) throws Exception;

  /** What is wrong with the file by the format's own schema, one sentence each. */
  default List<String> validate(Path file) throws Exception {
    throw new UnsupportedOperationException("this format has no schema");
  }
}
