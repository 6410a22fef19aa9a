"""How far scikit-learn's models may be from themselves: formulas in their fitted numbers.

``model`` is the fitted model, ``x`` one row as it is asked: a frame or an array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import Pipeline

from tests.parity.case import Bound

EPS = float(np.finfo(np.float64).eps)


def final(model: Any, x: Any) -> tuple[Any, np.ndarray]:
    """The last estimator, and its input for the one-row frame or array ``x``."""
    if not isinstance(model, Pipeline):
        return model, np.asarray(x, dtype=np.float64)
    inner = model[:-1].transform(x)
    return model[-1], np.asarray(inner.toarray() if hasattr(inner, "toarray") else inner)


def _dot(model: Any, x: Any) -> float:
    """(n + 2) eps (|b| + sum |w x|): n products, n additions and the order of both."""
    last, row = final(model, x)
    row = row.astype(np.float64)
    size = np.abs(row) @ np.abs(np.atleast_2d(last.coef_)).T + np.abs(last.intercept_)
    return (row.shape[1] + 2) * EPS * float(np.max(size))


def _logistic(model: Any, x: Any) -> float:
    """The margin's bound through a slope of at most 1/4, and 4 eps for exp, sum and division."""
    return _dot(model, x) / 4 + 4 * EPS


def _softmax(model: Any, x: Any) -> float:
    """Two margins' bounds through a slope of at most 1/4 each, and k + 4 eps for the sum of k."""
    return _dot(model, x) / 2 + (len(model.classes_) + 4) * EPS


def _exp(model: Any, x: Any) -> float:
    """y (expm1(b) + 6 eps): the margin's bound through exp, which differs between libraries."""
    y = float(np.max(np.abs(model.predict(x))))
    return y * (np.expm1(_dot(model, x)) + 6 * EPS)


def _centred(model: Any, x: Any) -> float:
    """As for a dot product, of the columns less their means."""
    row = np.asarray(x, dtype=np.float64) - model._x_mean
    size = np.abs(row) @ np.abs(model.coef_).T + np.abs(model.intercept_)
    return (row.shape[1] + 2) * EPS * float(np.max(size))


def _shares(model: Any, x: Any) -> float:
    """p_j = s_j / sum s: the relative bounds of two logistic functions, k + 8 roundings."""
    return 2 * _dot(model, x) + (len(model.classes_) + 8) * EPS


def _clipped(model: Any, x: Any) -> float:
    """q_j = (clip(m_j) + 1) / 2 within d; p_j = q_j / sum q within (1 + k) d / sum q, k > 2."""
    d = _dot(model, x) / 2 + 2 * EPS
    k = len(model.classes_)
    if k == 2:
        return d
    q = float(np.sum((np.clip(model.decision_function(x), -1, 1) + 1) / 2))
    return (1 + k) * d / (q - k * d) if q > k * d else np.inf


def _segment(model: Any, x: Any) -> float:
    """The product and the sum of a line may be one rounding: 4 eps (|rise| + |y|) <= 12 eps |y|."""
    return 12 * EPS * float(np.max(np.abs(model.y_thresholds_)))


def _posterior(likelihood: Callable[[Any, np.ndarray], float]) -> Callable[[Any, Any], float]:
    """exp(l - log(sum(exp(l)))), each l within b: two of them, roundings at the sum's size, exp."""

    def bound(model: Any, x: Any) -> float:
        row = np.asarray(x, dtype=np.float64)
        k = len(model.classes_)
        largest = np.max(np.abs(model.predict_joint_log_proba(x))) + np.log(k)
        exponent = 2 * likelihood(model, row) + EPS * largest
        return np.expm1(exponent) + (k + 30) * EPS

    return bound


def _gaussian(model: Any, row: np.ndarray) -> float:
    """(n + 6) eps of the sizes of all terms, the constants' own included."""
    squares = ((row - model.theta_) ** 2 / model.var_).sum(axis=1) / 2
    constants = np.abs(np.log(2 * np.pi * model.var_)).sum(axis=1) / 2
    sizes = squares + constants + np.abs(np.log(model.class_prior_))
    return (row.shape[1] + 6) * EPS * float(np.max(sizes))


def _counts(model: Any, row: np.ndarray) -> float:
    """(n + 2) eps of a dot product with log probabilities."""
    weights, prior = model.feature_log_prob_, np.abs(model.class_log_prior_)
    if isinstance(model, BernoulliNB):
        absent = np.log(1 - np.exp(weights))
        row, prior = (row > model.binarize) * 1.0, prior + np.abs(absent).sum(axis=1)
        weights = np.abs(weights) + np.abs(absent)
    return (row.shape[1] + 2) * EPS * float(np.max(np.abs(row) @ np.abs(weights).T + prior))


EXACT = Bound("a leaf's own number, or a label")
SUM = Bound("the order of a dot product's sum", prediction=_dot)
MEAN = Bound("the trees' numbers, added in their order and divided once")
SIGMOID = Bound("labels equal; probabilities through exp", probability=_logistic)
SOFTMAX = Bound("labels equal; probabilities through exp", probability=_softmax)
VOTE = Bound("labels and probabilities equal: the trees' shares, added in their order")
SHARES = Bound("labels equal; logistic functions over their sum", probability=_shares)
CLIPPED = Bound("labels equal; clipped margins over their sum", probability=_clipped)
LABEL = Bound("labels equal: no probabilities")
EXP = Bound("the order of a dot product's sum, through exp", prediction=_exp)
CONSENSUS = Bound(
    "the order of a dot product's sum", prediction=lambda model, x: _dot(model.estimator_, x)
)
CENTRED = Bound("the order of a dot product's sum", prediction=_centred)
SEGMENT = Bound("a product and a sum that may be fused", prediction=_segment)
GAUSSIAN = Bound("labels equal; likelihoods through exp", probability=_posterior(_gaussian))
COUNTS = Bound("labels equal; likelihoods through exp", probability=_posterior(_counts))
SIGMOIDS = Bound("probabilities through exp", prediction=_logistic)
