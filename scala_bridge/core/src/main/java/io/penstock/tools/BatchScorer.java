package io.penstock.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import io.penstock.ErrorClass;
import io.penstock.LoadedModel;
import io.penstock.ModelFiles;
import io.penstock.PenstockException;
import io.penstock.manifest.JsonText;
import io.penstock.score.Input;
import io.penstock.score.RowBlock;
import io.penstock.score.RowBuffer;
import io.penstock.score.Score;
import io.penstock.score.Scorer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Scores a file of rows. What goes in and out is JSON lines in the manifest's encoding; see {@link
 * RowFile} for the rows. An answer is {@code {"prediction": .., "probability": [..]}}, the
 * probabilities only where there are any, or {@code {"refused": kind, "message": ..}}. Leaves, of
 * which there are thousands in a row, go into a file of their own; see {@link LeafFile}.
 */
public final class BatchScorer {
  private static final int BLOCK = 512;

  /** So many rows come first, in a block too small for the kernel of blocks: both are tried. */
  private static final int FIRST = 100;

  private BatchScorer() {}

  /**
   * Scores a file.
   *
   * @param model the path of an export folder or a model file
   * @param format mleap, pmml, or null for the preferred one
   * @param rows the path of the rows
   * @param out the path for the answers, written over if it is there
   * @param leaves the path for the leaf of every tree, or null to tell none
   * @return a JSON object: rows, scored, refused, nanoseconds (scoring only), model, version,
   *     verified
   */
  public static String score(
      String model, String format, String rows, String out, String leaves) {
    return score(model, format, rows, out, leaves, true);
  }

  /** As the other, without the golden rows where {@code replayGolden} is false. */
  public static String score(
      String model, String format, String rows, String out, String leaves, boolean replayGolden) {
    LoadedModel loaded = LoadedModel.load(ModelFiles.read(Path.of(model), format), replayGolden);
    requireAnother(rows, out);
    if (leaves != null) {
      requireAnother(rows, leaves);
    }
    try (RowFile source = new RowFile(Path.of(rows));
        BufferedWriter writer = Files.newBufferedWriter(Path.of(out), StandardCharsets.UTF_8);
        LeafFile told = leaves == null ? null : new LeafFile(Path.of(leaves))) {
      return new Run(loaded, source, writer, told).summary();
    } catch (IOException e) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          "the rows of " + rows + " could not be scored into " + out + " (" + e
              + "); check both paths and the space on the disk",
          e);
    }
  }

  /** Answers written over the rows would leave neither. */
  private static void requireAnother(String rows, String out) {
    try {
      if (Files.exists(Path.of(out)) && Files.isSameFile(Path.of(rows), Path.of(out))) {
        throw new PenstockException(
            ErrorClass.INVALID_ARGUMENT,
            "the answers would be written over the rows in " + rows + "; name another --out");
      }
    } catch (IOException e) {
      // The rows are not there, which reading them will say.
    }
  }

  /** One file of rows through one model. */
  private static final class Run {
    private final LoadedModel model;
    private final Scorer scorer;
    private final LeafFile leaves;
    private long scored;
    private long refused;
    private long nanoseconds;

    Run(LoadedModel model, RowFile source, BufferedWriter writer, LeafFile leaves)
        throws IOException {
      this.model = model;
      this.scorer = model.scorer();
      this.leaves = leaves;
      int[] positions = positions(source);
      RowBlock block = scorer.newBlock(BLOCK);
      int rows = 0;
      int full = FIRST;
      for (List<?> cells = source.next(); cells != null; cells = source.next()) {
        bind(block.row(rows++), positions, cells, source);
        if (rows == full) {
          score(block, rows, writer);
          rows = 0;
          full = BLOCK;
        }
      }
      score(block, rows, writer);
    }

    private void score(RowBlock block, int rows, BufferedWriter writer) throws IOException {
      long before = System.nanoTime();
      block.score(rows);
      nanoseconds += System.nanoTime() - before;
      for (int r = 0; r < rows; r++) {
        RowBuffer row = block.row(r);
        if (row.refusal() == null) {
          scored++;
          if (leaves != null) {
            leaves.write(scorer.leaves(row));
          }
        } else {
          refused++;
        }
        writer.write(answer(row));
        writer.write('\n');
      }
    }

    /** Where each input of the model stands among the file's columns. */
    private int[] positions(RowFile source) {
      List<Input> inputs = scorer.inputs();
      int[] positions = new int[inputs.size()];
      for (int i = 0; i < positions.length; i++) {
        positions[i] = source.columns().indexOf(inputs.get(i).name());
        if (positions[i] < 0) {
          throw new PenstockException(
              ErrorClass.SCHEMA_MISMATCH,
              "the rows have no column \"" + inputs.get(i).name() + "\"; add it, with null where"
                  + " there is no value");
        }
      }
      return positions;
    }

    private void bind(RowBuffer row, int[] positions, List<?> cells, RowFile source) {
      try {
        for (int i = 0; i < positions.length; i++) {
          scorer.bind(row, i, cells.get(positions[i]));
        }
      } catch (PenstockException e) {
        throw new PenstockException(e.errorClass(), source.place() + ": " + e.sentence(), e);
      }
    }

    private String answer(RowBuffer row) throws IOException {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
        Score score = scorer.answer(row);
        json.writeStartObject();
        if (score.refusal() != null) {
          json.writeStringField("refused", score.refusal().name());
          json.writeStringField("message", score.message());
        } else {
          field(json, "prediction", score.prediction());
          if (score.probabilities() != null) {
            field(json, "probability", score.probabilities());
          }
        }
        json.writeEndObject();
      }
      return text.toString();
    }

    private static void field(JsonGenerator json, String name, Object value) throws IOException {
      json.writeFieldName(name);
      JsonText.write(json, value);
    }

    String summary() throws IOException {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = JsonText.FACTORY.createGenerator(text)) {
        json.writeStartObject();
        json.writeNumberField("rows", scored + refused);
        json.writeNumberField("scored", scored);
        json.writeNumberField("refused", refused);
        json.writeNumberField("nanoseconds", nanoseconds);
        json.writeStringField("model", model.name());
        json.writeStringField("version", model.version());
        json.writeBooleanField("verified", model.verified());
        json.writeEndObject();
      }
      return text.toString();
    }
  }
}
