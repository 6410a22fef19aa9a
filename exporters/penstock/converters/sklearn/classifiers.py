"""Linear classifiers: the label by ``margin > 0`` or the largest margin, and their probabilities.

scikit-learn decides a binary label by the margin, so at a margin of 1e-17 it says the
second class although both probabilities round to 0.5.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.margins import Columns, above_zero, largest, softmax
from penstock.converters.sklearn.inputs import numeric_matrix
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.linear import dense, linear_node
from penstock.graph import (
    Binary,
    BinaryOp,
    Linear,
    Link,
    LinkFunction,
    Where,
)


def linear_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    """RidgeClassifier, LinearSVC, Perceptron, PassiveAggressiveClassifier: no probabilities."""
    first = len(builder.nodes)
    scores = margins(estimator, table, builder)
    label = by_margin(scores, builder)
    builder.operation("linear_classifier", first)
    return classification(estimator.classes_, label, (), builder, margins=scores)


def sgd_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    """Probabilities where the loss gives some: logistic functions, or clipped margins."""
    first = len(builder.nodes)
    scores = margins(estimator, table, builder)
    label = by_margin(scores, builder)
    probabilities: Columns = ()
    if estimator.loss == "log_loss":
        probabilities = logistic_shares(scores, builder)
    elif estimator.loss == "modified_huber":
        clipped = _clipped(scores, builder)
        probabilities = _one_against_rest(clipped, 1.0 / len(clipped), builder)
    builder.operation("sgd_classifier", first)
    return classification(estimator.classes_, label, probabilities, builder, margins=scores)


def linear_discriminant(estimator: object, table: Table, builder: Builder) -> Prediction:
    """Two classes by a logistic function, more by softmax."""
    first = len(builder.nodes)
    scores = margins(estimator, table, builder)
    label = by_margin(scores, builder)
    if len(scores) == 1:
        probabilities = logistic_shares(scores, builder)
    else:
        probabilities = softmax(scores, builder)
    builder.operation("linear_discriminant", first)
    return classification(estimator.classes_, label, probabilities, builder, margins=scores)


def margins(estimator: object, table: Table, builder: Builder) -> Columns:
    """``decision_function``: one column for two classes, else one for each class."""
    binarizer = getattr(estimator, "_label_binarizer", None)
    if binarizer is not None and binarizer.y_type_.startswith("multilabel"):
        raise builder.refuse("it predicts several labels at once", "fit one model for each label")
    coef = np.atleast_2d(dense(estimator.coef_))
    classes = len(estimator.classes_)
    if classes < 2 or len(coef) != (1 if classes == 2 else classes):
        raise builder.refuse(
            f"it has {len(coef)} margins for {classes} classes",
            "fit it on rows of at least two classes",
        )
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    return linear_node(table, builder, coef, estimator.intercept_, "margin")


def by_margin(scores: Columns, builder: Builder) -> str:
    """The column of the label's index."""
    return above_zero(scores[0], builder) if len(scores) == 1 else largest(scores, builder)


def logistic_shares(scores: Columns, builder: Builder) -> Columns:
    """The logistic function of each margin, over their sum."""
    alone = tuple(builder.fresh(f"{score}.logistic") for score in scores)
    builder.add(Link(LinkFunction.LOGISTIC, scores, alone))
    return _one_against_rest(alone, math.nan if _divides_by_zero() else 1.0 / len(scores), builder)


@cache
def _divides_by_zero() -> bool:
    """Whether the installed scikit-learn divides by the sum where all functions are zero."""
    from sklearn.linear_model import SGDClassifier

    model = SGDClassifier(loss="log_loss")
    model.coef_, model.intercept_ = np.zeros((3, 1)), np.full(3, -1e9)
    model.classes_, model.n_features_in_ = np.arange(3), 1
    with np.errstate(invalid="ignore"):
        return bool(np.isnan(model.predict_proba(np.zeros((1, 1)))).any())


def _clipped(scores: Columns, builder: Builder) -> Columns:
    """``(clip(margin, -1, 1) + 1) / 2``."""
    steps = [(BinaryOp.MAX, -1.0), (BinaryOp.MIN, 1.0), (BinaryOp.ADD, 1.0), (BinaryOp.DIV, 2.0)]
    clipped = []
    for score in scores:
        name = score
        for op, constant in steps:
            output = builder.fresh(f"{score}.{op.value}")
            builder.add(Binary(op, name, constant, output))
            name = output
        clipped.append(name)
    return tuple(clipped)


def _one_against_rest(alone: Columns, of_none: float, builder: Builder) -> Columns:
    """``(1 - p, p)`` for one column p, else each over their sum, ``of_none`` where that is zero."""
    if len(alone) == 1:
        rest = builder.fresh("probability0")
        builder.add(Binary(BinaryOp.SUB, 1.0, alone[0], rest))
        return rest, alone[0]
    total, zero = builder.fresh("total"), builder.fresh("total.zero")
    builder.add(Linear(alone, ((1.0,) * len(alone),), (0.0,), (total,)))
    builder.add(Binary(BinaryOp.EQUAL, total, 0.0, zero))
    probabilities = tuple(builder.fresh(f"probability{k}") for k in range(len(alone)))
    for one, probability in zip(alone, probabilities, strict=True):
        share = builder.fresh(f"{one}.div")
        builder.add(Binary(BinaryOp.DIV, one, total, share))
        builder.add(Where(zero, of_none, share, probability))
    return probabilities
