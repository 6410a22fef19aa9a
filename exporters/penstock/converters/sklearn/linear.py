"""LinearRegression, Ridge, Lasso, ElasticNet: ``X @ coef_.T + intercept_``."""

from __future__ import annotations

import numpy as np

from penstock.contract import Output, OutputKind
from penstock.converters.build import FLOAT32, Builder, Prediction, Table
from penstock.converters.sklearn.inputs import numeric_matrix
from penstock.graph import Linear, Outputs


def linear_regression(estimator: object, table: Table, builder: Builder) -> Prediction:
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    coef = np.asarray(estimator.coef_)
    first = len(builder.nodes)
    names = linear_node(table, builder, coef, estimator.intercept_, "prediction")
    builder.operation("linear", first)
    output = Output(OutputKind.REGRESSION, "double", width=len(names), array=coef.ndim == 2)
    return Prediction(Outputs(predictions=names), output)


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
