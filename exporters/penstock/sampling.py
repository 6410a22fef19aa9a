"""Rows for the parity gate, and the few of them that go into the manifest.

All are made from what the model itself knows, never from anybody's data: an export
must not carry personal records around.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from penstock.answer import OTHER, Value
from penstock.checks import first_failed
from penstock.converters import Conversion
from penstock.effort import Effort
from penstock.graph import TreeEnsemble
from penstock.loading import SPARK
from penstock.manifest import golden_data
from penstock.parity import Gate
from penstock.rows import evenly, generate

FEW = 1_000
"""How many rows are made where no file is held against them."""

CELLS = 6_000_000
"""How many cells the rows have at most: up to a hundred columns nothing is left out."""

_GOLDEN_SCORED = 24
_GOLDEN_REFUSED = 2


@dataclass(frozen=True)
class Sample:
    """``coverage`` is JSON data: how much of the model the rows reach."""

    rows: Sequence[Sequence[Value]]
    coverage: Any


def make_rows(
    conversion: Conversion, seed: int, flavor: str, effort: Effort, few: bool = False
) -> Sample:
    """Generated rows for the model; the same seed gives the same rows.

    ``few``: only as many as golden rows are chosen from.
    """
    most = FEW if few else _budget(conversion, effort)
    if flavor == SPARK:
        most = min(most, effort.spark_rows)
    asked = replace(effort, rows=min(effort.rows, most))
    with np.errstate(all="ignore"):
        rows, coverage = generate(conversion, seed, asked)
    if flavor != SPARK:
        return Sample(rows, coverage)
    kept = _few_refused(conversion, rows, effort.jobs)
    return Sample([rows[position] for position in kept], _recounted(coverage, kept))


def _few_refused(conversion: Conversion, rows: Sequence[Sequence[Value]], most: int) -> list[int]:
    """The places of the rows that are scored, and of some that each check refuses.

    About ``most``: to tell that Spark refuses a row takes a task of its own.
    """
    by_check: dict[int, list[int]] = {}
    kept = []
    for position, check in enumerate(first_failed(conversion.contract, rows)):
        if check is None:
            kept.append(position)
        else:
            by_check.setdefault(id(check), []).append(position)
    for positions in by_check.values():
        kept += evenly(positions, max(2, most // len(by_check)))
    return sorted(kept)


def _recounted(coverage: dict[str, Any], kept: list[int]) -> dict[str, Any]:
    """The coverage with the rows that are left; they stand in the order of their purposes."""
    purposes = [name for name, count in coverage["rows"].items() for _ in range(count)]
    left = Counter(purposes[position] for position in kept)
    return {**coverage, "rows": {name: left[name] for name in coverage["rows"]}}


def _budget(conversion: Conversion, effort: Effort) -> int:
    """Fewer rows where there are very many trees or columns, which take time and memory."""
    trees = sum(len(n.trees) for n in conversion.graph.nodes if isinstance(n, TreeEnsemble))
    columns = len(conversion.graph.inputs)
    return min(effort.leaves // max(1, trees), CELLS // max(1, columns))


def golden_rows(gate: Gate, array: bool) -> dict[str, Any]:
    """The manifest's ``golden``: some rows of each kind with pyfunc's one-row answers.

    ``array``: the prediction is an array, and so is its bound.
    """
    by_kind: dict[str | None, list[int]] = {}
    for position, kind in enumerate(gate.expected_refusals):
        if _is_telling(gate, position, kind):
            by_kind.setdefault(kind, []).append(position)
    chosen = sorted(
        position
        for kind, positions in by_kind.items()
        for position in evenly(positions, _GOLDEN_SCORED if kind is None else _GOLDEN_REFUSED)
    )
    answers = dict(zip(chosen, gate.singles(chosen), strict=True))
    chosen = [position for position in chosen if answers[position].refused != OTHER]
    bounds = [gate.bounds[position] for position in chosen]
    return golden_data(
        [gate.rows[position] for position in chosen],
        [answers[position] for position in chosen],
        [_prediction_bound(bound.prediction, array) for bound in bounds],
        [bound.probabilities for bound in bounds],
    )


def _is_telling(gate: Gate, position: int, refused: str | None) -> bool:
    """Refused by both, or not decided by rounding and with a bound that excludes something."""
    bounds = gate.bounds[position]
    if bounds.beyond:
        return False
    if refused is not None:
        return True
    return not bounds.tie and all(map(math.isfinite, bounds.prediction + bounds.probabilities))


def _prediction_bound(bound: tuple[float, ...], array: bool) -> Any:
    """None for a label, which has to be equal."""
    if not bound:
        return None
    return bound if array else bound[0]
