package io.penstock.bench;

import io.penstock.LoadedModel;
import io.penstock.ModelFiles;
import io.penstock.pmml.PmmlReader;
import io.penstock.score.RowBlock;
import io.penstock.score.RowBuffer;
import io.penstock.score.Scorer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Nanoseconds a row of a real export's trees: the plain loop and Penstock, over the same distinct
 * rows, which are more than a core's own caches hold.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(KernelBenchmark.ROWS)
public class KernelBenchmark {
  static final int ROWS = 65_536;
  private static final int BLOCK = 512;

  @Param("")
  public String pmml;

  @Param("")
  public String rowsFile;

  private final double[] answers = new double[ROWS];
  private Rows rows;
  private PlainTrees plain;
  private Scorer scorer;
  private RowBuffer buffer;
  private RowBlock block;
  private int[] place;

  @Setup
  public void load() throws Exception {
    rows = Rows.read(Path.of(rowsFile));
    if (rows.count != ROWS || rows.words.length > 0) {
      throw new IllegalArgumentException(ROWS + " rows of numbers are needed");
    }
    ModelFiles files = ModelFiles.read(Path.of(pmml), null);
    plain = new PlainTrees(PmmlReader.read(files.model(), files.where()), rows.names);
    scorer = LoadedModel.load(files).scorer();
    buffer = scorer.newBuffer();
    block = scorer.newBlock(BLOCK);
    place = new int[rows.names.length];
    for (int c = 0; c < place.length; c++) {
      place[c] = scorer.indexOf(rows.names[c]);
    }
    double[] expected = plainLoop().clone();
    requireSame(expected, rowByRow());
    requireSame(expected, batches());
  }

  private static void requireSame(double[] expected, double[] found) {
    for (int r = 0; r < ROWS; r++) {
      if (Double.compare(expected[r], found[r]) != 0) {
        throw new IllegalStateException("row " + r + ": " + found[r] + " and not " + expected[r]);
      }
    }
  }

  @Benchmark
  public double[] plainLoop() {
    for (int r = 0; r < ROWS; r++) {
      answers[r] = plain.score(rows.numbers, r * rows.width);
    }
    return answers;
  }

  @Benchmark
  public double[] rowByRow() {
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < place.length; c++) {
        buffer.setNumber(place[c], rows.numbers[r * rows.width + c]);
      }
      scorer.score(buffer);
      answers[r] = buffer.prediction();
    }
    return answers;
  }

  /** From array to array: the inputs of the file are the columns of the rows, in their order. */
  @Benchmark
  public double[] batches() {
    block.score(rows.numbers, ROWS, answers);
    return answers;
  }
}
