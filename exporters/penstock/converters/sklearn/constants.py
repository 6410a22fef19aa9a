"""A column that holds the same number in every row."""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder, Value
from penstock.graph import Unary, UnaryOp, Where


def constant_column(
    builder: Builder, of: Value, number: float, dtype: np.dtype, hint: str
) -> Value:
    """``number`` whatever the column ``of`` holds: a graph has no columns without a source."""
    flag, name = builder.fresh(f"{hint}.any"), builder.fresh(hint)
    builder.add(Unary(UnaryOp.IS_NAN, of.name, flag))
    builder.add(Where(flag, number, number, name))
    return Value(name, dtype, missing=False, extremes=(number, number))
