"""Linear and logistic regression: weighted sums by BLAS, in an order that the graph leaves open.

Coefficients that Spark holds as a sparse vector are not multiplied where they are zero, so a
value there cannot spoil the sum, whatever it is.
"""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Value
from penstock.converters.constants import constant_column
from penstock.converters.margins import softmax
from penstock.converters.sparkml.frame import Frame, Vector
from penstock.converters.sparkml.output import (
    classification,
    decided,
    refuse_no_raw_prediction,
    regression,
)
from penstock.graph import Binary, BinaryOp, Linear, Link, LinkFunction, Unary, UnaryOp


def linear_regression(stage: object, frame: Frame, builder: Builder) -> Frame:
    first = len(builder.nodes)
    weights = stage.coefficients
    features = frame.vector(stage.getFeaturesCol(), len(weights), builder)
    sparse = _is_sparse(weights)
    (name,) = _sums(
        features, weights.toArray()[None, :], [stage.intercept], sparse, "prediction", builder
    )
    builder.operation("linear", first)
    return regression(stage, frame, name)


def logistic_regression(stage: object, frame: Frame, builder: Builder) -> Frame:
    """One row of coefficients: the second class above a threshold. More: the largest margin."""
    refuse_no_raw_prediction(stage, builder)
    first = len(builder.nodes)
    matrix = stage.coefficientMatrix
    weights, sparse = matrix.toArray(), _is_sparse(matrix)
    features = frame.vector(stage.getFeaturesCol(), weights.shape[1], builder)
    if len(weights) > 1 and sparse and any(column.value.missing for column in features):
        raise builder.refuse(
            "its coefficients are sparse and a feature may be NaN, which then spoils the margins "
            "of some classes only", "put an Imputer before it",
        )  # fmt: skip
    intercepts = stage.interceptVector.toArray().tolist()
    margins = _sums(features, weights, intercepts, sparse, "margin", builder)
    if len(weights) == 1:
        label, probabilities = _binary(stage, margins[0], builder)
    else:
        probabilities = softmax(margins, builder)
        label = decided(stage, margins, probabilities, builder)
    builder.operation("logistic_regression", first)
    return classification(stage, frame, label, probabilities)


def _binary(stage: object, margin: str, builder: Builder) -> tuple[str, tuple[str, str]]:
    """Spark compares the margin with the logit of the threshold, as Java's logarithm says."""
    threshold = float(stage._java_obj.getThreshold())
    if not 0.0 < threshold < 1.0:
        raise builder.refuse(
            f"its threshold is {threshold}, so that it answers the same for every row",
            "use a threshold between 0 and 1",
        )
    label, negative = builder.fresh("label"), builder.fresh("margin.negate")
    no, yes = builder.fresh("probability0"), builder.fresh("probability1")
    builder.add(Binary(BinaryOp.GREATER, margin, _logit(threshold), label))
    builder.add(Unary(UnaryOp.NEGATE, margin, negative))
    builder.add(Link(LinkFunction.LOGISTIC, (negative,), (no,)))
    builder.add(Binary(BinaryOp.SUB, 1.0, no, yes))
    return label, (no, yes)


def _logit(threshold: float) -> float:
    from pyspark import SparkContext

    return float(SparkContext._jvm.java.lang.Math.log(threshold / (1.0 - threshold)))


def _is_sparse(numbers: object) -> bool:
    return type(numbers).__name__.startswith("Sparse")


def _sums(
    features: Vector,
    weights: np.ndarray,
    intercepts: list[float],
    sparse: bool,
    hint: str,
    builder: Builder,
) -> tuple[str, ...]:
    """One column for each row of ``weights``; inputs so large that a sum overflows are refused."""
    if not (np.isfinite(weights).all() and np.isfinite(intercepts).all()):
        raise builder.refuse("a coefficient is NaN or infinite", "fit the model again")
    hints = [hint] if len(weights) == 1 else [f"{hint}{k}" for k in range(len(weights))]
    names = []
    for row, intercept, own in zip(weights, intercepts, hints, strict=True):
        used = [i for i in range(len(row)) if row[i] != 0.0 or not sparse]
        if not used:
            names.append(
                constant_column(builder, features[0].value, float(intercept), FLOAT64, own).name
            )
            continue
        names.append(builder.fresh(own))
        inputs = tuple(features[i].value.name for i in used)
        chosen = (tuple(float(row[i]) for i in used),)
        builder.add(Linear(inputs, chosen, (float(intercept),), (names[-1],)))
    builder.bounded([Value(name, FLOAT64) for name in names])
    return tuple(names)
