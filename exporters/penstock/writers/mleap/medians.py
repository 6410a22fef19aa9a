"""The weighted median in MLeap, which has no sorting: a network of comparisons.

A comparator puts the smaller of two values first and lets the weights follow; the
comparators of Batcher's merge exchange sort any number of values. Then the weights are
added up in order, as the library does, and the first value that reaches half is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from penstock.graph import WeightedMedian
from penstock.support import Refused, Support
from penstock.writers import medians
from penstock.writers.mleap.composer import Composer, Source

_MOST_MEMBERS = 200
"""About 2,800 comparators and 31,000 operations."""


def support(node: WeightedMedian) -> Support:
    if len(node.inputs) > _MOST_MEMBERS:
        return Refused(
            f"to sort more than {_MOST_MEMBERS} answers takes tens of thousands of operations",
            "export the model to PMML (--to pmml), or fit it with fewer estimators",
        )
    return medians.support(node)


def compose(c: Composer, node: WeightedMedian) -> None:
    values: list[str] = [c.scalar(column) for column in node.inputs]
    weights: list[Source] = list(node.weights)
    for i, j in comparators(len(values)):
        _compare(c, values, weights, i, j)
    if all(isinstance(weight, float) for weight in weights):  # equal: the place is known
        totals = np.cumsum(weights)
        place = int((totals >= 0.5 * totals[-1]).argmax())
        c.define(node.output, c.math("add", values[place], 0.0, node.output))
        return
    sums = weights[:1]
    for weight in weights[1:]:
        sums.append(_add(c, sums[-1], weight))
    half = c.math("mul", sums[-1], 0.5)
    best = values[0]
    for position in range(1, len(values)):
        # Minus infinity where the values before reach half: then this one is none too many.
        lacking = c.math("sub", half, sums[position - 1])
        keep = c.steps(lacking, [0.0], [-math.inf], math.inf)
        last = position == len(values) - 1
        taken = c.math("min", values[position], keep)
        best = c.math("max", best, taken, node.output if last else None)
    c.define(node.output, best)


def comparators(count: int) -> Iterator[tuple[int, int]]:
    """Pairs of places, to be compared in this order (Knuth, 5.2.2, algorithm M)."""
    top = 1 << max(0, (count - 1).bit_length() - 1)
    p = top if count > 1 else 0
    while p:
        q, r, d = top, 0, p
        while True:
            for i in range(count - d):
                if i & p == r:
                    yield i, i + d
            if q == p:
                break
            q, r, d = q >> 1, p, q - p
        p >>= 1


def _compare(c: Composer, values: list[str], weights: list[Source], i: int, j: int) -> None:
    a, b = values[i], values[j]
    swap = c.above(c.math("sub", a, b), 0.0)
    values[i], values[j] = c.math("min", a, b), c.math("max", a, b)
    if weights[i] != weights[j]:
        stay = c.math("sub", 1.0, swap)
        first, second = weights[i], weights[j]
        weights[i] = _either(c, first, stay, second, swap)
        weights[j] = _either(c, first, swap, second, stay)


def _either(c: Composer, first: Source, one: str, second: Source, other: str) -> str:
    """The weight whose flag is 1.0; weights are not negative."""
    return c.math("max", c.math("mul", one, first), c.math("mul", other, second))


def _add(c: Composer, a: Source, b: Source) -> Source:
    if isinstance(a, float) and isinstance(b, float):
        return a + b
    return c.math("add", a, b)
