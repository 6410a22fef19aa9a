"""Engines interleaved in rounds, so that what slows the machine slows them all."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ROUND_SECONDS = 1.0
"""A fast engine runs again within a round until it has had so long ..."""
REPEATS = 5
"""... or has run so often."""


@dataclass
class Samples:
    """The seconds of every timed run of one engine over ``rows`` rows."""

    rows: int
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def data(self) -> dict[str, float | int | list[float]]:
        """Rows per second: of the median run, of the slowest and of the fastest."""
        return {
            "rows": self.rows,
            "runs": len(self.seconds),
            "median_seconds": self.median,
            "rows_per_second": self.rows / self.median,
            "slowest": self.rows / max(self.seconds),
            "fastest": self.rows / min(self.seconds),
            "seconds": self.seconds,
        }


def interleave(
    engines: Mapping[str, Callable[[], float]],
    rows: int,
    rounds: int,
    round_seconds: float = ROUND_SECONDS,
) -> dict[str, Samples]:
    """Runs each engine in each round; an engine is a function that runs once and gives seconds.

    Every other round goes through them backwards, so that none always follows the same one.
    """
    samples = {name: Samples(rows) for name in engines}
    for number in range(rounds):
        order = list(engines) if number % 2 == 0 else list(reversed(engines))
        for name in order:
            spent, runs = 0.0, 0
            while runs == 0 or (spent < round_seconds and runs < REPEATS):
                seconds = engines[name]()
                samples[name].seconds.append(seconds)
                spent, runs = spent + seconds, runs + 1
    return samples


def warm_up(engines: Mapping[str, Callable[[], float]], seconds: float = 3.0) -> None:
    """Runs each engine for so long, that the JIT compiler is done before the clock counts."""
    for run in engines.values():
        spent, runs = 0.0, 0
        while spent < seconds and runs < 200:
            spent += run()
            runs += 1
