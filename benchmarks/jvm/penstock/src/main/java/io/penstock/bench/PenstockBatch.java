package io.penstock.bench;

import io.penstock.LoadedModel;
import io.penstock.ModelFiles;
import io.penstock.score.OutputKind;
import io.penstock.score.RowBlock;
import io.penstock.score.Scorer;
import java.nio.file.Path;
import java.util.Arrays;

/** Penstock's batch interface, from array to array; a model of words has no such rows. */
public final class PenstockBatch implements Engine {
  private static final int BLOCK = 512;
  private static final int PART = 8_192;

  @Override
  public Model load(Path file, Rows rows) {
    Scorer scorer = LoadedModel.load(ModelFiles.read(file, null)).scorer();
    String[] inputs = scorer.inputs().stream().map(input -> input.name()).toArray(String[]::new);
    if (!Arrays.equals(inputs, rows.names)) {
      throw new IllegalArgumentException("the inputs are not the columns in their order");
    }
    double[] classes =
        scorer.output().kind() == OutputKind.CLASSIFICATION ? Labels.numbers(scorer) : null;
    RowBlock block = scorer.newBlock(BLOCK);
    double[] values = new double[PART * rows.width];
    double[] found = new double[PART];
    return (from, to, answers) -> {
      for (int start = from; start < to; start += PART) {
        int part = Math.min(PART, to - start);
        System.arraycopy(rows.numbers, start * rows.width, values, 0, part * rows.width);
        block.score(values, part, found);
        for (int r = 0; r < part; r++) {
          answers[start + r] = classes == null ? found[r] : classes[(int) found[r]];
        }
      }
    };
  }
}
