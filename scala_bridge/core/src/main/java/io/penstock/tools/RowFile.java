package io.penstock.tools;

import com.fasterxml.jackson.core.JsonParseException;
import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.manifest.JsonText;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Rows as JSON lines: the first is {@code {"columns": [...]}}, each further one an array with a
 * value for each column.
 */
final class RowFile implements Closeable {
  private final Path path;
  private final BufferedReader reader;
  private final List<?> columns;
  private int lineNumber;

  RowFile(Path path) throws IOException {
    this.path = path;
    try {
      reader = Files.newBufferedReader(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT, "there is no file of rows at " + path + "; correct --rows", e);
    }
    Object header = readLine();
    if (!(header instanceof Map<?, ?> map)
        || !(map.get("columns") instanceof List<?> names)
        || !names.stream().allMatch(String.class::isInstance)
        || new HashSet<>(names).size() != names.size()) {
      throw wrong("it does not name each column once, as {\"columns\": [...]}");
    }
    columns = names;
  }

  /** The names of the columns. */
  List<?> columns() {
    return columns;
  }

  /** The values of the next row; null at the end. */
  List<?> next() throws IOException {
    Object row = readLine();
    if (row == null) {
      return null;
    }
    if (!(row instanceof List<?> cells) || cells.size() != columns.size()) {
      throw wrong("it is no array of " + columns.size() + " values");
    }
    return cells;
  }

  /** Where the last row stands, for errors. */
  String place() {
    return path + ", line " + lineNumber;
  }

  private Object readLine() throws IOException {
    String line;
    do {
      line = reader.readLine();
      lineNumber++;
    } while (line != null && line.isBlank());
    if (line == null) {
      return null;
    }
    try {
      Object value = JsonText.read(line);
      if (value == null) {
        throw wrong("it is null");
      }
      return value;
    } catch (JsonParseException e) {
      throw wrong("it is no strict JSON (" + e.getOriginalMessage() + ")");
    }
  }

  private PenstockException wrong(String what) {
    return new PenstockException(
        ErrorClass.INVALID_ARGUMENT, place() + " is no row: " + what + "; correct the file");
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
