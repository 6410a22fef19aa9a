"""The parity cases of preprocessing that rounds; what a case is stands in sklearn.py."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    PowerTransformer,
    StandardScaler,
)

from tests.parity.beyond import larger_than, outside
from tests.parity.bounds import EPS, EXACT, SUM, VOTE, final
from tests.parity.case import Bound
from tests.parity.cases.sklearn import DTR, RFC, columns, forest, tree
from tests.parity.libraries.sklearn import Case
from tests.parity.tables import MIXED

INF, TINY = math.inf, 5e-324


def _carried(model: Any, x: Any, errors: np.ndarray) -> float:
    """The last sum's own bound, and what ``errors`` of its terms' columns add to it."""
    last, _ = final(model, x)
    return SUM.prediction(model, x) + float(np.max(errors @ np.abs(np.atleast_2d(last.coef_)).T))


def _projected(model: Any, x: Any) -> float:
    """(n + 2) eps S for each component, S with the offset, over the root of its variance."""
    step, row = model[-2], np.abs(np.asarray(model[:-2].transform(x), dtype=np.float64))
    weights = step.components_
    sizes = row @ np.abs(weights).T
    if hasattr(step, "mean_"):
        sizes = sizes + np.abs(step.mean_ @ weights.T)
    if getattr(step, "whiten", False):
        sizes = sizes / np.sqrt(step.explained_variance_)
    return _carried(model, x, (row.shape[1] + 4) * EPS * sizes)


def _normalized(model: Any, x: Any) -> float:
    """The root of n squares is within (n + 2) eps / 2 of itself, the division rounds."""
    _, row = final(model, x)
    return _carried(model, x, (row.shape[1] + 4) * EPS * np.abs(row))


def _logarithm(model: Any, x: Any) -> float:
    """1 + x to 3 eps of itself, its logarithm to 8 eps, the library's own log1p to 4."""
    _, row = final(model, x)
    return _carried(model, x, EPS * (3 + 12 * np.abs(row)))


def _powered(model: Any, x: Any) -> float:
    """The exponent to (3 + 12 |log|) eps times the power, exp and the difference to 8 eps."""
    step = model[-2]
    row = np.abs(np.asarray(x, dtype=np.float64))
    log, powers = np.log1p(row), np.where(np.asarray(x) >= 0, step.lambdas_, 2 - step.lambdas_)
    if step.method == "box-cox":
        log, powers = np.log(row), step.lambdas_
    size = np.exp(powers * log)
    errors = (size * (np.abs(powers) * (3 + 12 * np.abs(log)) + 8) + 8) * EPS / np.abs(powers)
    if step.standardize:
        errors = errors / step._scaler.scale_ * (1 + EPS) + 4 * EPS * np.abs(step.transform(x))
        errors = errors + 2 * EPS * np.abs(step._scaler.mean_ / step._scaler.scale_)
    return _carried(model, x, errors)


PROJECTED = Bound("sums of sums, in any order", prediction=_projected)
NORMALIZED = Bound("the order of the sum of squares", prediction=_normalized)
LOGARITHM = Bound("log1p(x) as log(1 + x)", prediction=_logarithm)
POWERED = Bound("powers through log and exp", prediction=_powered)


def function(func: Any, **more: Any) -> FunctionTransformer:
    return FunctionTransformer(func, **more)


# fmt: off
PREPARED = [
    # Products, norms and projections.
    Case("polynomial", lambda: make_pipeline(StandardScaler(), PolynomialFeatures(3), Ridge()),
         "number", SUM, slow=True),
    Case("polynomial to a tree", lambda: make_pipeline(PolynomialFeatures(2), tree(DTR)),
         "number", EXACT, form="string"),
    Case("normalizer max", lambda: make_pipeline(Normalizer("max"), tree(DTR)), "number", EXACT,
         slow=True),
    Case("normalizer l2", lambda: make_pipeline(Normalizer(), Ridge()), "number", NORMALIZED),
    Case("normalizer l1", lambda: make_pipeline(Normalizer("l1"), tree(DTR)), "number", EXACT,
         slow=True),
    Case("pca", lambda: make_pipeline(StandardScaler(), PCA(2, whiten=True), Ridge()), "number",
         PROJECTED, slow=True, beyond=larger_than(1e300)),
    Case("pca to a forest", lambda: make_pipeline(StandardScaler(), PCA(2), forest(RFC)), "1/2/5",
         VOTE, beyond=larger_than(1e35)),
    Case("truncated svd", lambda: make_pipeline(MinMaxScaler(), TruncatedSVD(2), Ridge()),
         "number", PROJECTED, slow=True, beyond=larger_than(1e300)),
    # Functions.
    Case("log1p", lambda: make_pipeline(function(np.log1p), Ridge()), "number", LOGARITHM,
         beyond=outside(-0.99, INF)),
    Case("square root to a tree", lambda: make_pipeline(function(np.sqrt), tree(DTR)), "number",
         EXACT, beyond=outside(-TINY, INF)),
    Case("clip", lambda: make_pipeline(function(np.clip, kw_args={"a_min": 1, "a_max": 9}),
                                       tree(DTR)), "number", EXACT, slow=True),
    Case("yeo-johnson", lambda: make_pipeline(PowerTransformer(), Ridge()), "number", POWERED,
         beyond=larger_than(1e16)),
    Case("box-cox", lambda: make_pipeline(PowerTransformer("box-cox", standardize=False), Ridge()),
         "number", POWERED, beyond=larger_than(1e30)),
    Case("yeo-johnson to boosting",
         lambda: make_pipeline(PowerTransformer(), tree(HistGradientBoostingRegressor, max_iter=6)),
         "number", EXACT, gaps=True, beyond=larger_than(1e13)),
    Case("logarithm beside text",
         lambda: columns(tree(DTR), make_pipeline(function(np.log), SelectKBest(k=2))),
         "number", EXACT, columns=MIXED, slow=True, beyond=outside(0.0, INF)),
]
# fmt: on
