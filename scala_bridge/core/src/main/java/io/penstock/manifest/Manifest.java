package io.penstock.manifest;

import io.penstock.score.Contract;
import java.util.List;

/**
 * What the scorer needs of {@code penstock.json}.
 *
 * @param formatVersion the manifest's own format, such as 1.0
 * @param penstockVersion the version of Penstock that wrote it
 * @param name the model's name
 * @param version the model's version in the registry; null for a model that has none
 * @param files the model files beside it
 * @param preferred the format to take where the caller names none
 * @param contract inputs, checks and output
 * @param golden rows with pyfunc's answers
 * @param verified whether the export was compared with pyfunc before it was published
 */
public record Manifest(
    String formatVersion,
    String penstockVersion,
    String name,
    String version,
    List<ModelFile> files,
    String preferred,
    Contract contract,
    List<GoldenRow> golden,
    boolean verified) {

  /** The name of the file in an export folder. */
  public static final String FILE_NAME = "penstock.json";

  /** The file in a format, or null. */
  public ModelFile file(String format) {
    return files.stream().filter(file -> file.format().equals(format)).findFirst().orElse(null);
  }
}
