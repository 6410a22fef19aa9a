"""MultiOutputRegressor: one regressor for each output, side by side."""

from __future__ import annotations

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction, Table
from penstock.converters.sklearn.inner import numbers, predictor
from penstock.graph import Outputs


def multi_output_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    members = [
        predictor(f"estimator{i}", fitted, table, builder)
        for i, fitted in enumerate(estimator.estimators_)
    ]
    names = tuple(name for member in members for name in numbers(member, builder))
    builder.operation("columns", len(builder.nodes))
    output = Output(OutputKind.REGRESSION, "double", width=len(names), array=True)
    return Prediction(Outputs(names), output)
