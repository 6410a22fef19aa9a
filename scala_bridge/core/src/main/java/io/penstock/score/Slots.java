package io.penstock.score;

import io.penstock.graph.Operand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the columns of a graph stand in a row: input i has slot i, each further column and constant
 * one of its own. Every column has a level, one more than the highest of what it is computed from.
 */
final class Slots {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> texts = new HashMap<>();
  private final Map<String, Integer> levels = new HashMap<>();
  private final Map<String, Integer> textOrigin = new HashMap<>();
  private final Map<Long, Integer> constants = new HashMap<>();
  private final Map<Integer, Double> initial = new HashMap<>();
  private int numberCount;
  private int textCount;

  Slots(List<Input> inputs) {
    numberCount = inputs.size();
    for (int i = 0; i < inputs.size(); i++) {
      String name = inputs.get(i).name();
      levels.put(name, 0);
      if (inputs.get(i).text()) {
        texts.put(name, textCount++);
        textOrigin.put(name, i);
      } else {
        numbers.put(name, i);
      }
    }
  }

  /** The slot of a NUMBER column. */
  int number(String column) {
    return numbers.get(column);
  }

  /** The slots of NUMBER columns. */
  int[] numbers(List<String> columns) {
    return columns.stream().mapToInt(this::number).toArray();
  }

  /** The slot of a STRING column, -1 for another. */
  int text(String column) {
    return texts.getOrDefault(column, -1);
  }

  /** The input from which a STRING column comes. */
  int textOrigin(String column) {
    return textOrigin.get(column);
  }

  int textCount() {
    return textCount;
  }

  /** The slot of an operand. */
  int of(Operand operand) {
    return operand instanceof Operand.Ref ref
        ? number(ref.column())
        : constant(((Operand.Const) operand).value());
  }

  /** The slot of a constant. */
  int constant(double value) {
    return constants.computeIfAbsent(
        Double.doubleToRawLongBits(value),
        bits -> {
          initial.put(numberCount, value);
          return numberCount++;
        });
  }

  /** Gives NUMBER columns slots, one after the other. */
  int[] define(List<String> columns, int level) {
    int[] slots = new int[columns.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = numberCount++;
      numbers.put(columns.get(i), slots[i]);
      levels.put(columns.get(i), level);
    }
    return slots;
  }

  /** Gives a STRING column a slot. */
  int defineText(String column, String from, int level) {
    texts.put(column, textCount);
    textOrigin.put(column, textOrigin.get(from));
    levels.put(column, level);
    return textCount++;
  }

  /** The first of so many slots of a row that belong to one step and hold nothing between rows. */
  int scratch(int count) {
    int first = numberCount;
    numberCount += count;
    return first;
  }

  /** Says of columns without slots when their value is known. */
  void defineLevel(List<String> columns, int level) {
    columns.forEach(column -> levels.put(column, level));
  }

  /** Says what a slot holds before the first row. */
  void initialise(int slot, double value) {
    initial.put(slot, value);
  }

  /** The level of what reads these columns. */
  int level(List<String> columns) {
    int highest = 0;
    for (String column : columns) {
      highest = Math.max(highest, levels.get(column));
    }
    return highest + 1;
  }

  /** What a row's numbers hold before anything is set. */
  double[] template() {
    double[] row = new double[numberCount];
    initial.forEach((slot, value) -> row[slot] = value);
    return row;
  }
}
