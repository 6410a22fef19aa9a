"""What a part is asked for, and what it tells: what it tried, and what failed."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """A part's name, for how long and from which seed it draws, or the one case it is to run.

    ``flags`` are the part's own, as they were given, for the command that runs a case again.
    """

    part: str
    minutes: float
    seed: int
    case: int | None = None
    flags: tuple[str, ...] = ()

    def cases(self) -> Iterator[int]:
        """The one case, else one after another until the minutes are over; the first always."""
        if self.case is not None:
            yield self.case
            return
        end, case = time.monotonic() + 60 * self.minutes, 0
        while case == 0 or time.monotonic() < end:
            yield case
            case += 1

    def again(self, case: int) -> str:
        """The command that runs that case again."""
        command = ["python", "-m", "tests.soak", self.part, "--seed", str(self.seed)]
        return shlex.join([*command, "--case", str(case), *self.flags])


@dataclass
class Tried:
    """Counts by what was tried, and the failures so far."""

    asked: Asked
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)

    def fail(self, case: int, what: str) -> None:
        """A failure is told at once, and again at the end."""
        self.failures.append((case, what))
        say(f"FAILED, case {case}: {what}\n  again: {self.asked.again(case)}")

    def end(self, seconds: float) -> int:
        """Tells the counts and how to run each failure again; the exit code."""
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        say(f"{self.asked.part}, seed {self.asked.seed}: {counts or 'nothing tried'}"
            f" in {seconds / 60:.1f} minutes")  # fmt: skip
        for case, what in self.failures:
            say(f"failed, case {case}: {what.splitlines()[0]}\n  again: {self.asked.again(case)}")
        if not self.counts:
            say("a part that tries nothing proves nothing")
        say(f"{len(self.failures)} failed")
        return 1 if self.failures or not self.counts else 0


def say(line: str) -> None:
    print(line, flush=True)
