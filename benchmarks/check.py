"""Whether an engine's answers are pyfunc's: within a stated bound for numbers, equal for labels.

Two right computations of a sum of n terms, in any order, differ by at most ``(n + 2) * eps * S``,
S being the sum of the terms' absolute values; ``penstock.reference`` has the derivation. For a
weighted sum n counts the inputs, for an ensemble the trees, where every term is a leaf's value, so
that one row in another leaf shows at once. ``eps`` is that of the precision in which an engine says
that it adds: 2^-52, or 2^-23 for one that works in float32.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

EPS = {"float64": 2.0**-52, "float32": 2.0**-23}


@dataclass(frozen=True)
class Expected:
    """pyfunc's answers to all rows, (rows,), and the bounds at eps = 1; no bounds for labels."""

    answers: np.ndarray
    bounds: np.ndarray | None = None

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        given = {} if self.bounds is None else {"bounds": self.bounds}
        np.savez(path, answers=self.answers, **given)

    @classmethod
    def load(cls, path: Path) -> Expected:
        with np.load(path) as file:
            return cls(file["answers"], file.get("bounds"))

    def first(self, rows: int) -> Expected:
        return Expected(self.answers[:rows], None if self.bounds is None else self.bounds[:rows])


@dataclass(frozen=True)
class Verdict:
    """How many of the rows are wrong, and how far the numbers are from pyfunc's at most."""

    rows: int
    wrong: int
    differing: int
    max_difference: float
    problem: str = ""

    @property
    def right(self) -> bool:
        return self.wrong == 0 and not self.problem

    def __str__(self) -> str:
        if self.problem:
            return f"WRONG: {self.problem}"
        if self.wrong:
            return f"WRONG: {self.wrong:,} rows, by up to {self.max_difference:.3g}"
        if self.differing:
            return f"within {self.max_difference:.1e}"
        return "equal"

    def data(self) -> dict[str, Any]:
        return {**asdict(self), "right": self.right, "text": str(self)}


def judge(expected: Expected, answers: np.ndarray, precision: str = "float64") -> Verdict:
    """The verdict on one answer for every row, in the order of the rows; NaN is no answer."""
    rows = len(expected.answers)
    if answers.shape != expected.answers.shape:
        return Verdict(rows, rows, rows, np.inf, f"{len(answers):,} answers to {rows:,} rows")
    difference = np.abs(answers.astype(np.float64) - expected.answers)
    difference[np.isnan(difference)] = np.inf
    bounds = 0.0 if expected.bounds is None else EPS[precision] * expected.bounds
    return Verdict(
        rows=rows,
        wrong=int(np.count_nonzero(difference > bounds)),
        differing=int(np.count_nonzero(difference)),
        max_difference=float(difference.max()),
    )


def judge_total(expected: Expected, count: int, total: float, precision: str = "float64") -> str:
    """What is wrong with the count and the sum that a timed run gave; empty where nothing is.

    The sum of m numbers in any order is within ``(m + 2) * eps`` of the sum of their absolute
    values, and each may be off by its own bound.
    """
    rows = len(expected.answers)
    if count != rows:
        return f"a timed run answered {count:,} of {rows:,} rows"
    allowed = (rows + 2) * EPS["float64"] * float(np.abs(expected.answers).sum())
    if expected.bounds is not None:
        allowed += EPS[precision] * float(expected.bounds.sum())
    difference = abs(total - float(expected.answers.sum()))
    if not difference <= allowed:
        return f"the sum of a timed run's answers is off by {difference:.3g}"
    return ""
