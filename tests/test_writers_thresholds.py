"""A moved threshold says in double what scikit-learn's comparison in float32 says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from penstock.graph import Compare
from penstock.writers.thresholds import as_float64_compare

FLOAT32_MAX = float(np.finfo(np.float32).max)
THRESHOLDS = [
    0.0, -0.0, 1.0, 0.1, -0.1, 1 + 2**-24, 1 + 3 * 2**-24, 5e-324, -5e-324, 1e-45, -1e-46,
    FLOAT32_MAX, -FLOAT32_MAX, 3.4028235677973366e38, 1e39, -1e39, math.inf, -math.inf,
]  # fmt: skip


def _float32(x: float) -> np.float64:
    with np.errstate(over="ignore"):
        return np.float64(np.float32(x))


def _moved(threshold: float) -> float:
    return float(as_float64_compare(np.array([threshold]), Compare.FLOAT32)[0])


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_the_boundary_is_the_last_double_that_goes_left(threshold):
    moved = _moved(threshold)
    if moved != -math.inf:
        assert _float32(moved) <= np.float64(threshold)
    if moved != math.inf:
        assert not _float32(math.nextafter(moved, math.inf)) <= np.float64(threshold)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
@example(1.0 + 2**-24, 1.0)
def test_both_comparisons_agree_on_any_value(x, threshold):
    assert (x <= _moved(threshold)) == bool(_float32(x) <= np.float64(threshold))


@given(st.floats(allow_nan=False, width=32))
def test_both_comparisons_agree_around_every_float(threshold):
    moved = _moved(threshold)
    for x in (moved, math.nextafter(moved, math.inf), math.nextafter(moved, -math.inf)):
        assert (x <= moved) == bool(_float32(x) <= np.float64(threshold))


def test_thresholds_that_compare_in_double_stay_but_never_are_minus_zero():
    given_ = np.array([0.1, -0.0, math.inf, -5e-324])
    kept = as_float64_compare(given_, Compare.FLOAT64)
    assert kept.tolist() == given_.tolist()
    assert not np.signbit(kept[1])
    assert not np.signbit(as_float64_compare(np.array([-0.0]), Compare.FLOAT32)[0])
