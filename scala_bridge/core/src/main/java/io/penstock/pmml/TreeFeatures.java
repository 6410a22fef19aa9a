package io.penstock.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The columns that the trees of one ensemble split on, numbered as they are met. */
final class TreeFeatures {
  private final Map<String, Integer> indices = new HashMap<>();
  private final List<String> columns = new ArrayList<>();

  int index(String column) {
    return indices.computeIfAbsent(
        column,
        c -> {
          columns.add(c);
          return columns.size() - 1;
        });
  }

  List<String> columns() {
    return List.copyOf(columns);
  }
}
