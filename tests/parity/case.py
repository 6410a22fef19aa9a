"""What every parity case has, whatever its library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

FORMATS = {"mleap": "bundle.zip", "pmml": "model.pmml"}
"""The formats, and the file of each in an export's folder."""

Row = Sequence[Any]


@dataclass(frozen=True)
class Bound:
    """How far an answer may be from the library's, and ``why``.

    ``prediction(model, x)`` bounds a prediction's distance, ``probability`` each class's. What
    ``model`` and ``x``, the row, are is the library's matter.
    """

    why: str
    prediction: Callable[[Any, Any], float] = lambda model, x: 0.0
    probability: Callable[[Any, Any], float] = lambda model, x: 0.0


def nowhere(row: Row) -> bool:
    """No row is beyond what is scored."""
    return False


@dataclass(frozen=True)
class Case:
    """One line of a table; a library's own cases add what they are fitted on, and ``bound``.

    ``model`` makes what is fitted, a fresh one every time. ``slow``: it differs little from
    another case, so `make test` leaves it to `make test-all`. ``beyond``: rows that may be refused
    as out of range whatever the library says, because a number made of several inputs might
    overflow; a limit that is known without the package under test.
    """

    name: str
    model: Callable[[], Any]
    _: KW_ONLY
    slow: bool = False
    formats: tuple[str, ...] = tuple(FORMATS)
    beyond: Callable[[Row], bool] = nowhere
