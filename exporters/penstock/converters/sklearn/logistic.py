"""LogisticRegression, and its kin that searched for C: margins, then logistic or softmax."""

from __future__ import annotations

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.margins import softmax
from penstock.converters.sklearn.classifiers import (
    by_margin,
    logistic_shares,
    margins,
)
from penstock.converters.sklearn.labels import classification
from penstock.graph import Unary, UnaryOp


def logistic_regression(estimator: object, table: Table, builder: Builder) -> Prediction:
    first = len(builder.nodes)
    scores = margins(estimator, table, builder)
    label = by_margin(scores, builder)
    if one_vs_rest(estimator):
        probabilities = logistic_shares(scores, builder)
    elif len(scores) == 1:
        negative = builder.fresh("margin.negate")
        builder.add(Unary(UnaryOp.NEGATE, scores[0], negative))
        probabilities = softmax((negative, scores[0]), builder)
    else:
        probabilities = softmax(scores, builder)
    builder.operation("logistic_regression", first)
    return classification(estimator.classes_, label, probabilities, builder, margins=scores)


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
