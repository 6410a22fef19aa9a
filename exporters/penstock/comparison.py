"""Compares one answer of the JVM with the oracle's: equal refusals, labels, leaves, numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from penstock.answer import Answer
from penstock.contract import Refusal

WORST = math.inf


@dataclass(frozen=True)
class Bounds:
    """How far a row's numbers may be from the oracle's: one bound for each number.

    ``prediction`` is empty for a label, which has to be equal unless ``tie`` says that
    rounding alone decides between the classes. ``beyond``: the row lies outside of a
    ``CautiousRange``, so that a file refuses it whatever the library answers. ``open``:
    rounding alone decides a split of a tree, so that leaves say nothing.
    """

    prediction: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()
    tie: bool = False
    beyond: bool = False
    open: bool = False

    @property
    def overflows(self) -> bool:
        """A sum overflows, so that its order decides between infinity and NaN.

        pyfunc's own answer to such a row depends on the batch it is in; there is no
        right one, and a file may also refuse the row as out of range.
        """
        return math.inf in self.prediction or math.inf in self.probabilities


@dataclass(frozen=True, slots=True)
class Outcome:
    """``problem`` is empty where the answers agree.

    ``difference`` is the largest one of the row, ``share`` the largest part of a bound
    that was used up; a problem that is no matter of degree has the share infinity.
    """

    problem: str = ""
    difference: float = 0.0
    share: float = 0.0


def compare(
    expected: Answer,
    actual: Answer,
    bounds: Bounds,
    expected_leaves: np.ndarray | None = None,
    actual_leaves: np.ndarray | None = None,
) -> Outcome:
    """The outcome for one row. Leaves are compared where both are given, numbered alike."""
    doubtful = bounds.overflows or bounds.beyond
    if doubtful and actual.refused == Refusal.OUT_OF_RANGE.value:
        return Outcome()
    if expected.refused is not None or actual.refused is not None:
        return _refusals(expected, actual)
    is_open = bounds.open or expected_leaves is None or actual_leaves is None
    if not is_open and expected_leaves is not actual_leaves:
        told = _leaves(expected_leaves, actual_leaves)
        if told:
            return Outcome(told, share=WORST)
    same = bounds.prediction and expected.prediction == actual.prediction
    if same and expected.probabilities is None:  # as in nearly every row
        return Outcome()
    outcomes = [_predictions(expected.prediction, actual.prediction, bounds)]
    if expected.probabilities is not None:
        if actual.probabilities is None:
            return Outcome("the file gives no probabilities", share=WORST)
        outcomes.append(
            _numbers(
                "probability", expected.probabilities, actual.probabilities, bounds.probabilities
            )
        )
    return Outcome(
        next((outcome.problem for outcome in outcomes if outcome.problem), ""),
        max(outcome.difference for outcome in outcomes),
        max(outcome.share for outcome in outcomes),
    )


def _leaves(expected: np.ndarray, actual: np.ndarray) -> str:
    """What differs between the leaves, if anything does."""
    if len(expected) != len(actual):
        return f"the file holds {len(actual)} trees and not {len(expected)}"
    wrong = np.flatnonzero(expected != actual)
    if not len(wrong):
        return ""
    tree = wrong[0]
    return f"tree {tree} ends at node {actual[tree]} and not {expected[tree]}"


def _refusals(expected: Answer, actual: Answer) -> Outcome:
    if expected.refused == actual.refused:
        return Outcome()
    if actual.refused is None:
        text = f"pyfunc refuses the row ({expected.refused}: {expected.message}), the file scores"
    elif expected.refused is None:
        text = f"the file refuses the row ({actual.refused}: {actual.message}), pyfunc scores it"
    else:
        text = (
            f"pyfunc refuses the row as {expected.refused} ({expected.message}), "
            f"the file as {actual.refused} ({actual.message})"
        )
    return Outcome(text, share=WORST)


def _predictions(expected: object, actual: object, bounds: Bounds) -> Outcome:
    if not bounds.prediction:
        if type(expected) is type(actual) and (expected == actual or bounds.tie):
            return Outcome()
        return Outcome(f"the label is {actual!r} and not {expected!r}", share=WORST)
    return _numbers("prediction", _several(expected), _several(actual), bounds.prediction)


def _numbers(
    what: str, expected: Sequence[float], actual: Sequence[float], bounds: Sequence[float]
) -> Outcome:
    if len(expected) != len(actual):
        return Outcome(f"the {what} has {len(actual)} numbers and not {len(expected)}", share=WORST)
    problem, worst_difference, worst_share = "", 0.0, 0.0
    for right, given, bound in zip(expected, actual, bounds, strict=True):
        difference = _difference(right, given)
        share = _share(difference, bound)
        if share > 1.0:
            problem = problem or f"the {what} is {given!r} and not {right!r}, bound {bound:.2g}"
        if bound != math.inf:
            worst_difference = max(worst_difference, difference)
        worst_share = max(worst_share, share)
    return Outcome(problem, worst_difference, worst_share)


def _difference(one: float, other: float) -> float:
    """0 for equal numbers, NaN equalling NaN; infinity where only one is NaN or infinite."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    difference = abs(one - other)
    return difference if math.isfinite(difference) else math.inf


def _share(difference: float, bound: float) -> float:
    """The part of the bound that the difference uses up. An infinite bound allows anything."""
    if difference == 0 or bound == math.inf:
        return 0.0
    return difference / bound if bound > 0 else WORST


def _several(value: object) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)  # type: ignore[return-value]
