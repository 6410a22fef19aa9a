"""A column that holds the same number in every row."""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import Value
from penstock.graph import CategoryMapper, Unary, UnaryOp, Where


def constant_column(
    builder: Builder, of: Value, number: float, dtype: np.dtype, hint: str
) -> Value:
    """``number`` whatever the column ``of`` holds: a graph has no columns without a source."""
    name = builder.fresh(hint)
    if of.text:
        builder.add(CategoryMapper(of.name, ("",), (number,), number, name))
    else:
        flag = builder.fresh(f"{hint}.any")
        builder.add(Unary(UnaryOp.IS_NAN, of.name, flag))
        builder.add(Where(flag, number, number, name))
    return Value(name, dtype, missing=False, extremes=(number, number))
