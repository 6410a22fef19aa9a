"""How much an export is asked about before it counts as verified."""

from __future__ import annotations

from dataclasses import dataclass

from penstock.errors import PenstockError


@dataclass(frozen=True)
class Effort:
    """How many rows are made at most, and how many of them the model is asked for alone.

    ``rows``: all of them; ``ordinary``: those among them without any odd cell. ``refused``,
    ``pairs``: those that the contract refuses for one odd cell and for two, each of which is a
    question of its own. ``sample``: how many scored rows are asked for alone beside the bulk.
    ``leaves``: how many there are at most, one for each row and tree; more trees get fewer rows.
    ``jobs``: how many rows a model of Spark ML may refuse, ``spark_rows`` how many it gets.
    """

    name: str
    rows: int
    ordinary: int
    refused: int
    pairs: int
    sample: int
    leaves: int
    spark_rows: int
    jobs: int


EFFORTS = {
    effort.name: effort
    for effort in (
        Effort("quick", 1_500, 250, 24, 8, 8, 1_000_000, 600, 8),
        Effort("standard", 60_000, 1_500, 80, 16, 24, 4_000_000, 6_000, 24),
        Effort("thorough", 60_000, 4_000, 600, 240, 200, 12_000_000, 12_000, 48),
    )
}
"""What ``--effort`` takes. All of them try each kind of refusal, and as many splits of the trees as
there are rows for; the larger ones try more columns, cells and splits."""

STANDARD = "standard"


def effort_of(name: str) -> Effort:
    """The effort of that name. Raises PenstockError."""
    if name not in EFFORTS:
        raise PenstockError(f"the effort {name!r} is not known; choose from {', '.join(EFFORTS)}")
    return EFFORTS[name]
