"""How far an answer of a model made of models may be off, worked out from the fitted estimators.

By hand and by scikit-learn's formulas, with nothing of the package under test: its own bounds
(penstock.reference) are what an export declares, and a test that took them would agree with
whatever they say. Each step adds its roundings to what it makes of its inputs' error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.decomposition import PCA

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Errors:
    """Absolute bounds: of each number of ``predict`` (a label has none), of each probability and
    of each number of ``decision_function``."""

    prediction: float = 0.0
    probability: float = 0.0
    margin: float = 0.0


def errors(model: Any, x: Any, off: Any = 0.0) -> Errors:
    """For the one row ``x``, of whose columns each may be off by ``off``.

    An estimator without a rule here is a tree or an ensemble of them whose numbers are added in
    the library's order: it is exact for an exact row.
    """
    rule = RULES.get(type(model).__name__)
    if rule is not None:
        return rule(model, x, off)
    assert np.all(np.asarray(off) == 0.0), f"a {type(model).__name__} may end at another leaf"
    return Errors()


def _pipeline(model: Any, x: Any, off: Any) -> Errors:
    """Scalers work on each number by itself, in both sides' order; PCA is a dot product."""
    for _, step in model.steps[:-1]:
        assert np.all(np.asarray(off) == 0.0), f"a {type(step).__name__} after inexact columns"
        if isinstance(step, PCA):
            centred = np.abs(np.asarray(x, dtype=np.float64) - step.mean_)
            off = (centred.shape[1] + 4) * EPS * (centred @ np.abs(step.components_.T))
        x = step.transform(x)
    return errors(model[-1], x, off)


def _margin(model: Any, x: Any, off: Any) -> float:
    """(n + 2) eps (|b| + sum |w x|) for the sum in any order, and sum |w| off."""
    row = np.abs(np.asarray(x, dtype=np.float64))
    weights = np.abs(np.atleast_2d(model.coef_)).T
    own = (row.shape[1] + 2) * EPS * (row @ weights + np.abs(model.intercept_))
    return float(np.max(own + np.broadcast_to(off, row.shape) @ weights))


def _linear(model: Any, x: Any, off: Any) -> Errors:
    return Errors(prediction=_margin(model, x, off))


def _logistic(model: Any, x: Any, off: Any) -> Errors:
    """The logistic function rises by at most 1/4, a softmax by 1/4 in each of two margins."""
    margin, classes = _margin(model, x, off), len(model.classes_)
    slope = 1 / 4 if classes == 2 else 1 / 2
    return Errors(probability=slope * margin + (classes + 4) * EPS, margin=margin)


def _votes(model: Any, x: Any, off: Any) -> Errors:
    """A weighted mean of shares of at most 1."""
    if model.voting == "hard":
        return Errors()
    members = [errors(member, x, off).probability for member in model.estimators_]
    return Errors(probability=_mean(members, model.weights) + (len(members) + 4) * EPS)


def _mean_of_regressors(model: Any, x: Any, off: Any) -> Errors:
    members = [errors(member, x, off).prediction for member in model.estimators_]
    sizes = [float(np.max(np.abs(member.predict(x)))) for member in model.estimators_]
    rounding = (len(members) + 4) * EPS * _mean(sizes, model.weights)
    return Errors(prediction=_mean(members, model.weights) + rounding)


def _mean(numbers: list[float], weights: Any) -> float:
    return float(np.average(numbers, weights=weights))


def _search(model: Any, x: Any, off: Any) -> Errors:
    return errors(model.best_estimator_, x, off)


def _threshold(model: Any, x: Any, off: Any) -> Errors:
    return errors(model.estimator_, x, off)


def _target(model: Any, x: Any, off: Any) -> Errors:
    """What a monotone function makes of both ends of the interval, and 4 eps of its own."""
    inner, regressor = errors(model.regressor_, x, off).prediction, model.regressor_
    y = np.atleast_1d(regressor.predict(x)).reshape(1, -1).astype(np.float64)
    transform = model.transformer_
    if hasattr(transform, "scale_"):  # (z - min) / scale
        sizes = (np.abs(y) + np.abs(transform.min_)) / np.abs(transform.scale_)
        off = inner / float(np.min(np.abs(transform.scale_)))
        return Errors(prediction=off + 4 * EPS * float(np.max(sizes)))
    with np.errstate(all="ignore"):
        low, middle, high = (transform.inverse_transform(y + sign * inner) for sign in (-1, 0, 1))
        spread = np.maximum(np.abs(low - middle), np.abs(high - middle)) + 4 * EPS * np.abs(middle)
    undefined = np.isnan(low) & np.isnan(high)  # the logarithm below 0; at its edge all may be
    return Errors(
        prediction=float(np.max(np.where(undefined, 0.0, np.nan_to_num(spread, nan=np.inf))))
    )


