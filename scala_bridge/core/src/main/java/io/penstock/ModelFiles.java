package io.penstock;

import io.penstock.manifest.Manifest;
import io.penstock.manifest.ManifestReader;
import io.penstock.manifest.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bytes of one model, not parsed yet: what a driver reads and what travels to executors. The
 * arrays must not be changed.
 */
public final class ModelFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Larger files are refused before anything is allocated. */
  static final int MAX_MODEL_BYTES = 1 << 30;

  static final int MAX_MANIFEST_BYTES = 1 << 27;

  private final byte[] manifest;
  private final byte[] model;
  private final String format;
  private final String where;
  private final String digest;

  /**
   * A model from bytes that a caller fetched itself.
   *
   * @param manifest the bytes of penstock.json, or null for a bare file
   * @param model the bytes of the model file
   * @param format mleap or pmml
   * @param where what to call the model in errors, such as its path
   */
  public ModelFiles(byte[] manifest, byte[] model, String format, String where) {
    this.manifest = manifest;
    this.model = model;
    this.format = ModelFormat.of(format).word();
    this.where = where;
    byte[] m = manifest == null ? new byte[0] : manifest;
    // The manifest's size keeps the two apart; a bare file differs from an empty manifest.
    byte[] size = ByteBuffer.allocate(4).putInt(manifest == null ? -1 : m.length).array();
    this.digest = Sha256.of(size, m, model);
  }

  /**
   * Reads an export folder, or one model file. Of a folder the format asked for is taken, else the
   * preferred one. A file whose folder holds a manifest is read with it; without one it is a bare
   * file, which means what its format says.
   *
   * @param folderOrFile the path
   * @param format mleap, pmml, or null for either
   * @throws PenstockException {@link ErrorClass#MODEL_NOT_FOUND} where there is no such file or
   *     format, {@link ErrorClass#MODEL_UNREADABLE} where it cannot be read, and the manifest's
   *     errors
   */
  public static ModelFiles read(Path folderOrFile, String format) {
    if (format != null) {
      ModelFormat.of(format);
    }
    Path path = folderOrFile;
    if (Manifest.FILE_NAME.equals(String.valueOf(path.getFileName())) && Files.isRegularFile(path)) {
      path = path.toAbsolutePath().getParent();
    }
    if (Files.isDirectory(path)) {
      return readFolder(path, format);
    }
    if (!Files.exists(path)) {
      throw new PenstockException(
          ErrorClass.MODEL_NOT_FOUND,
          "there is nothing at " + path + "; name an export folder or a model file");
    }
    return readFile(path, format);
  }

  private static ModelFiles readFolder(Path folder, String format) {
    Path manifestPath = folder.resolve(Manifest.FILE_NAME);
    if (!Files.exists(manifestPath)) {
      throw new PenstockException(
          ErrorClass.MODEL_NOT_FOUND,
          "the folder " + folder + " holds no " + Manifest.FILE_NAME
              + "; name a folder that `penstock export` wrote, or a model file");
    }
    byte[] manifestBytes = readBytes(manifestPath, MAX_MANIFEST_BYTES);
    Manifest manifest = ManifestReader.read(manifestBytes, manifestPath.toString());
    String wanted = format == null ? manifest.preferred() : format;
    ModelFile file = manifest.file(wanted);
    if (file == null) {
      throw new PenstockException(
          ErrorClass.MODEL_NOT_FOUND,
          folder + " was exported without the format " + wanted + "; export it with --to " + wanted
              + ", or ask for " + manifest.preferred());
    }
    Path path = folder.resolve(file.path());
    if (!Files.exists(path)) {
      throw new PenstockException(
          ErrorClass.MODEL_NOT_FOUND,
          folder + " lacks " + file.path() + ", which its manifest lists; export the model again");
    }
    return new ModelFiles(
        manifestBytes, readBytes(path, MAX_MODEL_BYTES), file.format(), path.toString());
  }

  private static ModelFiles readFile(Path path, String format) {
    Path manifestPath = path.resolveSibling(Manifest.FILE_NAME);
    byte[] manifestBytes = null;
    String recorded = null;
    if (Files.exists(manifestPath)) {
      manifestBytes = readBytes(manifestPath, MAX_MANIFEST_BYTES);
      Manifest manifest = ManifestReader.read(manifestBytes, manifestPath.toString());
      String name = path.getFileName().toString();
      recorded =
          manifest.files().stream()
              .filter(file -> file.path().equals(name))
              .map(ModelFile::format)
              .findFirst()
              .orElseThrow(
                  () ->
                      new PenstockException(
                          ErrorClass.MODEL_NOT_FOUND,
                          "the manifest beside " + path + " does not list it; name a file that it"
                              + " lists, or move this one to a folder of its own"));
    }
    byte[] model = readBytes(path, MAX_MODEL_BYTES);
    String found =
        recorded != null ? recorded : ModelFormat.detect(model, path.toString()).word();
    if (format != null && !format.equals(found)) {
      throw new PenstockException(
          ErrorClass.INVALID_ARGUMENT,
          path + " is " + found + ", not " + format + "; ask for " + found);
    }
    return new ModelFiles(manifestBytes, model, found, path.toString());
  }

  private static byte[] readBytes(Path path, int limit) {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // A pipe would wait for ever, a device never end.
      throw new PenstockException(
          ErrorClass.MODEL_UNREADABLE,
          path + " is no ordinary file; name an export folder or a model file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      if (Files.size(path) <= limit) {
        // The file may grow while it is read.
        byte[] bytes = in.readNBytes(limit + 1);
        if (bytes.length <= limit) {
          return bytes;
        }
      }
    } catch (IOException e) {
      throw new PenstockException(
          ErrorClass.MODEL_UNREADABLE,
          path + " cannot be read (" + e + "); check that it is a file and who may read it",
          e);
    }
    throw new PenstockException(
        ErrorClass.MODEL_UNREADABLE,
        path + " is larger than " + limit + " bytes, the most that is read; export a smaller model");
  }

  /** The bytes of penstock.json; null for a bare file. */
  public byte[] manifest() {
    return manifest;
  }

  /** The bytes of the model file. */
  public byte[] model() {
    return model;
  }

  /** mleap or pmml. */
  public String format() {
    return format;
  }

  /** What to call the model in errors. */
  public String where() {
    return where;
  }

  /** SHA-256 over manifest and model, in hexadecimal digits: equal digests are equal models. */
  public String digest() {
    return digest;
  }
}
