"""Sums and means over columns in NumPy's order of addition.

NumPy adds along an axis that lies scattered in memory one number after the other, and
along a contiguous one too where it has fewer than eight numbers. From eight on it adds
in several strands, which the graph leaves open.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from penstock.converters.build import Builder
from penstock.graph import Binary, BinaryOp, Linear, Operand

STRANDS = 8


def binary(builder: Builder, op: BinaryOp, left: Operand, right: Operand, hint: str) -> str:
    """Adds ``left op right`` and gives its column."""
    name = builder.fresh(hint)
    builder.add(Binary(op, left, right, name))
    return name


def chain(builder: Builder, names: Sequence[str], hint: str) -> str:
    """The sum of the columns, one after the other."""
    total = names[0]
    for name in names[1:]:
        total = binary(builder, BinaryOp.ADD, total, name, hint)
    return total


def along_row(builder: Builder, names: Sequence[str], hint: str) -> str:
    """The sum of numbers that lie side by side."""
    if len(names) < STRANDS:
        return chain(builder, names, hint)
    total = builder.fresh(hint)
    builder.add(Linear(tuple(names), ((1.0,) * len(names),), (0.0,), (total,)))
    return total


def average(
    builder: Builder,
    names: Sequence[str],
    weights: Sequence[float] | None,
    hint: str,
    *,
    contiguous: bool = False,
) -> str:
    """``np.average`` over the columns; ``contiguous`` where they lie side by side in memory."""
    add = along_row if contiguous else chain
    if weights is None:
        return _divided(builder, add(builder, names, hint), float(len(names)), hint)
    _, total = np.average(np.zeros(len(names)), weights=weights, returned=True)
    weighted = [
        binary(builder, BinaryOp.MUL, name, float(weight), f"{hint}.weighted")
        for name, weight in zip(names, weights, strict=True)
    ]
    return _divided(builder, add(builder, weighted, hint), float(total), hint)


def _divided(builder: Builder, total: str, count: float, hint: str) -> str:
    return total if count == 1.0 else binary(builder, BinaryOp.DIV, total, count, hint)
