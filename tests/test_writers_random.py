"""Graphs wired at random mean the same in both official engines as read plainly."""

from __future__ import annotations

import pytest

from penstock import writers
from tests.agreement import disagreements
from tests.random_graphs import WITH_MEDIANS, random_case

ENGINES = {"mleap": ("mleap", "bundle.zip"), "pmml": ("jpmml", "model.pmml")}
# The first dozen, and those that once found a mistake.
SEEDS = [*range(12), 57, 156, *range(WITH_MEDIANS, WITH_MEDIANS + 4)]


@pytest.mark.parametrize("format_", ENGINES)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_official_engine_gives_the_graphs_answers(seed, format_, request, tmp_path):
    engine, name = ENGINES[format_]
    judge = request.getfixturevalue(engine)
    case = random_case(seed)
    writers.FORMATS[format_](case.graph, tmp_path / name, case.name)
    if format_ == "pmml":
        assert judge.validate(tmp_path / name) == []
    answers = judge.score(tmp_path / name, case.columns, case.rows)
    assert disagreements(case, answers, undefined_may_fail=True) == []
