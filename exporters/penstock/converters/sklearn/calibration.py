"""CalibratedClassifierCV: scores through a fitted curve, and the mean over the folds."""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.sklearn.inner import answers, method_of, predictor, values
from penstock.converters.sklearn.inputs import check_finite
from penstock.converters.sklearn.labels import classification
from penstock.converters.sums import along_row, average, binary
from penstock.graph import ArgMax, BinaryOp, Linear, Link, LinkFunction, Unary, UnaryOp, Where

TOLERANCE = 1e-8 + 1e-5
"""By how far probabilities may miss the sum 1 (``isclose``)."""
LEAST = 1e-12


def calibrated_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    folds = [
        _fold(f"calibrated{i}", fold, len(estimator.classes_), estimator.classes_, table, builder)
        for i, fold in enumerate(estimator.calibrated_classifiers_)
    ]
    first = len(builder.nodes)
    probabilities = tuple(
        average(builder, [fold[k] for fold in folds], None, f"probability{k}")
        for k in range(len(estimator.classes_))
    )
    label = builder.fresh("label")
    builder.add(ArgMax(probabilities, label))
    builder.operation("mean", first)
    return classification(estimator.classes_, label, probabilities, builder)


def _fold(
    name: str, fold: object, count: int, classes: np.ndarray, table: Table, builder: Builder
) -> tuple[str, ...]:
    """The probabilities of one classifier and its calibrators."""
    fitted = fold.estimator
    inner = predictor(name, fitted, table, builder)
    first = len(builder.nodes)
    method = method_of(fitted, ("decision_function", "predict_proba"), builder)
    scores = answers(inner, fitted, method, builder)
    if method == "predict_proba" and len(fitted.classes_) == 2:
        scores = scores[1:]
    if fold.method == "temperature":
        found = _temperature(fold.calibrators[0], scores, method, builder)
    else:
        places = np.searchsorted(classes, fitted.classes_)
        found = _curves(fold.calibrators, scores, places, count, builder)
    builder.operation("calibration", first)
    return found


def _curves(
    calibrators: list, scores: tuple[str, ...], places: np.ndarray, count: int, builder: Builder
) -> tuple[str, ...]:
    """Each score through its own curve; a class that the fold has not seen gets 0.

    A fold that has seen two classes of several has one score, for the first of the two.
    """
    if count == 2:
        yes = _curve(calibrators[0], scores[0], builder)
        return _at_most_one([binary(builder, BinaryOp.SUB, 1.0, yes, "rest"), yes], builder)
    found = {
        int(place): _curve(calibrator, score, builder)
        for place, calibrator, score in zip(places, calibrators, scores, strict=False)
    }
    nothing = ""
    if len(found) < count:
        nothing = binary(builder, BinaryOp.MUL, next(iter(found.values())), 0.0, "nothing")
    columns = [found.get(k, nothing) for k in range(count)]
    total = along_row(builder, columns, "total")
    zero = binary(builder, BinaryOp.EQUAL, total, 0.0, "total.zero")
    shares = []
    for column in columns:
        share = binary(builder, BinaryOp.DIV, column, total, f"{column}.share")
        name = builder.fresh(f"{column}.share")
        builder.add(Where(zero, 1 / count, share, name))
        shares.append(name)
    return _at_most_one(shares, builder)


def _curve(calibrator: object, score: str, builder: Builder) -> str:
    """An isotonic curve, or the logistic function of ``-(a * score + b)``."""
    if not hasattr(calibrator, "a_"):
        return predictor("calibrator", calibrator, values((score,)), builder).outputs.predictions[0]
    product = binary(builder, BinaryOp.MUL, score, float(calibrator.a_), f"{score}.scaled")
    total = binary(builder, BinaryOp.ADD, product, float(calibrator.b_), f"{score}.moved")
    negative, name = builder.fresh(f"{score}.negative"), builder.fresh(f"{score}.calibrated")
    builder.add(Unary(UnaryOp.NEGATE, total, negative))
    builder.add(Link(LinkFunction.LOGISTIC, (negative,), (name,)))
    return name


def _at_most_one(columns: list[str], builder: Builder) -> tuple[str, ...]:
    """What rounding lifts above 1 is 1."""
    return tuple(binary(builder, BinaryOp.MIN, column, 1.0, f"{column}.most") for column in columns)


def _temperature(
    calibrator: object, scores: tuple[str, ...], method: str, builder: Builder
) -> tuple[str, ...]:
    """The softmax of the logits times ``beta_``; probabilities become logits by ``log(p + eps)``.

    The library tells probabilities from margins by their values.
    """
    check_finite(values(scores), builder, allow_missing=False)
    if len(scores) == 1 and method == "predict_proba":
        rest = binary(builder, BinaryOp.SUB, 1.0, scores[0], "rest")
        logits = [_logit(rest, builder), _logit(scores[0], builder)]
    elif len(scores) == 1:
        negative = builder.fresh(f"{scores[0]}.negative")
        builder.add(Unary(UnaryOp.NEGATE, scores[0], negative))
        logits = [negative, scores[0]]
    elif method == "predict_proba":
        logits = [_logit(score, builder) for score in scores]
    else:
        alike = _looks_like_probabilities(scores, builder)
        logits = []
        for score in scores:
            name = builder.fresh(f"{score}.logit")
            builder.add(Where(alike, _logit(score, builder), score, name))
            logits.append(name)
    heated = tuple(
        binary(builder, BinaryOp.MUL, logit, float(calibrator.beta_), f"{logit}.heated")
        for logit in logits
    )
    names = tuple(builder.fresh(f"{name}.probability") for name in heated)
    builder.add(Link(LinkFunction.SOFTMAX, heated, names))
    return names


def _logit(score: str, builder: Builder) -> str:
    name = builder.fresh(f"{score}.log")
    builder.add(Unary(UnaryOp.LOG, binary(builder, BinaryOp.ADD, score, LEAST, score), name))
    return name


def _looks_like_probabilities(scores: tuple[str, ...], builder: Builder) -> str:
    """1.0 where all scores lie in [0, 1] and add up to about 1."""
    total, miss = builder.fresh("total"), builder.fresh("total.miss")
    builder.add(Linear(scores, ((1.0,) * len(scores),), (-1.0,), (total,)))
    builder.add(Unary(UnaryOp.ABS, total, miss))
    alike = binary(builder, BinaryOp.LESS_OR_EQUAL, miss, TOLERANCE, "alike")
    for score in scores:
        for op, end in ((BinaryOp.GREATER_OR_EQUAL, 0.0), (BinaryOp.LESS_OR_EQUAL, 1.0)):
            fine = binary(builder, op, score, end, f"{score}.fine")
            alike = binary(builder, BinaryOp.MIN, alike, fine, "alike")
    return alike
