"""LogisticRegression: the label by the margin, the probabilities by the link function.

scikit-learn decides a binary label by ``margin > 0``, so at a margin of 1e-17 it says
the second class although both probabilities round to 0.5.
"""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder, Prediction, Table
from penstock.converters.sklearn.inputs import numeric_matrix
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.linear import linear_node
from penstock.graph import (
    ArgMax,
    Binary,
    BinaryOp,
    Linear,
    Link,
    LinkFunction,
    Unary,
    UnaryOp,
    Where,
)


def logistic_regression(estimator: object, table: Table, builder: Builder) -> Prediction:
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    coef = estimator.coef_
    coef = coef.toarray() if hasattr(coef, "toarray") else np.asarray(coef)
    first = len(builder.nodes)
    scores = linear_node(table, builder, coef, estimator.intercept_, "margin")
    if len(scores) == 1:
        outputs = _binary(estimator, scores[0], builder)
    else:
        outputs = _multinomial(estimator, scores, builder)
    builder.operation("logistic_regression", first)
    return classification(estimator.classes_, *outputs, builder, margins=scores)


def _binary(estimator: object, margin: str, builder: Builder) -> tuple[str, tuple[str, ...]]:
    label = builder.fresh("label")
    builder.add(Binary(BinaryOp.GREATER, margin, 0.0, label))
    no, yes = builder.fresh("probability0"), builder.fresh("probability1")
    if one_vs_rest(estimator):
        builder.add(Link(LinkFunction.LOGISTIC, (margin,), (yes,)))
        builder.add(Binary(BinaryOp.SUB, 1.0, yes, no))
    else:
        negative = builder.fresh("margin.negate")
        builder.add(Unary(UnaryOp.NEGATE, margin, negative))
        builder.add(Link(LinkFunction.SOFTMAX, (negative, margin), (no, yes)))
    return label, (no, yes)


def _multinomial(
    estimator: object, scores: tuple[str, ...], builder: Builder
) -> tuple[str, tuple[str, ...]]:
    label = builder.fresh("label")
    builder.add(ArgMax(scores, label))
    probabilities = tuple(builder.fresh(f"probability{k}") for k in range(len(scores)))
    if one_vs_rest(estimator):
        _normalised(scores, probabilities, builder)
    else:
        builder.add(Link(LinkFunction.SOFTMAX, scores, probabilities))
    return label, probabilities


def _normalised(scores: tuple[str, ...], probabilities: tuple[str, ...], builder: Builder) -> None:
    """One class against the rest: logistic functions over their sum, 1 / n if that is zero."""
    alone = tuple(builder.fresh(f"{score}.logistic") for score in scores)
    builder.add(Link(LinkFunction.LOGISTIC, scores, alone))
    total, zero = builder.fresh("total"), builder.fresh("total.zero")
    builder.add(Linear(alone, ((1.0,) * len(alone),), (0.0,), (total,)))
    builder.add(Binary(BinaryOp.EQUAL, total, 0.0, zero))
    for one, probability in zip(alone, probabilities, strict=True):
        share = builder.fresh(f"{one}.div")
        builder.add(Binary(BinaryOp.DIV, one, total, share))
        builder.add(Where(zero, 1.0 / len(alone), share, probability))


def one_vs_rest(estimator: object) -> bool:
    """Whether the installed scikit-learn takes each class against the rest.

    Up to 1.7 ``multi_class`` decides, and what its default is called differs; newer
    ones ignore the attribute, which a model that an older one saved may still have.
    """
    is_binary = len(estimator.classes_) <= 2
    default = type(estimator)().get_params().get("multi_class")
    if default is None:
        return is_binary
    choice = getattr(estimator, "multi_class", default)
    if choice in ("auto", default):
        return is_binary or estimator.solver == "liblinear"
    return choice in ("ovr", "warn")
