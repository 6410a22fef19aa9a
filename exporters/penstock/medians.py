"""The weighted median: its value, and between which values rounding may move it.

The weights of the inputs are added up in the ascending order of the inputs, and the first
input at which that sum reaches half of the whole is the median. Each sum of n weights is
within (n - 1) * eps / 2 * W of the true one, W being the sum of all. So two orders of
summation, of the parts and of the whole, can only disagree where a sum of weights lies
within 1.5 * n * eps * W of half; 2 * n covers the roundings of that comparison itself.
"""

from __future__ import annotations

import numpy as np

EPS = float(np.finfo(np.float64).eps)


def weighted_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The median of each row of ``values`` (rows, inputs); NaN where one of them is NaN."""
    ordered, sums = _cumulative(values, weights)
    return _first(ordered, sums >= 0.5 * sums[:, -1:])


def reach(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest median that a right answer may give for each row."""
    ordered, sums = _cumulative(values, weights)
    half, whole = 0.5 * sums[:, -1:], sums[:, -1:]
    room = 0.0 if sums_exactly(weights) else 2 * len(weights) * EPS * whole
    return _first(ordered, sums >= half - room), _first(ordered, sums >= half + room)


def sums_exactly(weights: np.ndarray) -> bool:
    """Whether the order of summation cannot matter.

    Equal weights give the same sums in any order, and multiples of the last place of the
    whole sum are added without rounding.
    """
    weights = np.asarray(weights, dtype=np.float64)
    place = np.spacing(weights.sum())
    return bool((weights == weights[0]).all() or (np.fmod(weights, place) == 0.0).all())


def _cumulative(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values in ascending order, equal ones as they stand, and the sums of their weights."""
    order = np.argsort(values, axis=1, kind="stable")
    return np.take_along_axis(values, order, axis=1), np.cumsum(weights[order], axis=1)


def _first(ordered: np.ndarray, reached: np.ndarray) -> np.ndarray:
    found = np.take_along_axis(ordered, reached.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(np.isnan(ordered[:, -1]), np.nan, found)  # NaN is sorted to the end
