"""The one comparison: an engine's answers and the library's, within the bound of the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tests.harness import Conflict, Refused, conflicts, exact, table
from tests.parity.answers import Said
from tests.parity.case import Bound
from tests.parity.suite import Exported


def compare(
    exported: Exported,
    places: Sequence[int],
    answers: Sequence[dict[str, Any]],
    read: Callable[[Any, Any], Any] = lambda want, got: got,
    bound: Bound | None = None,
    titles: Sequence[str] = ("prediction", "probability"),
) -> None:
    """Fails where an answer to the row at one of ``places`` is not the library's.

    An answer has ``prediction`` and ``probability``, or ``refused``. ``read(want, got)`` says a
    prediction in the type of the one wanted, where the engine has no such type. Probabilities are
    compared where the library has them, and ``titles`` does too.
    """
    assert len(places) == len(answers), f"{len(places)} rows, {len(answers)} answers"
    bound = bound or exported.case.bound
    model = exported.library.bounded(exported.model)

    def differ(wanted: Sequence[Said], title: str, within: bool) -> list[Conflict]:
        how = getattr(bound, title)
        return conflicts(
            places,
            [_wanted(want, title) for want in wanted],
            [_given(want, got, title, read) for want, got in zip(wanted, answers, strict=True)],
            (lambda i: how(model, exported.library.given(exported, i))) if within else exact,
        )

    if not any(getattr(exported.answers[i], "probability", None) for i in places):
        titles = ["prediction"]
    wanted = [exported.answers[i] for i in places]
    unlike = {found.row for title in titles for found in differ(wanted, title, within=False)}
    wanted = [
        exported.answers.alone(i) if i in unlike else want
        for i, want in zip(places, wanted, strict=True)
    ]
    for title in titles:
        found = [
            replace(conflict, row=exported.rows[conflict.row])
            for conflict in differ(wanted, title, within=True)
        ]
        assert not found, table(title, found, len(places))


def _wanted(said: Said, title: str) -> Any:
    if isinstance(said, Refused):
        return said
    return getattr(said, title)


def _given(want: Said, got: dict[str, Any], title: str, read: Callable) -> Any:
    if "refused" in got:
        return Refused(str(got["refused"]))
    if title == "probability":
        return got.get("probability")
    prediction = got.get("prediction", got.get("error"))
    return prediction if isinstance(want, Refused) else read(want.prediction, prediction)
