"""Progress for a person: a live line on a terminal, plain lines in a log, or silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Note = Callable[[str], None]
"""Says what a step found; shown when the step ends."""


class Progress:
    """Silent: what the Python functions use unless told otherwise."""

    @contextmanager
    def step(self, name: str) -> Iterator[Note]:
        """One step of the work, such as "Verify bundle.zip"."""
        yield lambda text: None

    def warn(self, message: str) -> None:
        """A warning for the user, at once."""


class ConsoleProgress(Progress):
    """Writes one line per step, with its time, to ``stream``."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._live = stream.isatty()

    @contextmanager
    def step(self, name: str) -> Iterator[Note]:
        notes: list[str] = []
        start = time.monotonic()
        if self._live:
            self._write(f"{name} ...")
        try:
            yield notes.append
        except BaseException:
            if self._live:
                self._write("\r\033[K")
            raise
        seconds = time.monotonic() - start
        if self._live:
            self._write("\r\033[K")
        self._write(f"{name:<26} {seconds:6.1f} s  {'; '.join(notes)}".rstrip() + "\n")

    def warn(self, message: str) -> None:
        if self._live:
            self._write("\r\033[K")
        self._write(f"warning: {message}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
