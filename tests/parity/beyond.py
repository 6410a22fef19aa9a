"""Rows for which a number made of several inputs, or by a function, may leave the doubles.

A file refuses them, because no check of one input can say whether the sum of all overflows; what
the library says of them does not count. The limits are worked out by hand, with room.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from tests.parity.case import Row


def larger_than(limit: float) -> Callable[[Row], bool]:
    """A number beyond ``limit`` in size."""
    return lambda row: any(abs(number) > limit for number in numbers(row))


def outside(low: float, high: float) -> Callable[[Row], bool]:
    """A number that is not strictly between: the poles of a logarithm, the edge of a root."""
    return lambda row: any(not low < number < high for number in numbers(row))


def numbers(row: Row) -> list[float]:
    return [cell for cell in row if isinstance(cell, float) and not math.isnan(cell)]
