"""The harness of the parity cases itself: which rows it asks alone, and that it finds faults."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.harness import Refused
from tests.parity.answers import Answer, Answers
from tests.parity.bounds import EXACT
from tests.parity.case import Bound
from tests.parity.compare import compare

ROWS = [[float(i)] for i in range(20)]
NEAR = Bound("a tenth", lambda model, x: 0.1, lambda model, x: 0.1)


class Model:
    """Gives each row its number; refuses some; is off by 0.01 where several are asked."""

    def __init__(self, *refuses: int, off: float = 0.0) -> None:
        self.refuses, self.off = refuses, off
        self.asked: list[list[int]] = []

    def __call__(self, places):
        self.asked.append(list(places))
        if set(places) & set(self.refuses):
            raise ValueError("no")
        off = self.off if len(places) > 1 else 0.0
        return [Answer(i + off, [i / 20, 1 - i / 20]) for i in places]


def exported(model: Model, bound: Bound = EXACT, kinds=None):
    answers = Answers(ROWS, model, kinds or ["plain"] * len(ROWS))
    library = SimpleNamespace(bounded=lambda model: model, given=lambda exported, i: i)
    case = SimpleNamespace(bound=bound)
    return SimpleNamespace(answers=answers, rows=ROWS, case=case, library=library, model=model)


def told(*wrong: tuple[int, dict]):
    found = [{"prediction": float(i), "probability": [i / 20, 1 - i / 20]} for i in range(20)]
    for i, answer in wrong:
        found[i] = {**found[i], **answer}
    return found


def test_each_refused_row_is_found_and_was_asked_alone():
    model = Model(3, 11, 12)
    answers = exported(model).answers
    refused = [i for i in range(20) if isinstance(answers[i], Refused)]
    assert refused == [3, 11, 12]
    assert all([i] in model.asked for i in refused)
    assert len(model.asked) < 20


def test_the_first_row_of_each_kind_is_asked_alone_and_all_of_a_refused_kind():
    model = Model(5, 6, 7)
    kinds = ["odd" if i in (5, 6, 7) else i // 10 for i in range(20)]
    answers = exported(model, kinds=kinds).answers
    assert answers.asked_alone == [0, 5, 6, 7, 10]
    assert len(model.asked) == 6  # and all others at once


def test_rows_that_cannot_be_asked_are_not():
    model = Model()
    answers = Answers(ROWS, model, range(20), {4: Refused("NULL")})
    assert answers[4] == Refused("NULL")
    assert [4] not in model.asked and len(model.asked) == 19


def test_where_bulk_and_engine_differ_the_row_alone_judges():
    model = Model(off=0.01)
    compare(exported(model), range(20), told())
    with pytest.raises(AssertionError, match="1 of 20 rows differ"):
        compare(exported(model), range(20), told((7, {"prediction": 7.02})))


@pytest.mark.parametrize(
    "wrong",
    [
        {"prediction": 7.2},
        {"prediction": 7},
        {"prediction": None},
        {"refused": "OUT_OF_RANGE"},
        {"probability": [0.6, 0.4]},
        {"probability": [0.35]},
        {"probability": None},
    ],
)
def test_a_fault_in_one_row_is_found(wrong):
    compare(exported(Model(), NEAR), range(20), told((7, {"prediction": 7.05})))
    with pytest.raises(AssertionError, match="1 of 20 rows differ"):
        compare(exported(Model(), NEAR), range(20), told((7, wrong)))


def test_a_refused_row_that_an_engine_scores_is_found():
    with pytest.raises(AssertionError, match="1 of 20 rows differ"):
        compare(exported(Model(7)), range(20), told())
