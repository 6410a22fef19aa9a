"""Naive Bayes: a log likelihood for each class, and probabilities by their log-sum-exp.

The label is the class with the largest likelihood, the first of equals. Probabilities
are ``exp(l - log(sum(exp(l))))``, not a softmax: the logarithm of the sum is rounded at
the size of the likelihoods, which may be thousands, before it is subtracted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT32, FLOAT64, Table, Value
from penstock.converters.sklearn.inputs import numeric_matrix, refuse_float32
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.linear import linear_node
from penstock.graph import ArgMax, Binary, BinaryOp, Linear, Unary, UnaryOp


def gaussian_nb(estimator: object, table: Table, builder: Builder) -> Prediction:
    """For each class: ``log(prior) + (-sum(log(2 pi var)) / 2 - sum((x - mean)^2 / var) / 2)``."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    variances = np.asarray(estimator.var_)
    if variances.dtype == np.float32:
        refuse_float32(table, builder, "computes likelihoods")
    if not (np.isfinite(variances).all() and (variances > 0).all()):
        raise builder.refuse("a variance is zero or infinite", "fit it with var_smoothing > 0")
    _refuse_zero_prior(estimator.class_prior_, builder)
    first = len(builder.nodes)
    likelihoods = tuple(
        _gaussian(table, builder, prior, mean, variance, k)
        for k, (prior, mean, variance) in enumerate(
            zip(estimator.class_prior_, estimator.theta_, variances, strict=True)
        )
    )
    return _classified(estimator, likelihoods, "gaussian_nb", first, builder)


def multinomial_nb(estimator: object, table: Table, builder: Builder) -> Prediction:
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    first = len(builder.nodes)
    likelihoods = _weighted(table, builder, estimator.feature_log_prob_, estimator.class_log_prior_)
    return _classified(estimator, likelihoods, "multinomial_nb", first, builder)


def complement_nb(estimator: object, table: Table, builder: Builder) -> Prediction:
    """The prior counts only where there is one class."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    weights = np.asarray(estimator.feature_log_prob_)
    intercepts = estimator.class_log_prior_ if len(weights) == 1 else np.zeros(len(weights))
    first = len(builder.nodes)
    likelihoods = _weighted(table, builder, weights, intercepts)
    return _classified(estimator, likelihoods, "complement_nb", first, builder)


def bernoulli_nb(estimator: object, table: Table, builder: Builder) -> Prediction:
    """Columns become 1.0 above ``binarize`` and 0.0 elsewhere, unless it is None."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    first = len(builder.nodes)
    if estimator.binarize is not None:
        table = _binarized(estimator.binarize, table, builder)
    with np.errstate(divide="ignore"):
        absent = np.log(1 - np.exp(estimator.feature_log_prob_))
    weights = estimator.feature_log_prob_ - absent
    intercepts = estimator.class_log_prior_ + absent.sum(axis=1)
    likelihoods = _weighted(table, builder, weights, intercepts)
    return _classified(estimator, likelihoods, "bernoulli_nb", first, builder)


def _gaussian(
    table: Table,
    builder: Builder,
    prior: float,
    mean: np.ndarray,
    variance: np.ndarray,
    k: int,
) -> str:
    terms = []
    for value, center, spread in zip(table.columns, mean, variance, strict=True):
        away, square, term = (
            builder.fresh(f"{value.name}.{part}{k}") for part in ("away", "square", "term")
        )
        builder.add(Binary(BinaryOp.SUB, value.name, float(center), away))
        builder.add(Binary(BinaryOp.MUL, away, away, square))
        builder.add(Binary(BinaryOp.DIV, square, float(spread), term))
        terms.append(term)
    half, spreaded = builder.fresh(f"half{k}"), builder.fresh(f"given{k}")
    name = builder.fresh(f"likelihood{k}")
    size = -0.5 * np.sum(np.log(2.0 * np.pi * variance))
    builder.add(Linear(tuple(terms), ((-0.5,) * len(terms),), (0.0,), (half,)))
    builder.add(Binary(BinaryOp.ADD, half, float(size), spreaded))
    builder.add(Binary(BinaryOp.ADD, spreaded, float(np.log(prior)), name))
    return name


def _refuse_zero_prior(priors: np.ndarray, builder: Builder) -> None:
    if not (np.asarray(priors) > 0).all():
        raise builder.refuse("the prior of a class is 0", "leave that class out")


def _weighted(
    table: Table, builder: Builder, weights: np.ndarray, intercepts: np.ndarray
) -> tuple[str, ...]:
    if not (np.isfinite(weights).all() and np.isfinite(intercepts).all()):
        raise builder.refuse("the logarithm of a probability is infinite", "fit it with alpha > 0")
    return linear_node(table, builder, np.asarray(weights), intercepts, "likelihood")


def _binarized(threshold: float, table: Table, builder: Builder) -> Table:
    if table.dtype == FLOAT32 and float(np.float32(threshold)) != threshold:
        raise builder.refuse(
            f"all its columns are float32, and the threshold {threshold} is not",
            "give the model a signature of doubles (mlflow.models.set_signature changes it "
            "without fitting or logging again)",
        )

    def above(value: Value) -> Value:
        value = builder.arithmetic(BinaryOp.GREATER, value, float(threshold), f"{value.name}.above")
        return replace(value, dtype=FLOAT64, extremes=(0.0, 1.0))

    return replace(table, columns=tuple(map(above, table.columns)))


def _classified(
    estimator: object, likelihoods: tuple[str, ...], op: str, first: int, builder: Builder
) -> Prediction:
    label = builder.fresh("label")
    builder.add(ArgMax(likelihoods, label))
    probabilities = _posteriors(likelihoods, builder)
    builder.operation(op, first)
    return classification(estimator.classes_, label, probabilities, builder)


def _posteriors(likelihoods: tuple[str, ...], builder: Builder) -> tuple[str, ...]:
    """``exp(l - (log(sum(exp(l - max))) + max))``."""

    def each(op: BinaryOp | UnaryOp, names: tuple[str, ...], right: str = "") -> tuple[str, ...]:
        outputs = tuple(builder.fresh(f"{name}.{op.value}") for name in names)
        for name, output in zip(names, outputs, strict=True):
            if isinstance(op, UnaryOp):
                builder.add(Unary(op, name, output))
            else:
                builder.add(Binary(op, name, right, output))
        return outputs

    largest = likelihoods[0]
    for name in likelihoods[1:]:
        (largest,) = each(BinaryOp.MAX, (largest,), name)
    powers = each(UnaryOp.EXP, each(BinaryOp.SUB, likelihoods, largest))
    total = builder.fresh("total")
    builder.add(Linear(powers, ((1.0,) * len(powers),), (0.0,), (total,)))
    (evidence,) = each(BinaryOp.ADD, each(UnaryOp.LOG, (total,)), largest)
    return each(UnaryOp.EXP, each(BinaryOp.SUB, likelihoods, evidence))
