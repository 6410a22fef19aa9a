"""Every model of scikit-learn in every format through the real thing, against pyfunc.

A real registry, ``log_model``, ``penstock.export`` with its own gate, our scorer over py4j, and
then the judges: the official MLeap runtime on every bundle, JPMML on every PMML.
"""

from __future__ import annotations

from penstock.answer import Answer
from penstock.loading import load
from penstock.oracle import Oracle
from tests.harness import Refused
from tests.parity.bounds import EXACT
from tests.parity.cases.composition import COMPOSED
from tests.parity.cases.preprocessing import PREPARED
from tests.parity.cases.shipped import SHIPPED
from tests.parity.cases.sklearn import CASES
from tests.parity.cases.trees import TREES
from tests.parity.compare import compare
from tests.parity.engines import OFFICIAL, OUR_SCORER, each, run
from tests.parity.libraries.sklearn import SKLEARN
from tests.parity.suite import Exported, over

pytestmark = over(
    SKLEARN,
    [*CASES, *TREES, *PREPARED, *COMPOSED, *SHIPPED],
    slow="parity: a model that differs little from another case",
)


@each(OUR_SCORER, OFFICIAL)
def test_an_engine_gives_pyfuncs_answers(exported, engine, format, request):
    run(engine, exported, format, request)


def test_the_gates_oracle_says_the_same(exported, count_rows):
    """Asked in bulk within the bound, and alone bit by bit: that the model inside pyfunc, whose
    rows had their schema enforced together, says the same as pyfunc of one row."""
    types = list(exported.types)
    loaded = load(exported.uri, columns=types if exported.case.form == "tensor" else None)
    asked = Oracle(loaded, probabilities=_has_probabilities(exported), leaves=True)
    every = range(len(exported.rows))
    alone = exported.answers.asked_alone
    for places, ask, bound in ((every, asked.many, None), (alone, asked.alone, EXACT)):
        answers = ask([exported.rows[i] for i in places])
        compare(exported, list(places), [_told(answer) for answer in answers], bound=bound)
        for i, answer in zip(places, answers, strict=True):
            said = exported.answers[i]
            if isinstance(said, Refused):
                assert answer.refused == exported.library.kind(said.why), exported.rows[i]
    count_rows("the gate's oracle, rows alone", [answer.refused or "scored" for answer in answers])


def _has_probabilities(exported: Exported) -> bool:
    return any(getattr(exported.answers[i], "probability", None) for i in range(len(exported.rows)))


def _told(answer: Answer) -> dict[str, object]:
    if answer.refused:
        return {"refused": answer.refused}
    several = isinstance(answer.prediction, tuple)
    return {
        "prediction": list(answer.prediction) if several else answer.prediction,
        "probability": None if answer.probabilities is None else list(answer.probabilities),
    }