def _stacking(model: Any, x: Any, off: Any) -> Errors:
    """The last estimator, on columns of which each is off by its member's error."""
    columns = model.transform(x)
    found: list[float] = []
    for member, method in zip(model.estimators_, model.stack_method_, strict=True):
        own = errors(member, x, off)
        told = getattr(member, method)(x)
        width = 1 if np.ndim(told) == 1 else told.shape[1]
        width -= method == "predict_proba" and width == 2  # one of two says both
        is_share = method == "predict_proba"
        found += [own.probability if is_share else own.prediction] * width
    rest = columns.shape[1] - len(found)  # passed through
    return errors(model.final_estimator_, columns, np.array([found + [0.0] * rest]))


def _rest(model: Any, x: Any, off: Any) -> Errors:
    """Each class's share, divided by the sum of all; two classes have one estimator."""
    own = max(errors(member, x, off).probability for member in model.estimators_)
    shares = [float(member.predict_proba(x)[0, -1]) for member in model.estimators_]
    return Errors(probability=_normalised(shares, own))


def _normalised(shares: list[float], off: float) -> float:
    """q_j / sum q for q within ``off``: (1 + k) off / (sum q - k off), and k + 2 roundings."""
    k, total = len(shares), float(sum(shares))
    if k == 1:
        return off + 2 * EPS
    return (1 + k) * off / (total - k * off) + (k + 2) * EPS if total > k * off else np.inf


def _labels(model: Any, x: Any, off: Any) -> Errors:
    return Errors()


def _calibrated(model: Any, x: Any, off: Any) -> Errors:
    """The mean of the folds: each a curve over the inner model's margin or share, normalised."""
    folds = [_fold(fold, x, off) for fold in model.calibrated_classifiers_]
    return Errors(probability=_mean(folds, None) + (len(folds) + 2) * EPS)


def _fold(fold: Any, x: Any, off: Any) -> float:
    inner = errors(fold.estimator, x, off)
    if hasattr(fold.estimator, "decision_function"):
        values, own = fold.estimator.decision_function(x), inner.margin
    else:
        values, own = fold.estimator.predict_proba(x), inner.probability
    values = np.reshape(values, (1, -1))
    if len(fold.calibrators) == 1 and values.shape[1] == 2:
        values = values[:, 1:]
    shares, errors_ = [], []
    for curve, value in zip(fold.calibrators, values.T, strict=True):
        told = float(curve.predict(value)[0])
        ends = [float(curve.predict(value + sign * own)[0]) for sign in (-1, 1)]
        size = np.abs(getattr(curve, "a_", 0.0) * value[0]) + np.abs(getattr(curve, "b_", 0.0))
        # Shares are at most 1: a line between two points is a product and a sum, expit has exp.
        shares.append(told)
        errors_.append(max(abs(end - told) for end in ends) + (size + 12) * EPS)
    return _normalised(shares, max(errors_))


def _median(model: Any, x: Any, off: Any) -> Errors:
    """One of the trees' numbers; its neighbour where rounding decides which sum passes half."""
    predictions = np.array([float(tree.predict(x)[0]) for tree in model.estimators_])
    order = np.argsort(predictions)
    weights = model.estimator_weights_[: len(order)][order]
    sums, total = np.cumsum(weights), float(np.sum(weights))
    # The gap above the number at which the sum passes half, or just fails to.
    near = np.abs(sums - total / 2) <= (len(weights) + 2) * EPS * total
    gaps = np.diff(predictions[order], append=predictions[order][-1])
    own = max(errors(member, x, off).prediction for member in model.estimators_)
    return Errors(prediction=own + float(np.max(gaps[near], initial=0.0)))


RULES: dict[str, Callable[[Any, Any, Any], Errors]] = {
    "Pipeline": _pipeline,
    "Ridge": _linear,
    "LogisticRegression": _logistic,
    "VotingClassifier": _votes,
    "VotingRegressor": _mean_of_regressors,
    "GridSearchCV": _search,
    "FixedThresholdClassifier": _threshold,
    "TransformedTargetRegressor": _target,
    "StackingClassifier": _stacking,
    "StackingRegressor": _stacking,
    "OneVsRestClassifier": _rest,
    "OneVsOneClassifier": _labels,
    "CalibratedClassifierCV": _calibrated,
    "AdaBoostRegressor": _median,
}
