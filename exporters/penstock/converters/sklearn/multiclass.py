"""OneVsRestClassifier and OneVsOneClassifier: many classes by classifiers of two."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.multiclass import OneVsRestClassifier, _ConstantPredictor

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.sklearn.inner import answers, confidence, numbers, predictor
from penstock.converters.sklearn.inputs import check_features
from penstock.converters.sklearn.labels import classification
from penstock.converters.sums import along_row, binary, chain
from penstock.graph import ArgMax, BinaryOp, Unary, UnaryOp, Where


def one_vs_rest(estimator: object, table: Table, builder: Builder) -> Prediction:
    if estimator.multilabel_:
        raise builder.refuse(
            "it predicts several labels at once, and an answer holds one",
            "fit one classifier for each label and export each",
        )
    members = _members(estimator, table, builder)
    first = len(builder.nodes)
    scores = _confidences(estimator, members, builder)
    if len(scores) == 1:
        label = binary(builder, BinaryOp.GREATER, scores[0], _threshold(estimator), "label")
    else:
        label = _largest(scores, builder)
    probabilities = ()
    if hasattr(estimator, "predict_proba"):
        probabilities = _shares(estimator, members, builder)
    builder.operation("one_vs_rest", first)
    margins = scores if hasattr(estimator, "decision_function") else ()
    return classification(estimator.classes_, label, probabilities, builder, margins=margins)


def one_vs_one(estimator: object, table: Table, builder: Builder) -> Prediction:
    """Votes, and between them the sum of the confidences s as ``s / (3 (|s| + 1))``."""
    if estimator.pairwise_indices_ is not None:
        raise builder.refuse("its members see a kernel matrix", "fit it on features")
    check_features(estimator, table, builder)
    table = replace(builder.numbers(table), names=None)
    members = _members(estimator, table, builder)
    first = len(builder.nodes)
    votes = [
        _votes(member, fitted, builder)
        for member, fitted in zip(members, estimator.estimators_, strict=True)
    ]
    confidences = _confidences(estimator, members, builder)
    scores = tuple(
        _score(k, len(estimator.classes_), votes, confidences, builder)
        for k in range(len(estimator.classes_))
    )
    if len(scores) == 2:
        scores = scores[1:]
        label = binary(builder, BinaryOp.GREATER, scores[0], _threshold(estimator), "label")
    else:
        label = builder.fresh("label")
        builder.add(ArgMax(scores, label))
    builder.operation("one_vs_one", first)
    return classification(estimator.classes_, label, (), builder, margins=scores)


def _members(estimator: object, table: Table, builder: Builder) -> list[Prediction]:
    return [
        predictor(f"estimator{i}", fitted, table, builder)
        for i, fitted in enumerate(estimator.estimators_)
    ]


def _confidences(estimator: object, members: list[Prediction], builder: Builder) -> tuple[str, ...]:
    return tuple(
        confidence(member, fitted, builder)
        for member, fitted in zip(members, estimator.estimators_, strict=True)
    )


def _threshold(estimator: object) -> float:
    """Above it a score is the second class's: a margin's zero, or one half."""
    fitted = estimator.estimators_[0]
    return 0.0 if hasattr(fitted, "decision_function") and is_classifier(fitted) else 0.5


def _largest(scores: tuple[str, ...], builder: Builder) -> str:
    """The class of the largest score; which of equals is a matter of the release."""
    if ties_go_to_the_first():
        label = builder.fresh("label")
        builder.add(ArgMax(scores, label))
        return label
    turned = builder.fresh("label.turned")
    builder.add(ArgMax(scores[::-1], turned))
    return binary(builder, BinaryOp.SUB, len(scores) - 1.0, turned, "label")


def _shares(estimator: object, members: list[Prediction], builder: Builder) -> tuple[str, ...]:
    """Each member's probability over their sum, unless that is zero."""
    columns = [
        answers(member, fitted, "predict_proba", builder)[1]
        for member, fitted in zip(members, estimator.estimators_, strict=True)
    ]
    if len(columns) == 1:
        columns.insert(0, binary(builder, BinaryOp.SUB, 1.0, columns[0], "rest"))
    total = along_row(builder, columns, "total")
    zero = binary(builder, BinaryOp.EQUAL, total, 0.0, "total.zero")
    shares = []
    for k, column in enumerate(columns):
        share = binary(builder, BinaryOp.DIV, column, total, f"probability{k}")
        if keeps_zeros():
            name = builder.fresh(f"probability{k}")
            builder.add(Where(zero, column, share, name))
            share = name
        shares.append(share)
    return tuple(shares)


def _votes(member: Prediction, fitted: object, builder: Builder) -> tuple[str, str]:
    """Whether the member says 0, and whether 1; a regressor may say neither."""
    (said,) = numbers(member, builder)
    if not is_regressor(fitted):
        return binary(builder, BinaryOp.SUB, 1.0, said, "vote"), said
    return tuple(binary(builder, BinaryOp.EQUAL, said, value, "vote") for value in (0.0, 1.0))


def _score(
    k: int,
    classes: int,
    votes: list[tuple[str, str]],
    confidences: tuple[str, ...],
    builder: Builder,
) -> str:
    """The votes for class k and what its confidences add, pair by pair in the library's order."""
    own, total = [], None
    pairs = [(i, j) for i in range(classes) for j in range(i + 1, classes)]
    for pair, vote, score in zip(pairs, votes, confidences, strict=True):
        if k in pair:
            own.append(vote[pair.index(k)])
            op = BinaryOp.SUB if k == pair[0] else BinaryOp.ADD
            start = 0.0 if total is None else total
            total = binary(builder, op, start, score, f"confidence{k}")
    size = builder.fresh(f"confidence{k}.abs")
    builder.add(Unary(UnaryOp.ABS, str(total), size))
    size = binary(builder, BinaryOp.ADD, size, 1.0, f"confidence{k}.size")
    size = binary(builder, BinaryOp.MUL, size, 3.0, f"confidence{k}.size")
    part = binary(builder, BinaryOp.DIV, str(total), size, f"confidence{k}.part")
    count = chain(builder, own, f"votes{k}")
    return binary(builder, BinaryOp.ADD, count, part, f"score{k}")


def _undecided() -> OneVsRestClassifier:
    """Three members that give every row the margin 0 and the probability 0."""
    model = OneVsRestClassifier(_ConstantPredictor()).fit([[0.0], [1.0], [2.0]], [0, 1, 2])
    never = _ConstantPredictor().fit([[0.0]], np.array([0]))
    model.estimators_ = [never] * 3
    return model


@cache
def ties_go_to_the_first() -> bool:
    """Older releases take the last of equal scores."""
    return bool(_undecided().predict([[0.0]])[0] == 0)


@cache
def keeps_zeros() -> bool:
    """Whether probabilities that are all zero stay zero; older releases divide them by zero."""
    with np.errstate(invalid="ignore"):
        return bool(np.isfinite(_undecided().predict_proba([[0.0]])).all())
