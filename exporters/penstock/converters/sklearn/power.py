"""PowerTransformer: powers through logarithm and exponential function, as the library says them.

Both say ``expm1(lambda * log(x)) / lambda`` for Box-Cox, ``log1p`` of the absolute value for
Yeo-Johnson; that form keeps its accuracy for a small lambda. The functions leave a bound, see
``penstock.converters.sklearn.functions`` and ``penstock.reference``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.converters.build import FLOAT64, Builder, Table, Value
from penstock.converters.sklearn.functions import say
from penstock.converters.sklearn.inputs import float_matrix
from penstock.converters.sklearn.output import transformed
from penstock.converters.sklearn.scaling import standard_scaler
from penstock.graph import Binary, BinaryOp, Unary, UnaryOp, Where

EPS = float(np.finfo(np.float64).eps)
SMALLEST = 1e-19
"""Below it SciPy's boxcox takes the logarithm."""


def power_transformer(estimator: object, table: Table, builder: Builder) -> Table:
    """Each column by its own lambda, then standardized where that is asked for."""
    table = float_matrix(estimator, table, builder, "transforms")
    transform = _yeo_johnson
    if estimator.method == "box-cox":
        transform = _box_cox
        for value in table.columns:
            builder.positive(value)
    first = len(builder.nodes)
    columns = []
    for value, power in zip(table.columns, estimator.lambdas_, strict=True):
        if np.isnan(power):
            raise builder.refuse(
                f"its power for {value.name!r} is NaN", "leave out columns without any value"
            )
        columns.append(transform(value, float(power), builder))
    builder.operation("power", first)
    table = replace(table, columns=tuple(columns), names=None)
    if estimator.standardize:
        with builder.step("standardize", estimator._scaler):
            table = standard_scaler(estimator._scaler, table, builder)
    return transformed(estimator, table, builder)


def _yeo_johnson(value: Value, power: float, builder: Builder) -> Value:
    """One power at zero and above, another one below, both of 1 + \\|x\\|."""
    size = builder.fresh(f"{value.name}.abs")
    builder.add(Unary(UnaryOp.ABS, value.name, size))
    log = say(np.log1p, None, size, builder)
    above = _power(log, power if abs(power) >= EPS else 0.0, builder)
    below = _power(log, 2.0 - power if abs(power - 2.0) > EPS else 0.0, builder)
    mirrored, is_above = builder.fresh(f"{below}.negate"), builder.fresh(f"{value.name}.above")
    builder.add(Unary(UnaryOp.NEGATE, below, mirrored))
    builder.add(Binary(BinaryOp.GREATER_OR_EQUAL, value.name, 0.0, is_above))
    name = builder.fresh(f"{value.name}.power")
    builder.add(Where(is_above, above, mirrored, name))
    return Value(name, FLOAT64, missing=value.missing)


def _box_cox(value: Value, power: float, builder: Builder) -> Value:
    power = power if abs(power) >= SMALLEST else 0.0
    name = _power(say(np.log, None, value.name, builder), power, builder)
    return Value(name, FLOAT64, missing=value.missing)


def _power(log: str, power: float, builder: Builder) -> str:
    """``expm1(power * log) / power``, the logarithm itself where the power is zero."""
    if power == 0.0:
        return log
    exponent, name = builder.fresh(f"{log}.mul"), builder.fresh(f"{log}.div")
    builder.add(Binary(BinaryOp.MUL, log, power, exponent))
    builder.add(Binary(BinaryOp.DIV, say(np.expm1, None, exponent, builder), power, name))
    return name
