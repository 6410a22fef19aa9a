"""The parity cases of boosted and bagged trees; what a case is stands in parity_cases.py."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor

from tests.parity_cases import DTR, EPS, EXACT, Bound, Case, final, tree

GBR, HGR = GradientBoostingRegressor, HistGradientBoostingRegressor


def boosted(kind: Any, trees: int = 6, **more: Any) -> Any:
    return kind(n_estimators=trees, random_state=0, **more)


def histogram(kind: Any, trees: int = 6, **more: Any) -> Any:
    return kind(max_iter=trees, min_samples_leaf=5, random_state=0, **more)


def _exponential(model: Any, x: Any) -> float:
    """6 eps of the answer: exp is within 4 units in the last place here and 1 in the JVM."""
    last, row = final(model, x)
    return 6 * EPS * float(last.predict(row.reshape(1, -1))[0])


EXP = Bound("an exact sum through exp", prediction=_exponential)

# fmt: off
TREES = [
    # Boosting: the very sums of the library.
    Case("boosting", lambda: boosted(GBR, 12), "number", EXACT),
    Case("boosting from a tree", lambda: boosted(GBR, init=tree(DTR, max_depth=2), loss="huber"),
         "number", EXACT),
    Case("histogram", lambda: histogram(HGR, 12), "number", EXACT),
    Case("histogram, gaps, all text", lambda: histogram(HGR), "number", EXACT, gaps=True,
         form="string"),
    Case("histogram, typed columns", lambda: histogram(HGR), "number", EXACT, form="typed",
         slow=True),
    Case("histogram, log link", lambda: histogram(HGR, loss="poisson"), "positive", EXP, gaps=True),
]
# fmt: on
