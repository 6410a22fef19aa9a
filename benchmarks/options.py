"""The command line of `make bench`, and what a full and a quick run are."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

from benchmarks.core_engines import ENGINES as CORE_ENGINES
from benchmarks.models import MODELS
from benchmarks.spark_run import ENGINES

PARTS = ("spark", "core", "kernels", "loading", "exporting", "scaling")


@dataclass(frozen=True)
class Size:
    """How many rows each part scores, and how often."""

    spark_rows: int = 1_000_000
    spark_rounds: int = 3
    core_rows: int = 65_536
    core_rounds: int = 3
    jmh_forks: int = 2
    jmh_iterations: int = 5
    load_repeats: int = 5


FULL = Size()
QUICK = Size(
    spark_rows=100_000,
    spark_rounds=2,
    core_rows=8_192,
    core_rounds=2,
    jmh_forks=1,
    jmh_iterations=3,
    load_repeats=2,
)


@dataclass(frozen=True)
class Options:
    parts: tuple[str, ...]
    models: tuple[str, ...]
    engines: tuple[str, ...]
    core_engines: tuple[str, ...]
    size: Size
    page: bool
    """Whether docs/performance.md is written again."""

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return (
            self.size == FULL
            and set(self.parts) == set(PARTS)
            and set(self.models) == set(MODELS)
            and set(self.engines) == set(ENGINES)
            and set(self.core_engines) == set(CORE_ENGINES)
        )


def parse(arguments: list[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(
        prog="make bench", description='As in: make bench BENCH="--quick --models forest"'
    )
    parser.add_argument("--quick", action="store_true", help="a short run, to see that it works")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=tuple(MODELS))
    parser.add_argument(
        "--engines", nargs="+", choices=ENGINES, default=ENGINES, help="those inside Spark"
    )
    parser.add_argument(
        "--core-engines",
        nargs="*",
        choices=CORE_ENGINES,
        default=CORE_ENGINES,
        help="those outside Spark",
    )
    parser.add_argument("--rows", type=int, help="in Spark")
    parser.add_argument("--rounds", type=int, help="in Spark")
    parser.add_argument("--page", action="store_true", help="write docs/performance.md again")
    given = parser.parse_args(arguments)
    size = QUICK if given.quick else FULL
    if given.rows:
        size = replace(size, spark_rows=given.rows)
    if given.rounds:
        size = replace(size, spark_rounds=given.rounds)
    options = Options(
        tuple(given.parts),
        tuple(given.models),
        tuple(given.engines),
        tuple(given.core_engines),
        size,
        given.page,
    )
    if options.page and not options.complete:
        parser.error("--page is for a full run of all parts, models and engines")
    return options
