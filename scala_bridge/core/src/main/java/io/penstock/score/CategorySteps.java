package io.penstock.score;

import java.nio.charset.StandardCharsets;

/** The operations on categories. */
final class CategorySteps {
  private CategorySteps() {}

  /** Finds the place of a text column, and writes the columns that are functions of it. */
  static final class Text extends Step {
    private final Categories categories;
    private final int text;
    private final CategoryTable table;
    private final int[] slots;
    private final double[] usual;

    /**
     * @param text where the row keeps the place
     * @param slots of the table's columns; each holds its usual value before the first row
     */
    Text(Categories categories, int text, CategoryTable table, int[] slots, double[] usual) {
      this.categories = categories;
      this.text = text;
      this.table = table;
      this.slots = slots;
      this.usual = usual;
    }

    @Override
    void run(RowBuffer row) {
      int place = categories.find(row);
      int before = row.last[text];
      if (before != place) {
        // Only what the row before wrote can be unusual.
        for (int at = table.first(before); at < table.end(before); at++) {
          row.numbers[slots[table.column(at)]] = usual[table.column(at)];
        }
        for (int at = table.first(place); at < table.end(place); at++) {
          row.numbers[slots[table.column(at)]] = table.value(at);
        }
        row.last[text] = place;
      }
    }
  }

  /** Writes 1.0 in the slot of a number's category; the others of its slots hold 0.0. */
  static final class OneHot extends Step {
    private final Categories categories;
    private final int encoder;
    private final int firstOut;

    /** The outputs are the slots from {@code firstOut} on, in the order of the categories. */
    OneHot(Categories categories, int encoder, int firstOut) {
      this.categories = categories;
      this.encoder = encoder;
      this.firstOut = firstOut;
    }

    @Override
    void run(RowBuffer row) {
      int place = categories.find(row);
      int before = row.last[encoder];
      int now = place < 0 ? -1 : firstOut + place;
      if (before != now) {
        // Only the slot of the row before can hold a 1.0, so the cost is that of two writes.
        if (before >= 0) {
          row.numbers[before] = 0.0;
        }
        if (now >= 0) {
          row.numbers[now] = 1.0;
        }
        row.last[encoder] = now;
      }
    }
  }

  /** Writes the value of the row's category, or the one for unknown ones, or refuses the row. */
  static final class Mapper extends Step {
    private final Categories categories;
    private final double[] values;
    private final boolean refuses;
    private final double unknown;
    private final int input;
    private final int out;

    /** {@code input}: the model's input to name in a refusal; {@code unknown} null refuses. */
    Mapper(Categories categories, double[] values, Double unknown, int input, int out) {
      this.categories = categories;
      this.values = values.clone();
      this.refuses = unknown == null;
      this.unknown = refuses ? Double.NaN : unknown;
      this.input = input;
      this.out = out;
    }

    @Override
    void run(RowBuffer row) {
      int place = categories.find(row);
      row.numbers[out] = place < 0 ? unknown : values[place];
      if (place < 0 && refuses && row.refusal() == null) {
        row.refuse(Refusal.UNKNOWN_CATEGORY, input);
      }
    }
  }

  /** Copies text, putting other text in the place of null. */
  static final class TextImputer extends Step {
    private final int slot;
    private final byte[] fill;
    private final int out;

    TextImputer(int slot, String fill, int out) {
      this.slot = slot;
      this.fill = fill.getBytes(StandardCharsets.UTF_8);
      this.out = out;
    }

    @Override
    void run(RowBuffer row) {
      byte[] text = row.text[slot];
      row.text[out] = text == null ? fill : text;
      row.textOffset[out] = text == null ? 0 : row.textOffset[slot];
      row.textLength[out] = text == null ? fill.length : row.textLength[slot];
    }
  }
}
