"""Whether a column that is computed from several inputs can overflow.

Intervals go through the nodes: where all inputs lie between their ends, each column
lies between its own. An interval is wider than what can really happen, so this can
prove that nothing overflows and never that something does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from penstock.compute import BINARY, UNARY
from penstock.graph import (
    Aggregate,
    ArgMax,
    Binary,
    BinaryOp,
    CategoryMapper,
    Imputer,
    Linear,
    Link,
    LinkFunction,
    Node,
    OneHotEncoder,
    Operand,
    StringImputer,
    TreeEnsemble,
    Unary,
    UnaryOp,
    WeightedMedian,
    Where,
)
from penstock.lineage import trace

Interval = tuple[float, float]
"""The least and the greatest value; (NaN, NaN) where it is not known or may be no number."""

OPEN = (math.nan, math.nan)
INDICATOR = (0.0, 1.0)
ROUNDING = 1 / 4
"""The part of the largest number that an end may reach, so that no rounding leads beyond it."""

_COMPARISONS = (
    BinaryOp.LESS,
    BinaryOp.LESS_OR_EQUAL,
    BinaryOp.GREATER,
    BinaryOp.GREATER_OR_EQUAL,
    BinaryOp.EQUAL,
)


def safe_limit(
    defined: Mapping[str, Node],
    names: Sequence[str],
    types: Mapping[str, Interval | None],
    ranges: Mapping[str, Interval],
    float32: bool,
) -> float | None:
    """The largest power of two between which and its negative no column of ``names`` overflows.

    Args:
        types: for each input the numbers that its type allows, None for floating point.
        ranges: the inputs that are kept to a range already.
        float32: the columns are rounded to float32 too.

    Returns:
        Infinity where no limit is needed, None where not even inputs in [-1, 1] are safe.
    """
    nodes, raws = {}, {}
    for name in names:
        path = trace(defined, name)
        raws.update(dict.fromkeys(path.inputs))
        nodes.update({id(node): node for node in path.nodes})
    most = ROUNDING * float(np.finfo(np.float32 if float32 else np.float64).max)

    def is_safe(limit: float) -> bool:
        known = {}
        for raw in raws:
            low, high = types[raw] or (-limit, limit)
            least, most_ = ranges.get(raw, (-math.inf, math.inf))
            known[raw] = (max(low, least), min(high, most_))
        with np.errstate(all="ignore"):
            for node in nodes.values():
                known.update(intervals(node, known))
        return all(abs(end) <= most for name in names for end in known[name])

    if is_safe(math.inf):
        return math.inf
    if not is_safe(1.0):
        return None
    low, high = 0, 1024
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_safe(2.0**middle) else (low, middle)
    return 2.0**low


def intervals(node: Node, known: Mapping[str, Interval]) -> dict[str, Interval]:
    """The intervals of the columns that the node defines."""
    match node:
        case Imputer():
            return {
                output: _hull(known[name], (fill, fill))
                for name, fill, output in zip(node.inputs, node.fill, node.outputs, strict=True)
            }
        case OneHotEncoder():
            return dict.fromkeys(node.outputs, INDICATOR)
        case CategoryMapper():
            values = [*node.values, *([] if node.unknown is None else [node.unknown])]
            return {node.output: (min(values), max(values))}
        case Binary():
            return {node.output: _binary(node, known)}
        case Unary():
            return {node.output: _unary(node, known[node.input])}
        case Where():
            return {node.output: _hull(*(_operand(x, known) for x in (node.then, node.otherwise)))}
        case Linear():
            return _linear(node, known)
        case TreeEnsemble():
            return _trees(node)
        case Link():
            return dict.fromkeys(node.outputs, _link(node, known))
        case ArgMax():
            return {node.output: (0.0, len(node.inputs) - 1.0)}
        case WeightedMedian():
            return {node.output: _hull(*(known[name] for name in node.inputs))}
        case StringImputer():
            return {}


def _operand(operand: Operand, known: Mapping[str, Interval]) -> Interval:
    return known[operand] if isinstance(operand, str) else (operand, operand)


def _hull(*parts: Interval) -> Interval:
    ends = np.array(parts)
    return _checked(ends)


def _checked(ends: np.ndarray) -> Interval:
    return (float(ends.min()), float(ends.max())) if not np.isnan(ends).any() else OPEN


def _binary(node: Binary, known: Mapping[str, Interval]) -> Interval:
    if node.op in _COMPARISONS:
        return INDICATOR
    left, right = _operand(node.left, known), _operand(node.right, known)
    if node.op in (BinaryOp.MUL, BinaryOp.DIV) and not np.isfinite([*left, *right]).all():
        return OPEN
    if node.op is BinaryOp.DIV and right[0] <= 0.0 <= right[1]:
        return OPEN
    return _checked(np.array([BINARY[node.op](x, y) for x in left for y in right]))


def _unary(node: Unary, interval: Interval) -> Interval:
    if node.op in (UnaryOp.IS_NAN, UnaryOp.SIGN_BIT):
        return INDICATOR
    ends = [*interval, 0.0] if interval[0] < 0.0 < interval[1] else interval
    return _checked(np.array([UNARY[node.op](np.float64(end)) for end in ends]))


def _linear(node: Linear, known: Mapping[str, Interval]) -> dict[str, Interval]:
    """Partial sums stay within the sum of the absolute values, which must not overflow."""
    low, high = np.array([known[name] for name in node.inputs]).reshape(-1, 2).T
    weights = np.array(node.weights).reshape(len(node.outputs), -1)
    least = np.minimum(weights * low, weights * high).sum(axis=1) + node.intercepts
    most = np.maximum(weights * low, weights * high).sum(axis=1) + node.intercepts
    size = np.abs(weights) @ np.maximum(np.abs(low), np.abs(high)) + np.abs(node.intercepts)
    fine = size <= ROUNDING * np.finfo(np.float64).max
    return {
        output: (float(least[j]), float(most[j])) if fine[j] else OPEN
        for j, output in enumerate(node.outputs)
    }


def _trees(node: TreeEnsemble) -> dict[str, Interval]:
    low, high = np.zeros(len(node.outputs)), np.zeros(len(node.outputs))
    for tree in node.trees:
        values = tree.values[tree.feature < 0]
        low, high = low + values.min(axis=0), high + values.max(axis=0)
    count = len(node.trees) if node.aggregate is Aggregate.MEAN else 1
    return {
        output: _checked(np.array([low[k], high[k]]) / count)
        for k, output in enumerate(node.outputs)
    }


def _link(node: Link, known: Mapping[str, Interval]) -> Interval:
    """Infinity has a logistic function, and no softmax."""
    ends = np.array([known[name] for name in node.inputs])
    open_ = np.isnan if node.function is LinkFunction.LOGISTIC else lambda x: ~np.isfinite(x)
    return OPEN if open_(ends).any() else INDICATOR
