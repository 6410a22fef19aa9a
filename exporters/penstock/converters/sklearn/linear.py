"""Regressors that answer with weighted sums: ``X @ coef_.T + intercept_``, or a function of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from sklearn.cross_decomposition import PLSRegression

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT32, FLOAT64, Table
from penstock.converters.sklearn.inputs import (
    as_dtype,
    check_features,
    numeric_matrix,
    refuse_float32,
)
from penstock.graph import BinaryOp, Linear, Outputs, Unary, UnaryOp


def linear_regression(estimator: object, table: Table, builder: Builder) -> Prediction:
    """All that inherit LinearModel, and SGDRegressor: the weighted sums alone."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    first = len(builder.nodes)
    coef = dense(estimator.coef_)
    names = linear_node(table, builder, coef, estimator.intercept_, "prediction")
    builder.operation("linear", first)
    return numbers(names, array=coef.ndim == 2)


def generalized_linear(estimator: object, table: Table, builder: Builder) -> Prediction:
    """Poisson, gamma and Tweedie regression: the inverse of the link, of the weighted sum."""
    link = type(estimator._base_loss.link).__name__
    if link not in ("IdentityLink", "LogLink"):
        raise builder.refuse(f"its link function is {link}", "use link='log' or link='identity'")
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    first = len(builder.nodes)
    hint = "prediction" if link == "IdentityLink" else "prediction.log"
    names = linear_node(table, builder, dense(estimator.coef_), estimator.intercept_, hint)
    if link == "LogLink":
        prediction = builder.fresh("prediction")
        builder.add(Unary(UnaryOp.EXP, names[0], prediction))
        names = (prediction,)
    builder.operation("generalized_linear", first)
    return numbers(names, array=False)


def partial_least_squares(estimator: object, table: Table, builder: Builder) -> Prediction:
    """``(X - mean) @ coef_.T + intercept_``, the difference rounded before it is weighted."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    refuse_float32(table, builder, "centres")
    table = as_dtype(table, FLOAT64)
    first = len(builder.nodes)
    columns = []
    for i, value in enumerate(table.columns):
        name = value.name
        value = builder.arithmetic(BinaryOp.SUB, value, estimator._x_mean[i], f"{name}.centred")
        if _divides_by_deviation():
            value = builder.arithmetic(BinaryOp.DIV, value, estimator._x_std[i], f"{name}.scaled")
        columns.append(value)
    table = replace(table, columns=tuple(columns))
    coef = dense(estimator.coef_)
    names = linear_node(table, builder, coef, estimator.intercept_, "prediction")
    builder.operation("partial_least_squares", first)
    return numbers(names, array=not estimator._predict_1d)


@cache
def _divides_by_deviation() -> bool:
    """Whether the installed scikit-learn divides by ``_x_std`` before it weights (up to 1.4)."""
    x = np.array([[0.0], [1.0], [3.0]])
    model = PLSRegression(n_components=1).fit(x, x[:, 0])
    before = model.predict(x)
    model._x_std = model._x_std * 2
    return not np.array_equal(before, model.predict(x))


def consensus(estimator: object, table: Table, builder: Builder) -> Table | Prediction:
    """RANSACRegressor: what the model that it found says to the columns as an array."""
    from penstock.converters.table import convert_step

    check_features(estimator, table, builder)
    inner = replace(builder.numbers(table), names=None)
    return convert_step("estimator_", estimator.estimator_, inner, builder)


def numbers(names: tuple[str, ...], *, array: bool) -> Prediction:
    """A regression; ``array`` where the library answers with an array of shape (n, outputs)."""
    output = Output(OutputKind.REGRESSION, "double", width=len(names), array=array)
    return Prediction(Outputs(predictions=names), output)


def dense(coef: object) -> np.ndarray:
    """Coefficients as an array, also after ``sparsify``."""
    return coef.toarray() if hasattr(coef, "toarray") else np.asarray(coef)


def linear_node(
    table: Table, builder: Builder, coef: np.ndarray, intercept: object, hint: str
) -> tuple[str, ...]:
    """Adds the weighted sums and gives their columns' names.

    ``coef`` has shape (columns,) or (outputs, columns), ``intercept`` is one number
    or one for each output, ``hint`` the name for an output.
    """
    weights = np.atleast_2d(coef)
    if table.dtype == FLOAT32 and coef.dtype == np.float32:
        raise builder.refuse(
            "columns and coefficients are float32, so scikit-learn sums in single precision",
            "give the model a signature of doubles (mlflow.models.set_signature changes it "
            "without fitting or logging again)",
        )
    intercepts = np.broadcast_to(np.asarray(intercept, dtype=np.float64), len(weights))
    if not (np.isfinite(weights).all() and np.isfinite(intercepts).all()):
        raise builder.refuse("a coefficient is NaN or infinite", "fit the model again")
    hints = [hint] if len(weights) == 1 else [f"{hint}{j}" for j in range(len(weights))]
    names = tuple(map(builder.fresh, hints))
    builder.add(
        Linear(
            inputs=tuple(value.name for value in table.columns),
            weights=tuple(tuple(map(float, row)) for row in weights),
            intercepts=tuple(map(float, intercepts)),
            outputs=names,
        )
    )
    return names
