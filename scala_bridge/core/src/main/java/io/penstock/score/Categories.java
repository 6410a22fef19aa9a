package io.penstock.score;

/** Finds the place of an input among categories, be it text or a number. Immutable. */
final class Categories {
  private final int slot;
  private final TextTable texts; // null for a number
  private final NumberTable numbers; // null for text

  Categories(int textSlot, TextTable texts) {
    this.slot = textSlot;
    this.texts = texts;
    this.numbers = null;
  }

  Categories(int numberSlot, NumberTable numbers) {
    this.slot = numberSlot;
    this.texts = null;
    this.numbers = numbers;
  }

  /** The place of the row's value, -1 where it is no category. */
  int find(RowBuffer row) {
    return texts != null ? texts.find(row, slot) : numbers.find(row.numbers[slot]);
  }
}
