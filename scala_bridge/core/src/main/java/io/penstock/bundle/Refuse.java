package io.penstock.bundle;

import io.penstock.ErrorClass;
import io.penstock.PenstockException;

/** The two ways to turn a bundle down, each one sentence: what, where, what to do. */
final class Refuse {
  private Refuse() {}

  /** The file is damaged, or is not a bundle at all. */
  static PenstockException unreadable(String place, String what) {
    return new PenstockException(
        ErrorClass.MODEL_UNREADABLE,
        place + ": " + what + "; export the model again, or fetch an undamaged copy.");
  }

  /** The file may be sound, but Penstock does not compute what it says. */
  static PenstockException unsupported(String place, String what, String remedy) {
    return new PenstockException(
        ErrorClass.FORMAT_UNSUPPORTED, place + ": " + what + "; " + remedy + ".");
  }
}
