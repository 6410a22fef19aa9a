package io.penstock;

import io.penstock.graph.Graph;
import io.penstock.manifest.GoldenReplay;
import io.penstock.manifest.Manifest;
import io.penstock.manifest.ManifestReader;
import io.penstock.manifest.ModelFile;
import io.penstock.score.Contract;
import io.penstock.score.Scorer;

/** A model that is ready to score: its file was what the manifest says, and its answers too. */
public final class LoadedModel {
  private final ModelFiles files;
  private final Manifest manifest;
  private final Scorer scorer;

  private LoadedModel(ModelFiles files, Manifest manifest, Scorer scorer) {
    this.files = files;
    this.manifest = manifest;
    this.scorer = scorer;
  }

  /**
   * Checks the file's digest, parses and compiles it, and replays the golden rows. A bare file has
   * neither digest nor golden rows.
   *
   * @throws PenstockException {@link ErrorClass#MODEL_CORRUPT}, {@link
   *     ErrorClass#MODEL_UNREADABLE}, {@link ErrorClass#FORMAT_UNSUPPORTED}, {@link
   *     ErrorClass#MANIFEST_INVALID}, {@link ErrorClass#MANIFEST_TOO_NEW} or {@link
   *     ErrorClass#GOLDEN_ROWS_DIFFER}
   */
  public static LoadedModel load(ModelFiles files) {
    return load(files, true);
  }

  /** As {@link #load(ModelFiles)}; without the golden rows where {@code replayGolden} is false. */
  public static LoadedModel load(ModelFiles files, boolean replayGolden) {
    Manifest manifest = null;
    if (files.manifest() != null) {
      String manifestWhere = Manifest.FILE_NAME + " of " + files.where();
      manifest = ManifestReader.read(files.manifest(), manifestWhere);
      requireRecorded(files, manifest);
    }
    Graph graph = ModelFormat.of(files.format()).read(files.model(), files.where());
    Scorer scorer = compile(graph, manifest == null ? null : manifest.contract(), files.where());
    if (manifest != null && replayGolden) {
      GoldenReplay.require(scorer, manifest.golden(), files.where());
    }
    return new LoadedModel(files, manifest, scorer);
  }

  private static void requireRecorded(ModelFiles files, Manifest manifest) {
    ModelFile recorded = manifest.file(files.format());
    if (recorded == null
        || recorded.size() != files.model().length
        || !recorded.sha256().equals(Sha256.of(files.model()))) {
      throw new PenstockException(
          ErrorClass.MODEL_CORRUPT,
          files.where() + " is not the file that its manifest describes (size or digest differ);"
              + " copy the whole export folder again, or export the model again");
    }
  }

  private static Scorer compile(Graph graph, Contract contract, String where) {
    try {
      return Scorer.compile(graph, contract);
    } catch (PenstockException e) {
      throw new PenstockException(e.errorClass(), where + ": " + e.sentence(), e);
    }
  }

  /** The compiled model. */
  public Scorer scorer() {
    return scorer;
  }

  /** The manifest; null for a bare file. */
  public Manifest manifest() {
    return manifest;
  }

  /** The model's name; of a bare file its path. */
  public String name() {
    return manifest == null ? files.where() : manifest.name();
  }

  /**
   * The version in the registry; where there is none, the first 12 digits of the model's digest.
   */
  public String version() {
    return manifest == null || manifest.version() == null
        ? files.digest().substring(0, 12)
        : manifest.version();
  }

  /** Whether the export was compared with pyfunc before it was published. */
  public boolean verified() {
    return manifest != null && manifest.verified();
  }
}
