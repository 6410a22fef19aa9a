"""The library's answers to rows: in bulk where that shows the same, and each row alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.harness import Refused
from tests.parity.case import Row


@dataclass(frozen=True)
class Answer:
    """What the library gives for a row; ``probability`` is None where it has none.

    ``given``: what a bound gets for the row, where only the library itself can tell.
    """

    prediction: Any
    probability: list[float] | None = None
    given: Any = None


Said = Answer | Refused
Ask = Callable[[Sequence[int]], list[Answer]]
"""The answers to the rows at these places, asked together; raises where one is refused."""


class Answers:
    """The answers to ``rows``: of a row alone where it can matter, else of many together.

    A library refuses frames, not rows, so a frame that is refused is halved until the row is
    found: every refusal is that of a row asked alone. The row alone judges. Asking the others
    together shows the same, because ``compare`` asks a row alone as soon as an engine's answer
    differs from this one in any bit; what is left are rows of which bulk and engine say the same.
    That the library alone would say something else about such a row is what the first row of each
    of the ``kinds`` is there to find, and in `make test-all` every row.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        ask: Ask,
        kinds: Sequence[Hashable],
        refused: Mapping[int, Refused] | None = None,
    ) -> None:
        """``kinds``: what sort of row each is; rows of a kind are likely to be refused together.

        ``refused``: rows that cannot even be asked, such as NULL for a frame of integers.
        """
        self._ask = ask
        self._alone: dict[int, Said] = dict(refused or {})
        first: dict[Hashable, Said] = {}
        for i, kind in enumerate(kinds):
            if i not in self._alone and isinstance(first.get(kind, Refused("")), Refused):
                first.setdefault(kind, self.alone(i))
        rest = [i for i in range(len(rows)) if i not in self._alone]
        self._bulk = dict(zip(rest, self._bisect(rest), strict=True))

    def __getitem__(self, i: int) -> Said:
        """The answer to the row at place ``i``: alone if that is known, else in bulk."""
        return self._alone[i] if i in self._alone else self._bulk[i]

    def alone(self, i: int) -> Said:
        """The answer to this row alone: the right answer."""
        if i not in self._alone:
            self._alone[i] = self._bisect([i])[0]
        return self._alone[i]

    @property
    def asked_alone(self) -> list[int]:
        """The places of the rows whose right answer is known."""
        return sorted(self._alone)

    def _bisect(self, places: list[int]) -> list[Said]:
        if not places:
            return []
        try:
            found: list[Said] = [*self._ask(places)]
            assert len(found) == len(places)
            return found
        except Exception as problem:
            if len(places) == 1:
                told = Refused(f"{type(problem).__name__}: {problem}")
                self._alone[places[0]] = told
                return [told]
        middle = len(places) // 2
        return self._bisect(places[:middle]) + self._bisect(places[middle:])
