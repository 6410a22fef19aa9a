"""The parity cases of models made of models, as tests/parity/cases/sklearn.py has the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from tests.error_bounds import errors
from tests.parity.beyond import larger_than
from tests.parity.bounds import LABEL, MEAN
from tests.parity.case import Bound
from tests.parity.cases.sklearn import DTC, DTR, RFC, RFR, forest, scaled, tree
from tests.parity.libraries.sklearn import Case
from tests.releases import newer

FixedThresholdClassifier = newer("sklearn.model_selection", "FixedThresholdClassifier")


EQUAL = Bound("labels and probabilities equal: sums in the library's order")
STEPS = Bound(
    "the roundings of each step, through those after it (tests/error_bounds.py)",
    lambda model, x: errors(model, x).prediction,
    lambda model, x: errors(model, x).probability,
)


def three_members() -> list[tuple[str, Any]]:
    """A tree, a forest and a linear model."""
    linear = scaled(LogisticRegression())
    return [("tree", tree(DTC, max_depth=3)), ("forest", forest(RFC, max_depth=3)), ("l", linear)]


def two_trees() -> list[tuple[str, Any]]:
    """Two trees, which often disagree."""
    return [("one", tree(DTC, max_depth=1)), ("more", tree(DTC, max_depth=4))]


def calibrated(model: Any, method: str, ensemble: bool = True) -> CalibratedClassifierCV:
    return CalibratedClassifierCV(model, method=method, cv=2, ensemble=ensemble)


# fmt: off
COMPOSED = [
    Case("hard votes, ties", lambda: VotingClassifier(two_trees()), "three", EQUAL),
    Case("hard votes, weights", lambda: VotingClassifier(three_members(), weights=[2, 1, 1.5]),
         "1/2/5", STEPS, slow=True),
    Case("soft votes, ties", lambda: VotingClassifier(two_trees(), voting="soft"), "1/2/5", EQUAL),
    Case("soft votes, weights",
         lambda: VotingClassifier(three_members(), voting="soft", weights=[2, 1, 1.5]), "no/yes",
         STEPS, slow=True),
    Case("mean of regressors",
         lambda: VotingRegressor([("t", tree(DTR)), ("r", scaled(Ridge()))], weights=[1, 3]),
         "number", STEPS, slow=True),
    Case("search", lambda: GridSearchCV(scaled(Ridge()), {"ridge__alpha": [0.1, 1]}, cv=3),
         "number", STEPS, slow=True),
    Case("fixed threshold, probability",
         lambda: FixedThresholdClassifier(tree(DTC, max_depth=3), threshold=0.5, pos_label=2),
         "2/7", EQUAL),
    Case("fixed threshold, margin",
         lambda: FixedThresholdClassifier(scaled(LogisticRegression()), threshold=0.3,
                                          response_method="decision_function", pos_label="no"),
         "no/yes", STEPS, slow=True),
    Case("union", lambda: make_pipeline(make_union(StandardScaler(), MinMaxScaler()), forest(RFR)),
         "number", MEAN),
    Case("target through log",
         lambda: TransformedTargetRegressor(scaled(Ridge()), func=np.exp, inverse_func=np.log,
                                            check_inverse=False), "column", STEPS, slow=True,
         beyond=larger_than(1e290)),
    Case("target through expm1",
         lambda: TransformedTargetRegressor(tree(DTR), func=np.arcsinh, inverse_func=np.expm1,
                                            check_inverse=False), "number", STEPS),
    Case("target scaled", lambda: TransformedTargetRegressor(Ridge(), transformer=MinMaxScaler()),
         "two", STEPS, slow=True, beyond=larger_than(1e290)),
    Case("stacking", lambda: StackingClassifier(three_members(), cv=2), "three", STEPS),
    Case("stacking two classes, passthrough",
         lambda: StackingClassifier(two_trees(), forest(RFC), cv=2, passthrough=True), "no/yes",
         EQUAL),
    Case("stacking of labels",
         lambda: StackingClassifier(two_trees(), tree(DTC, max_depth=3), cv=2,
                                    stack_method="predict"), "1/2/5", EQUAL, slow=True),
    Case("stacking regressors",
         lambda: StackingRegressor([("t", tree(DTR)), ("r", scaled(Ridge()))], Ridge(), cv=2),
         "number", STEPS, slow=True),
    Case("one against the rest", lambda: OneVsRestClassifier(scaled(LogisticRegression())),
         "three", STEPS),
    Case("one against the rest, trees", lambda: OneVsRestClassifier(tree(DTC, max_depth=3)),
         "1/2/5", EQUAL, slow=True),
    Case("one against one", lambda: OneVsOneClassifier(scaled(LogisticRegression())), "three",
         STEPS),
    Case("one against one, trees", lambda: OneVsOneClassifier(tree(DTC, max_depth=2)), "1/2/5",
         EQUAL, slow=True),
    Case("several classifiers", lambda: scaled(MultiOutputClassifier(LogisticRegression())),
         "two labels", LABEL),
    Case("several regressors", lambda: MultiOutputRegressor(tree(DTR)), "two", EQUAL, slow=True),
    Case("calibrated by sigmoids", lambda: calibrated(forest(RFC, max_depth=3), "sigmoid"),
         "three", STEPS),
    Case("calibrated by a curve",
         lambda: calibrated(tree(DTC, max_depth=4), "isotonic", ensemble=False), "2/7", STEPS,
         slow=True),
    Case("calibrated margins", lambda: calibrated(scaled(LogisticRegression()), "isotonic"),
         "no/yes", STEPS, slow=True, beyond=larger_than(1e290)),
]
# fmt: on
