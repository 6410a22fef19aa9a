package io.penstock.manifest;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;
import io.penstock.score.Contract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads {@code penstock.json}. Fields that it does not know are left alone, so that a later 1.x may
 * add some; a later major version is refused.
 */
public final class ManifestReader {
  /** The major version of the format that this release reads. */
  static final int MAJOR = 1;

  private ManifestReader() {}

  /**
   * Reads a manifest.
   *
   * @param json the whole file
   * @param where the file's name, for errors
   * @throws PenstockException {@link ErrorClass#MANIFEST_INVALID} or {@link
   *     ErrorClass#MANIFEST_TOO_NEW}
   */
  public static Manifest read(byte[] json, String where) {
    try {
      JsonObject root = JsonObject.root(JsonText.read(json));
      JsonObject penstock = root.object("penstock");
      String formatVersion = penstock.text("format_version");
      requireKnown(formatVersion, where);
      return read(root, formatVersion, penstock.text("version"));
    } catch (IOException e) {
      throw new PenstockException(
          ErrorClass.MANIFEST_INVALID,
          where + " is not strict JSON (" + JsonText.problem(e)
              + "); it was truncated or altered: export the model again",
          e);
    } catch (ManifestProblem e) {
      throw new PenstockException(
          ErrorClass.MANIFEST_INVALID,
          where + " is no manifest of Penstock: " + e.getMessage() + "; export the model again",
          e);
    }
  }

  private static void requireKnown(String formatVersion, String where) {
    String[] parts = formatVersion.split("\\.", -1);
    int major;
    try {
      major = Integer.parseInt(parts[0]);
    } catch (NumberFormatException e) {
      throw JsonObject.wrong("penstock.format_version", "a version such as 1.0", formatVersion);
    }
    if (major > MAJOR) {
      throw new PenstockException(
          ErrorClass.MANIFEST_TOO_NEW,
          where + " has the format " + formatVersion + " and this release reads " + MAJOR
              + ".x; use a newer Penstock here, or export the model with this one");
    }
    if (major < MAJOR || parts.length != 2) {
      throw JsonObject.wrong("penstock.format_version", "a version such as 1.0", formatVersion);
    }
  }

  private static Manifest read(JsonObject root, String formatVersion, String penstockVersion) {
    JsonObject model = root.object("model");
    List<ModelFile> files = new ArrayList<>();
    for (JsonObject file : root.objects("files")) {
      files.add(file(file));
      String format = files.get(files.size() - 1).format();
      if (files.stream().filter(f -> f.format().equals(format)).count() > 1) {
        throw new ManifestProblem("files lists the format " + format + " twice");
      }
    }
    String preferred = root.text("preferred");
    if (files.stream().noneMatch(file -> file.format().equals(preferred))) {
      throw new ManifestProblem("preferred names " + preferred + ", which is not among the files");
    }
    Contract contract = ContractReader.read(root.object("contract"));
    return new Manifest(
        formatVersion,
        penstockVersion,
        model.text("name"),
        model.textOrNull("version"),
        List.copyOf(files),
        preferred,
        contract,
        GoldenReader.read(root.object("golden"), contract),
        root.object("parity").flag("verified"));
  }

  private static ModelFile file(JsonObject file) {
    String path = file.text("path");
    boolean plain = !path.isEmpty() && !path.equals(".") && !path.equals("..");
    if (!plain || path.chars().anyMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')) {
      throw JsonObject.wrong(file.path("path"), "the plain name of a file", path);
    }
    String sha256 = file.text("sha256").toLowerCase(Locale.ROOT);
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw JsonObject.wrong(file.path("sha256"), "64 hexadecimal digits", sha256);
    }
    return new ModelFile(file.text("format"), path, file.count("size"), sha256);
  }
}
