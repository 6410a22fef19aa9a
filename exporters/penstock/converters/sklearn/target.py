"""TransformedTargetRegressor: the inverse of the target's transformer after the regressor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.names import class_name, public_name
from penstock.converters.sklearn import power
from penstock.converters.sklearn.functions import say
from penstock.converters.sklearn.inner import predictor, values
from penstock.converters.sklearn.inputs import check_finite
from penstock.graph import BinaryOp, Outputs

Inverse = Callable[[object, Table, Builder], Table]


def transformed_target(estimator: object, table: Table, builder: Builder) -> Prediction:
    inner = predictor("regressor", estimator.regressor_, table, builder)
    first = len(builder.nodes)
    with builder.step("transformer", estimator.transformer_):
        columns = _inverse(estimator.transformer_, values(inner.outputs.predictions), builder)
        builder.operation("inverse", first)
    names = tuple(value.name for value in columns.columns)
    array = not (estimator._training_dim == 1 and len(names) == 1)
    output = Output(OutputKind.REGRESSION, "double", width=len(names), array=array)
    return Prediction(Outputs(names), output)


def _inverse(transformer: object, table: Table, builder: Builder) -> Table:
    inverse = _INVERSES.get(public_name(type(transformer)) or "")
    if inverse is None:
        raise builder.refuse(
            f"it turns predictions back with {class_name(transformer)}, whose inverse has no "
            "converter",
            "use a function such as numpy.expm1, or a scaler, for the target",
        )
    return inverse(transformer, table, builder)


def _function(transformer: object, table: Table, builder: Builder) -> Table:
    if transformer.validate:
        table = check_finite(table, builder, allow_missing=False)
    function = transformer.inverse_func
    if function is None:
        return table
    kwargs = transformer.inv_kw_args
    return _each(table, lambda name, i: say(function, kwargs, name, builder))


def _standard(transformer: object, table: Table, builder: Builder) -> Table:
    steps = []
    if transformer.with_std:
        steps.append((BinaryOp.MUL, transformer.scale_))
    if transformer.with_mean:
        steps.append((BinaryOp.ADD, transformer.mean_))
    return _steps(steps, table, builder)


def _min_max(transformer: object, table: Table, builder: Builder) -> Table:
    steps = [(BinaryOp.SUB, transformer.min_), (BinaryOp.DIV, transformer.scale_)]
    return _steps(steps, table, builder)


def _max_abs(transformer: object, table: Table, builder: Builder) -> Table:
    return _steps([(BinaryOp.MUL, transformer.scale_)], table, builder)


def _robust(transformer: object, table: Table, builder: Builder) -> Table:
    steps = []
    if transformer.with_scaling:
        steps.append((BinaryOp.MUL, transformer.scale_))
    if transformer.with_centering:
        steps.append((BinaryOp.ADD, transformer.center_))
    return _steps(steps, table, builder)


def _power(transformer: object, table: Table, builder: Builder) -> Table:
    """The inverse of the scaler where there is one, then that of each column's power."""
    table = check_finite(table, builder, allow_missing=True)
    if transformer.standardize:
        table = _standard(transformer._scaler, table, builder)
    return _each(table, lambda name, i: power.inverse(transformer, i, name, builder))


def _pipeline(transformer: object, table: Table, builder: Builder) -> Table:
    for name, step in reversed(transformer.steps):
        if step is None or step == "passthrough":
            continue
        with builder.step(name, step):
            table = _inverse(step, table, builder)
    return table


def _steps(steps: list[tuple[BinaryOp, np.ndarray]], table: Table, builder: Builder) -> Table:
    """A scaler's arithmetic; scalers refuse infinity and let NaN pass."""
    table = check_finite(table, builder, allow_missing=True)
    columns = []
    for i, value in enumerate(table.columns):
        name = value.name
        for op, constants in steps:
            value = builder.arithmetic(op, value, constants[i], f"{name}.{op.value}")
        columns.append(value)
    return replace(table, columns=tuple(columns))


def _each(table: Table, make: Callable[[str, int], str]) -> Table:
    columns = tuple(
        replace(value, name=make(value.name, i), extremes=None)
        for i, value in enumerate(table.columns)
    )
    return replace(table, columns=columns)


_INVERSES: dict[str, Inverse] = {
    "sklearn.pipeline.Pipeline": _pipeline,
    "sklearn.preprocessing.FunctionTransformer": _function,
    "sklearn.preprocessing.MaxAbsScaler": _max_abs,
    "sklearn.preprocessing.MinMaxScaler": _min_max,
    "sklearn.preprocessing.PowerTransformer": _power,
    "sklearn.preprocessing.RobustScaler": _robust,
    "sklearn.preprocessing.StandardScaler": _standard,
}
