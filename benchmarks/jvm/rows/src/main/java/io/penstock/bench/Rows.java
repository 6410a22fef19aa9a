package io.penstock.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The rows to score, in memory. Number {@code c} of row {@code r} is at {@code r * width + c}, NaN
 * where it is missing; its word {@code c} is {@code words[c][codes[r * words.length + c]]}.
 */
public final class Rows {
  public final int count;
  public final int width;

  /** The names of the columns, first of the numbers, then of the words. */
  public final String[] names;

  public final double[] numbers;
  public final String[][] words;
  public final int[] codes;

  private Rows(int count, String[] names, double[] numbers, String[][] words, int[] codes) {
    this.count = count;
    this.width = names.length - words.length;
    this.names = names;
    this.numbers = numbers;
    this.words = words;
    this.codes = codes;
  }

  /** Reads what {@code rowfile.py} writes: all numbers big-endian, text as modified UTF-8. */
  public static Rows read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      int count = in.readInt();
      int width = in.readInt();
      String[][] words = new String[in.readInt()][];
      String[] names = new String[width + words.length];
      for (int c = 0; c < names.length; c++) {
        names[c] = in.readUTF();
      }
      for (int c = 0; c < words.length; c++) {
        words[c] = new String[in.readInt()];
        for (int i = 0; i < words[c].length; i++) {
          words[c][i] = in.readUTF();
        }
      }
      double[] numbers = new double[Math.multiplyExact(count, width)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readDouble();
      }
      int[] codes = new int[Math.multiplyExact(count, words.length)];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = in.readInt();
      }
      return new Rows(count, names, numbers, words, codes);
    }
  }

  /** A number or a word, as an object; null for a number that is missing. */
  public Object object(int row, int column) {
    if (column >= width) {
      return word(row, column - width);
    }
    double value = numbers[row * width + column];
    return Double.isNaN(value) ? null : (Object) value;
  }

  public String word(int row, int column) {
    return words[column][codes[row * words.length + column]];
  }
}
