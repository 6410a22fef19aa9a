"""PowerTransformer: powers through logarithm and exponential function, as the library says them.

Both say ``expm1(lambda * log(x)) / lambda`` for Box-Cox, ``log1p`` of the absolute value for
Yeo-Johnson; that form keeps its accuracy for a small lambda. The functions leave a bound, see
``penstock.converters.sklearn.functions`` and ``penstock.reference``. The inverses, which turn
predicted targets back, are ``exp(log(b) / lambda)``, of which a library's own power is within the
bound too: 6 eps of exp stand against one unit in the last place.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Table, Value
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


def inverse(transformer: object, i: int, name: str, builder: Builder) -> str:
    """What ``inverse_transform`` makes of its column ``i``, which is ``name`` here."""
    power = float(transformer.lambdas_[i])
    if np.isnan(power):
        raise builder.refuse("its power is NaN", "fit it on targets that differ")
    if transformer.method == "yeo-johnson":
        return _inverse_yeo_johnson(name, power, builder)
    if power == 0.0:
        return say(np.exp, None, name, builder)
    log = say(np.log1p, None, _binary(BinaryOp.MUL, name, power, builder), builder)
    return say(np.exp, None, _binary(BinaryOp.DIV, log, power, builder), builder)


def _inverse_yeo_johnson(name: str, power: float, builder: Builder) -> str:
    """One root from zero on, another one below, each of a line in x."""
    if abs(power) < EPS:
        above = say(np.exp, None, name, builder)
    else:
        above = _root(name, power, power, builder)
    if abs(power - 2.0) > EPS:
        below = _root(name, -(2.0 - power), 2.0 - power, builder)
    else:
        below = say(np.exp, None, say(np.negative, None, name, builder), builder)
    above = _binary(BinaryOp.SUB, above, 1.0, builder)
    mirrored = builder.fresh(f"{below}.sub")
    builder.add(Binary(BinaryOp.SUB, 1.0, below, mirrored))
    is_above, output = _binary(BinaryOp.GREATER_OR_EQUAL, name, 0.0, builder), builder.fresh(name)
    builder.add(Where(is_above, above, mirrored, output))
    return output


def _root(name: str, slope: float, power: float, builder: Builder) -> str:
    """``(slope * x + 1) ** (1 / power)``, NaN where that is the root of a negative number."""
    exponent = 1.0 / power
    if exponent < 0.0 and exponent.is_integer():
        raise builder.refuse(
            f"the inverse of its power raises negative numbers to {exponent:g}",
            "use method='box-cox', or a function such as numpy.log1p",
        )
    line = _binary(BinaryOp.ADD, _binary(BinaryOp.MUL, name, slope, builder), 1.0, builder)
    log = say(np.log, None, line, builder)
    return say(np.exp, None, _binary(BinaryOp.MUL, log, exponent, builder), builder)


def _binary(op: BinaryOp, left: str, right: float, builder: Builder) -> str:
    output = builder.fresh(f"{left}.{op.value}")
    builder.add(Binary(op, left, right, output))
    return output
