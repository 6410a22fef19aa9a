"""The parity cases of boosted and bagged trees; what a case is stands in sklearn.py."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
)
from sklearn.linear_model import Ridge
from sklearn.tree import ExtraTreeClassifier, ExtraTreeRegressor

from tests.parity.bounds import EPS, EXACT, MEAN, VOTE, final
from tests.parity.case import Bound
from tests.parity.cases.composition import STEPS
from tests.parity.cases.sklearn import DTR, RFC, forest, tree
from tests.parity.libraries.sklearn import Case
from tests.parity.tables import MIXED, TEXTS

VOTES = AdaBoostClassifier().get_params().get("algorithm") == "SAMME.R"
ADAPTIVE = {"algorithm": "SAMME"} if VOTES else {}  # the other one is refused
GBR, HGR = GradientBoostingRegressor, HistGradientBoostingRegressor
GBC, HGC = GradientBoostingClassifier, HistGradientBoostingClassifier


def boosted(kind: Any, trees: int = 6, **more: Any) -> Any:
    return kind(n_estimators=trees, random_state=0, **more)


def histogram(kind: Any, trees: int = 6, **more: Any) -> Any:
    return kind(max_iter=trees, min_samples_leaf=5, random_state=0, **more)


def bag(kind: Any, trees: int = 7, **more: Any) -> Any:
    return kind(n_estimators=trees, random_state=0, **more)


def _exponential(model: Any, x: Any) -> float:
    """6 eps of the answer: exp is within 4 units in the last place here and 1 in the JVM."""
    last, row = final(model, x)
    return 6 * EPS * float(last.predict(row.reshape(1, -1))[0])


EXP = Bound("an exact sum through exp", prediction=_exponential)

LINK = Bound(
    "labels equal; exact sums through exp, one division and k additions",
    probability=lambda model, x: (len(model.classes_) + 8) * EPS,
)
# fmt: off
TREES = [
    # Extremely random trees.
    Case("extra tree, two outputs", lambda: tree(ExtraTreeRegressor), "two", EXACT, slow=True),
    Case("extra tree bool", lambda: tree(ExtraTreeClassifier), "bool", EXACT, slow=True),
    Case("extra trees, two outputs", lambda: forest(ExtraTreesRegressor), "two", MEAN, slow=True),
    Case("extra trees three, gaps", lambda: forest(ExtraTreesClassifier, bootstrap=True), "three",
         VOTE, gaps=True, since="1.6"),
    Case("forest, two labels", lambda: forest(RFC), "two labels", EXACT, gaps=True),
    Case("tree, two labels", lambda: tree(ExtraTreeClassifier), "two labels", EXACT, slow=True),
    # Bags of trees, each over some of the columns.
    Case("bagging, two outputs", lambda: bag(BaggingRegressor, max_features=3), "two", MEAN,
         gaps=True, slow=True),
    Case("bagging three", lambda: bag(BaggingClassifier, max_samples=12, max_features=2), "three",
         VOTE, form="string"),
    Case("isolation forest", lambda: bag(IsolationForest, contamination=0.2), "number", EXACT,
         gaps=True, since="1.6"),
    Case("isolation forest, some columns",
         lambda: bag(IsolationForest, 5, max_features=2), "number", EXACT, slow=True),
    Case("adaptive boosting 2/7", lambda: boosted(AdaBoostClassifier, 9, **ADAPTIVE), "2/7", LINK,
         slow=True),
    Case("adaptive boosting three", lambda: boosted(AdaBoostClassifier, 9, **ADAPTIVE), "three",
         LINK),
    Case("adaptive median", lambda: boosted(AdaBoostRegressor), "number", STEPS),
    Case("adaptive median, 50 members that agree",
         lambda: boosted(AdaBoostRegressor, 50), "whole", STEPS, slow=True),
    Case("adaptive median of lines", lambda: boosted(AdaBoostRegressor, 4, estimator=Ridge()),
         "number", STEPS, slow=True),
    # Boosting: the very sums of the library.
    Case("boosting", lambda: boosted(GBR, 12), "number", EXACT),
    Case("boosting from a tree", lambda: boosted(GBR, init=tree(DTR, max_depth=2), loss="huber"),
         "number", EXACT, slow=True),
    Case("histogram", lambda: histogram(HGR, 12), "number", EXACT),
    Case("histogram, gaps, all text", lambda: histogram(HGR), "number", EXACT, gaps=True,
         form="string"),
    Case("histogram, typed columns", lambda: histogram(HGR), "number", EXACT, form="typed",
         slow=True),
    Case("histogram, log link", lambda: histogram(HGR, loss="poisson"), "positive", EXP, gaps=True,
         slow=True),
    Case("histogram, text", lambda: histogram(HGR, categorical_features=TEXTS), "number", EXACT,
         columns=MIXED, gaps=True),
    Case("histogram three, text", lambda: histogram(HGC, 3, categorical_features=TEXTS), "three",
         LINK, columns=MIXED, slow=True),
    Case("histogram, numbers as categories",
         lambda: histogram(HGR, categorical_features=["pH"]), "number", EXACT, gaps=True),
    Case("boosting 2/7", lambda: boosted(GBC), "2/7", LINK),
    Case("boosting, exponential", lambda: boosted(GBC, loss="exponential", init="zero"), "bool",
         LINK, slow=True),
    Case("boosting three", lambda: boosted(GBC), "three", LINK, form="string"),
    Case("histogram no/yes, gaps", lambda: histogram(HGC), "no/yes", LINK, gaps=True, slow=True),
    Case("histogram 1/2/5", lambda: histogram(HGC), "1/2/5", LINK),
]
# fmt: on
