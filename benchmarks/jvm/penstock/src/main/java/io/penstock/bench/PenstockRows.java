package io.penstock.bench;

import io.penstock.LoadedModel;
import io.penstock.ModelFiles;
import io.penstock.score.OutputKind;
import io.penstock.score.Refusal;
import io.penstock.score.RowBuffer;
import io.penstock.score.Scorer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Penstock, row by row; the words are given as UTF-8, as Spark and most sources hold them. */
public final class PenstockRows implements Engine {

  @Override
  public Model load(Path file, Rows rows) {
    Scorer scorer = LoadedModel.load(ModelFiles.read(file, null)).scorer();
    int[] place = new int[rows.names.length];
    for (int c = 0; c < place.length; c++) {
      place[c] = scorer.indexOf(rows.names[c]);
    }
    byte[][][] words = new byte[rows.words.length][][];
    for (int c = 0; c < words.length; c++) {
      words[c] = new byte[rows.words[c].length][];
      for (int i = 0; i < words[c].length; i++) {
        words[c][i] = rows.words[c][i].getBytes(StandardCharsets.UTF_8);
      }
    }
    boolean label = scorer.output().kind() == OutputKind.CLASSIFICATION;
    double[] classes = label ? Labels.numbers(scorer) : null;
    RowBuffer buffer = scorer.newBuffer();
    return (from, to, answers) -> {
      for (int r = from; r < to; r++) {
        for (int c = 0; c < rows.width; c++) {
          buffer.setNumber(place[c], rows.numbers[r * rows.width + c]);
        }
        for (int c = 0; c < words.length; c++) {
          byte[] word = words[c][rows.codes[r * words.length + c]];
          buffer.setText(place[rows.width + c], word, 0, word.length);
        }
        Refusal refusal = scorer.score(buffer);
        answers[r] =
            refusal != null ? Double.NaN : label ? classes[buffer.label()] : buffer.prediction();
      }
    };
  }
}
