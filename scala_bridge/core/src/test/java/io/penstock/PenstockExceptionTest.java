package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class PenstockExceptionTest {

  @Test
  void aMessageIsOneLineWhateverAFileIsCalled() {
    Throwable cause = new IllegalStateException();
    PenstockException e =
        new PenstockException(
            ErrorClass.MODEL_UNREADABLE, "the entry a\r\nb\u001b[31m\u0085c\u2028d é is bad", cause);
    assertEquals("the entry a b [31m c d é is bad", e.sentence());
    assertEquals("[PENSTOCK_MODEL_UNREADABLE] " + e.sentence(), e.getMessage());
    assertSame(cause, e.getCause());
  }
}
