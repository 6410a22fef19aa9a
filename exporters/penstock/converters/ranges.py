"""Which numbers of an input survive the steps up to a column.

The steps on the way are monotone in the input (scaling, clipping, rounding), so the
accepted numbers are an interval, and its ends are found by searching through the
doubles with the very computation that will be done, not with a formula about it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from penstock.compute import compute
from penstock.floats import FLOAT64
from penstock.graph import Column, Graph, Kind, Node, Outputs
from penstock.lineage import trace
from penstock.reference import evaluate

MAX = float(np.finfo(np.float64).max)
FAN = 1024


def accepted_range(
    defined: Mapping[str, Node], name: str, raw: str, float32: bool
) -> tuple[float, float] | None:
    """The numbers of input ``raw`` for which column ``name`` is finite, infinity among them.

    With ``float32``, it must be finite when rounded to float32 too. None where the
    interval cannot be found, because not even 0 is accepted.
    """
    nodes = trace(defined, name).nodes

    def accepted(x: np.ndarray) -> np.ndarray:
        value = compute(nodes, {raw: x})[name]
        if float32:
            with np.errstate(over="ignore"):
                value = value.astype(np.float32)
        return np.isfinite(value)

    if not accepted(np.zeros(1))[0]:
        return None
    high = last_accepted(accepted, MAX)
    low = -last_accepted(lambda x: accepted(-x), MAX)
    return _beyond(accepted, low), _beyond(accepted, high)


def interval_where(
    accepts: Callable[[np.ndarray], np.ndarray], defined: Mapping[str, Node], name: str, raw: str
) -> tuple[float, float] | None:
    """An interval of numbers of input ``raw`` for which ``accepts`` takes the column ``name``.

    Unlike in ``accepted_range``, 0 need not be one of them (a logarithm). None where no
    power of two nor its negative is, or where a missing ``raw`` becomes a number that is not.
    A column that is known within a bound only is accepted where that bound is finite: next to
    the pole of a logarithm one library finds a number and another infinity.
    """
    nodes = trace(defined, name).nodes
    graph = Graph((Column(raw, Kind.NUMBER),), nodes, Outputs((name,)))

    def accepted(x: np.ndarray) -> np.ndarray:
        found = evaluate(graph, {raw: x})
        with np.errstate(invalid="ignore"):
            return accepts(found.predictions[:, 0]) & np.isfinite(found.bounds[:, 0])

    missing = compute(nodes, {raw: np.array([np.nan])})[name]
    if not np.isnan(missing[0]) and not accepts(missing)[0]:
        return None
    powers = 2.0 ** np.arange(-1074, 1024)
    probes = np.concatenate([[-MAX], -powers[::-1], [0.0], powers, [MAX]])
    fine = accepted(probes)
    inside = next((i for i in np.argsort(np.abs(probes), kind="stable") if fine[i]), None)
    if inside is None:
        return None
    low = high = int(inside)
    while low > 0 and fine[low - 1]:
        low -= 1
    while high < len(probes) - 1 and fine[high + 1]:
        high += 1
    ends = (
        _last(accepted, probes[low], probes[max(low - 1, 0)]),
        _last(accepted, probes[high], probes[min(high + 1, len(probes) - 1)]),
    )
    return _beyond(accepted, ends[0]), _beyond(accepted, ends[1])


def _last(accepted: Callable[[np.ndarray], np.ndarray], inside: float, outside: float) -> float:
    """The last number from ``inside`` towards ``outside`` that is accepted, as all before it."""
    good, bad = (int(key) for key in FLOAT64.key(np.array([inside, outside])))
    while abs(bad - good) > 1:
        step = max(1, abs(bad - good) // FAN) * (1 if bad > good else -1)
        keys = np.arange(good + step, bad, step, dtype=np.int64)
        fine = accepted(FLOAT64.value(keys))
        stop = len(keys) if fine.all() else int(np.argmin(fine))
        good = int(keys[stop - 1]) if stop else good
        bad = int(keys[stop]) if stop < len(keys) else bad
    return float(FLOAT64.value(np.array([good]))[0])


def _beyond(accepted: Callable[[np.ndarray], np.ndarray], end: float) -> float:
    """Infinity where that is accepted too, as it is where it is clipped; else ``end``."""
    infinity = math.copysign(math.inf, end)
    return infinity if abs(end) == MAX and accepted(np.array([infinity]))[0] else end


def last_accepted(accepted: Callable[[np.ndarray], np.ndarray], limit: float) -> float:
    """The largest double in [0, limit] up to which everything is accepted; 0.0 must be.

    Doubles of one sign are in the order of their bits, so this is a search among
    integers, by ``FAN`` points at a time.
    """
    if accepted(np.array([limit]))[0]:
        return limit
    good, bad = 0, int(np.float64(limit).view(np.int64))
    while bad - good > 1:
        points = np.unique(np.linspace(good, bad, FAN + 2)[1:-1].astype(np.int64))
        points = points[(points > good) & (points < bad)]
        fine = accepted(points.view(np.float64))
        stop = len(points) if fine.all() else int(np.argmin(fine))
        good = int(points[stop - 1]) if stop else good
        bad = int(points[stop]) if stop < len(points) else bad
        if not len(points):
            middle = good + (bad - good) // 2
            if accepted(np.array([middle]).view(np.float64))[0]:
                good = middle
            else:
                bad = middle
    return float(np.int64(good).view(np.float64))
