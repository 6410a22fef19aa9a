package io.penstock;

/**
 * Every failure that Penstock reports on purpose. The message is {@code [PENSTOCK_X] sentence},
 * and the sentence says what is wrong, where, and what to do.
 */
public final class PenstockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorClass errorClass;
  private final String sentence;

  public PenstockException(ErrorClass errorClass, String sentence) {
    this(errorClass, sentence, null);
  }

  public PenstockException(ErrorClass errorClass, String sentence, Throwable cause) {
    super("[" + errorClass.code() + "] " + oneLine(sentence), cause);
    this.errorClass = errorClass;
    this.sentence = oneLine(sentence);
  }

  /** Names from files may hold anything; a message stays on its line in logs and terminals. */
  private static String oneLine(String sentence) {
    return sentence.replaceAll("[\\p{Cntrl}\u0085\u2028\u2029]+", " ");
  }

  /** What kind of failure this is. */
  public ErrorClass errorClass() {
    return errorClass;
  }

  /** The message without its class in brackets. */
  public String sentence() {
    return sentence;
  }
}
