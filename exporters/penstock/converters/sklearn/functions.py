"""NumPy's and SciPy's functions of one number, as the graph's words.

``exp`` and ``log`` leave a bound, see ``penstock.reference``. The others that have no word
of their own are said with a weighted sum, whose bound ``(n + 2) eps S`` holds what the
library's own function may be off by: for ``expm1(x) = exp(x) - 1`` 3 eps (e^x + 1) and
6 eps e^x of exp stand against at most eps e^x of Java's exp, eps / 2 |y| of the
subtraction and 4 units in the last place of NumPy's result y, and |y| <= max(e^x, 1).
``log1p(x) = log(1 + x)``: the sum is known to 3 eps (1 + |x|), which moves its logarithm
by more than the library's own rounding of log1p. ``exp2``, ``log2`` and ``log10`` take the
rounded constant ln 2 or ln 10, which is off by eps / 2 of each term.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import special

from penstock.converters.build import Builder
from penstock.graph import Binary, BinaryOp, Linear, Link, LinkFunction, Unary, UnaryOp

Say = Callable[[Builder, str], str]
"""Adds the function of a column and gives the result's column."""


def _unary(op: UnaryOp) -> Say:
    def say(builder: Builder, name: str) -> str:
        output = builder.fresh(f"{name}.{op.value}")
        builder.add(Unary(op, name, output))
        return output

    return say


def _affine(builder: Builder, name: str, weight: float, intercept: float) -> str:
    output = builder.fresh(f"{name}.affine")
    builder.add(Linear((name,), ((weight,),), (intercept,), (output,)))
    return output


_exp, _log = _unary(UnaryOp.EXP), _unary(UnaryOp.LOG)


def _square(builder: Builder, name: str) -> str:
    output = builder.fresh(f"{name}.square")
    builder.add(Binary(BinaryOp.MUL, name, name, output))
    return output


def _reciprocal(builder: Builder, name: str) -> str:
    output = builder.fresh(f"{name}.reciprocal")
    builder.add(Binary(BinaryOp.DIV, 1.0, name, output))
    return output


def _expit(builder: Builder, name: str) -> str:
    output = builder.fresh(f"{name}.expit")
    builder.add(Link(LinkFunction.LOGISTIC, (name,), (output,)))
    return output


FUNCTIONS: dict[object, Say] = {
    np.abs: _unary(UnaryOp.ABS),
    np.exp: _exp,
    np.exp2: lambda builder, name: _exp(builder, _affine(builder, name, math.log(2.0), 0.0)),
    np.expm1: lambda builder, name: _affine(builder, _exp(builder, name), 1.0, -1.0),
    np.log: _log,
    np.log10: lambda builder, name: _affine(
        builder, _log(builder, name), 1.0 / math.log(10.0), 0.0
    ),
    np.log1p: lambda builder, name: _log(builder, _affine(builder, name, 1.0, 1.0)),
    np.log2: lambda builder, name: _affine(builder, _log(builder, name), 1.0 / math.log(2.0), 0.0),
    np.negative: _unary(UnaryOp.NEGATE),
    np.positive: lambda builder, name: name,
    np.reciprocal: _reciprocal,
    np.sqrt: _unary(UnaryOp.SQRT),
    np.square: _square,
    special.expit: _expit,
}


def full_name(function: object) -> str:
    """``numpy.exp``, ``mymodule.clip``: what the user calls it."""
    module = getattr(function, "__module__", None) or type(function).__module__
    return f"{module}.{getattr(function, '__qualname__', getattr(function, '__name__', function))}"


def say(function: object, kwargs: object, name: str, builder: Builder) -> str:
    """The column ``function(name)``."""
    known = FUNCTIONS.get(function) if callable(function) and _hashable(function) else None
    if known is None or kwargs:
        listed = ", ".join(sorted(full_name(known) for known in FUNCTIONS))
        given = " with arguments of its own" if kwargs else ""
        raise builder.refuse(
            f"it calls the Python function {full_name(function)}{given}, which cannot run outside "
            "of Python",
            f"do that step in the pipeline's SQL, or use one of {listed}",
        )
    return known(builder, name)


def _hashable(function: object) -> bool:
    try:
        hash(function)
    except TypeError:
        return False
    return True
