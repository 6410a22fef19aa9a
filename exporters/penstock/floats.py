"""Floating-point numbers as integers in the same order, to step and to search through.

Neighbouring floats have neighbouring keys; -0.0 and 0.0 share the key 0; the key of
-x is minus the key of x.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Grid:
    """The numbers of one type in their order, by int64 keys from ``lowest`` to ``highest``.

    ``key`` rounds doubles to the type and gives their keys, ``value`` goes back.
    """

    key: Callable[[Array], Array]
    value: Callable[[Array], Array]
    highest: int

    @property
    def lowest(self) -> int:
        return -self.highest

    def floor(self, x: Array) -> Array:
        """The key of the greatest number of the type that is not above the double ``x``."""
        key = self.key(x)
        return key - (self.value(key) > x)

    def ceil(self, x: Array) -> Array:
        """The key of the least number of the type that is not below the double ``x``."""
        return -self.floor(-np.asarray(x, dtype=np.float64))


def _keys64(x: Array) -> Array:
    bits = np.asarray(x, dtype=np.float64).view(np.int64)
    return np.where(bits >= 0, bits, -(bits & np.int64(0x7FFFFFFFFFFFFFFF)))


def _values64(keys: Array) -> Array:
    magnitude = np.abs(np.asarray(keys, dtype=np.int64)).view(np.float64)
    return np.where(keys < 0, -magnitude, magnitude)


def _keys32(x: Array) -> Array:
    with np.errstate(over="ignore", under="ignore"):
        bits = np.asarray(x, dtype=np.float64).astype(np.float32).view(np.int32)
    return np.where(bits >= 0, bits, -(bits & np.int32(0x7FFFFFFF))).astype(np.int64)


def _values32(keys: Array) -> Array:
    magnitude = np.abs(np.asarray(keys, dtype=np.int64)).astype(np.int32).view(np.float32)
    return np.where(keys < 0, -magnitude, magnitude).astype(np.float64)


def _integers(x: Array) -> Array:
    return np.rint(np.clip(x, -(2.0**53), 2.0**53)).astype(np.int64)


FLOAT64 = Grid(_keys64, _values64, 0x7FEFFFFFFFFFFFFF)
FLOAT32 = Grid(_keys32, _values32, 0x7F7FFFFF)
INTEGERS = Grid(_integers, lambda keys: np.asarray(keys).astype(np.float64), 2**53)


def first_at_least(grow: Callable[[Array], Array], target: Array, low: Array, high: Array) -> Array:
    """The least key in [low, high] at which the growing ``grow`` is at least ``target``.

    All arrays are int64 of one shape; where there is no such key, ``high + 1``.
    """
    low, high = low.copy(), high + 1
    for _ in range(64):
        if not (low < high).any():
            break
        middle = (low >> 1) + (high >> 1) + (low & high & 1)
        reached = grow(np.minimum(middle, high - 1)) >= target
        active = low < high
        high = np.where(active & reached, middle, high)
        low = np.where(active & ~reached, middle + 1, low)
    return low
