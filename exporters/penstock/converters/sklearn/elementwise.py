"""FunctionTransformer over a named NumPy function, and the one that changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from penstock.compute import compute
from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT32, FLOAT64, OBJECT, Table, Value
from penstock.converters.sklearn.functions import say
from penstock.converters.sklearn.inputs import as_dtype, numeric_matrix
from penstock.converters.sklearn.output import output_container
from penstock.graph import BinaryOp, Node

KEEPS_DTYPE = (np.abs, np.clip, np.negative, np.positive, np.square)
"""They give float32 or integers where they get them; the others make doubles of integers."""
EXACT = (np.abs, np.clip, np.negative, np.positive)
"""They round nothing, so that single precision makes no difference."""


def function_transformer(estimator: object, table: Table, builder: Builder) -> Table:
    """``func(X, **kw_args)``; ``inverse_func`` is never called for a prediction."""
    if estimator.validate:
        table = replace(numeric_matrix(estimator, table, builder, allow_missing=False), names=None)
    first = len(builder.nodes)
    if estimator.func is None:
        builder.operation("identity", first)
        return table
    say_it = _clip(estimator, builder) if estimator.func is np.clip else _named(estimator, builder)
    if table.names is None:
        if output_container(estimator) != "default":
            raise builder.refuse("it makes a frame of an array", "use set_output('default')")
        table = as_dtype(table, table.dtype)
    columns = tuple(_applied(estimator, value, table, say_it, builder) for value in table.columns)
    builder.operation("function", first)
    return replace(table, columns=columns)


def _named(estimator: object, builder: Builder) -> Callable[[Value], Value]:
    def apply(value: Value) -> Value:
        name = say(estimator.func, estimator.kw_args, value.name, builder)
        return replace(value, name=name, extremes=None)

    return apply


def _clip(estimator: object, builder: Builder) -> Callable[[Value], Value]:
    """``np.clip``: at least the one end, then at most the other."""
    given = dict(estimator.kw_args or {})
    low = given.pop("a_min", given.pop("min", None))
    high = given.pop("a_max", given.pop("max", None))
    ends = [(BinaryOp.MAX, low), (BinaryOp.MIN, high)]
    wanted = [(op, end) for op, end in ends if end is not None]
    if given or not wanted or not all(_is_number(end) for _, end in wanted):
        raise builder.refuse(
            f"it calls numpy.clip with {estimator.kw_args!r}",
            "give it a_min and a_max, or one of them, as finite numbers",
        )

    def apply(value: Value) -> Value:
        if value.dtype == FLOAT32:
            rounded = [(op, float(np.float32(end))) for op, end in wanted]
        else:
            rounded = wanted
        hint = f"{value.name}.clip"
        for op, end in rounded:
            value = builder.arithmetic(op, value, end, hint)
        return value

    return apply


def _is_number(end: object) -> bool:
    return isinstance(end, (int, float)) and not isinstance(end, bool) and bool(np.isfinite(end))


def _applied(
    estimator: object,
    value: Value,
    table: Table,
    apply: Callable[[Value], Value],
    builder: Builder,
) -> Value:
    function = estimator.func
    name = f"numpy.{getattr(function, '__name__', function)}"
    if value.text or value.dtype == OBJECT:
        raise builder.refuse(
            f"it calls {name} on {value.name!r}, which is text",
            "give the model a signature of doubles, or put a scaler or an imputer before it",
        )
    if table.sparse:
        raise builder.refuse(f"it calls {name} on a sparse matrix", "make the steps before dense")
    if value.dtype.kind == "b" or (value.dtype.kind == "i" and function in KEEPS_DTYPE):
        raise builder.refuse(
            f"it calls {name} on {value.name!r} of {value.dtype}, which wraps around or is narrow",
            "give the model a signature of doubles",
        )
    if value.dtype == FLOAT32 and function not in EXACT:
        raise builder.refuse(
            f"it calls {name} on {value.name!r} of float32, so NumPy computes in single precision",
            "give the model a signature of doubles",
        )
    first = len(builder.nodes)
    found = apply(value)
    if function not in EXACT:
        found = replace(found, dtype=FLOAT64)
    found = replace(found, extremes=_extremes(value, found.name, builder.nodes[first:]))
    if function not in EXACT:
        builder.within_domain(found)
    return found


def _extremes(value: Value, name: str, nodes: list[Node]) -> tuple[float, float] | None:
    """All these functions rise or fall between the ends, but for a turn at zero."""
    if value.extremes is None:
        return None
    low, high = value.extremes
    ends = [low, high, *([0.0] if low < 0.0 < high else [])]
    found = compute(nodes, {value.name: np.array(ends)})[name]
    return (float(found.min()), float(found.max())) if np.isfinite(found).all() else None
