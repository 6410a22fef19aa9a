package io.penstock.manifest;

/** Something wrong inside a manifest; the reader adds where the manifest is and what to do. */
final class ManifestProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ManifestProblem(String problem) {
    super(problem);
  }
}
