"""FixedThresholdClassifier and TunedThresholdClassifierCV: the label by a score of its own."""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.sklearn.inner import answers, method_of, predictor
from penstock.converters.sklearn.labels import classification
from penstock.converters.sums import binary
from penstock.graph import BinaryOp, Unary, UnaryOp


def fixed_threshold(estimator: object, table: Table, builder: Builder) -> Prediction:
    fitted = getattr(estimator, "estimator_", estimator.estimator)
    threshold = estimator.threshold
    if threshold == "auto":
        threshold = 0.5 if _method(estimator, fitted, builder) == "predict_proba" else 0.0
    return _cut(estimator, fitted, float(threshold), estimator.pos_label, table, builder)


def tuned_threshold(estimator: object, table: Table, builder: Builder) -> Prediction:
    positive = estimator._curve_scorer._get_pos_label()
    threshold = float(estimator.best_threshold_)
    return _cut(estimator, estimator.estimator_, threshold, positive, table, builder)


def _method(estimator: object, fitted: object, builder: Builder) -> str:
    asked = estimator.response_method
    methods = ("predict_proba", "decision_function") if asked == "auto" else (asked,)
    return method_of(fitted, methods, builder)


def _cut(
    estimator: object,
    fitted: object,
    threshold: float,
    positive: object,
    table: Table,
    builder: Builder,
) -> Prediction:
    """The positive class where ``score >= threshold``; without one it is the second."""
    inner = predictor("estimator", fitted, table, builder)
    first = len(builder.nodes)
    classes = estimator.classes_
    index = 1 if positive is None else int(np.flatnonzero(classes == positive)[0])
    method = _method(estimator, fitted, builder)
    scores = answers(inner, fitted, method, builder)
    if method == "predict_proba":
        score = scores[index]
    elif index == 1:
        score = scores[0]
    else:
        score = builder.fresh("score")
        builder.add(Unary(UnaryOp.NEGATE, scores[0], score))
    label = binary(builder, BinaryOp.GREATER_OR_EQUAL, score, threshold, "label")
    if index == 0:
        label = binary(builder, BinaryOp.SUB, 1.0, label, "label")
    builder.operation("threshold", first)
    probabilities = inner.outputs.probabilities
    return classification(classes, label, probabilities, builder, margins=inner.margins)
