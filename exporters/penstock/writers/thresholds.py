"""Split thresholds: what a file that compares doubles must hold.

scikit-learn's trees round a value to float32 and compare it with a float64
threshold. A file compares doubles, so each threshold moves to the largest double
that still rounds to a float32 at or below it; then both comparisons agree on
every double.
"""

from __future__ import annotations

import numpy as np

from penstock.graph import Compare

_FLOAT32_MAX = float(np.finfo(np.float32).max)
# Halfway to the float32 that would follow the largest one; from here on a value rounds to infinity.
_FLOAT32_OVERFLOW = float.fromhex("0x1.ffffffp127")


def next_up(value: np.ndarray) -> np.ndarray:
    """The next double above each value; infinity stays infinity."""
    return np.nextafter(value, np.inf)


def as_float64_compare(threshold: np.ndarray, compare: Compare) -> np.ndarray:
    """Thresholds t' with ``x <= t'`` in double exactly where the split's own comparison holds.

    Never -0.0, because engines that order doubles as ``Double.compare`` put 0.0 above it.
    """
    threshold = np.asarray(threshold, dtype=np.float64)
    moved = _float32_boundary(threshold) if compare is Compare.FLOAT32 else threshold
    return moved + 0.0


def _float32_boundary(threshold: np.ndarray) -> np.ndarray:
    """The largest double whose float32 is at or below each threshold."""
    with np.errstate(over="ignore"):
        below = threshold.astype(np.float32)
        too_high = below.astype(np.float64) > threshold
        below = np.where(too_high, np.nextafter(below, np.float32(-np.inf)), below)
        above = np.nextafter(below, np.float32(np.inf))
    # The sum is exact: two neighbouring floats take at most 26 bits.
    middle = (below.astype(np.float64) + above.astype(np.float64)) / 2
    middle = np.where(below == np.float32(_FLOAT32_MAX), _FLOAT32_OVERFLOW, middle)
    middle = np.where(below == -np.inf, -_FLOAT32_OVERFLOW, middle)
    # A tie rounds to the float with the even significand.
    lower_is_even = (below.view(np.int32) & 1) == 0
    boundary = np.where(lower_is_even, middle, np.nextafter(middle, -np.inf))
    return np.where(threshold == np.inf, np.inf, boundary)
