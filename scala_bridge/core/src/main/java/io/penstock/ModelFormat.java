package io.penstock;

import io.penstock.bundle.BundleReader;
import io.penstock.graph.Graph;
import io.penstock.pmml.PmmlReader;
import java.util.Arrays;

/** The file formats, by the names that manifests and callers use. */
enum ModelFormat {
  MLEAP("mleap") {
    @Override
    Graph read(byte[] file, String where) {
      return BundleReader.read(file, where);
    }
  },
  PMML("pmml") {
    @Override
    Graph read(byte[] file, String where) {
      return PmmlReader.read(file, where);
    }
  };

  private final String word;

  ModelFormat(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  abstract Graph read(byte[] file, String where);

  /** The format of that name. */
  static ModelFormat of(String word) {
    return Arrays.stream(values())
        .filter(format -> format.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new PenstockException(
                    ErrorClass.INVALID_ARGUMENT,
                    "the format \"" + word + "\" is not known; name mleap or pmml"));
  }

  /** The format that the first bytes of a file show: a zip archive is a bundle, XML is PMML. */
  static ModelFormat detect(byte[] file, String where) {
    if (file.length >= 2 && file[0] == 'P' && file[1] == 'K') {
      return MLEAP;
    }
    int i = 0;
    // A byte order mark, of UTF-8 or UTF-16, and the zeros of UTF-16.
    while (i < file.length && (file[i] < 0 || file[i] <= ' ') && i < 64) {
      i++;
    }
    if (i < file.length && file[i] == '<') {
      return PMML;
    }
    throw new PenstockException(
        ErrorClass.MODEL_UNREADABLE,
        where + " is neither an MLeap bundle (a zip archive) nor PMML (XML);"
            + " name an export folder or one of these files");
  }
}
