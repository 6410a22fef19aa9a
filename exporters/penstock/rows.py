"""Rows to compare two scorers on, made from what the model itself knows.

Ordinary rows, rows with missing values, rows with one or two trap cells, rows next to
the border between two classes, and rows built from the path to each split of each tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from penstock.boundary import boundary_rows
from penstock.checks import Cell, Row, parse, refusals
from penstock.compute import Columns, apply_trees, compute, sum_trees
from penstock.contract import Contract, ContractInput, Refusal, Role
from penstock.converters.conversion import Conversion
from penstock.domains import domain
from penstock.effort import EFFORTS, STANDARD, Effort
from penstock.graph import Tree, TreeEnsemble
from penstock.lineage import definitions
from penstock.ordinary import Ordinary
from penstock.pathrows import path_rows
from penstock.paths import splits, visited
from penstock.traps import spell, trap_cells

Trap = tuple[int, Cell]
"""A cell and the input that it stands in."""


class Generated(NamedTuple):
    """The rows, cells in the order of the contract's inputs, and what they cover.

    ``coverage``: "rows" counts the rows by their purpose; for a model with trees
    "splits" and what became of them: met by neighbouring numbers on both sides,
    infeasible (proved), unattained (no row found, no proof), left_out (for lack of
    budget). ``taken_both_ways`` counts the splits that any rows at all pass on both sides.
    """

    rows: list[tuple[Cell, ...]]
    coverage: dict[str, object]


def generate(
    conversion: Conversion, seed: int = 0, effort: Effort = EFFORTS[STANDARD]
) -> Generated:
    """At most ``effort.rows`` rows; the same for the same model, seed and effort."""
    graph, contract, budget = conversion.graph, conversion.contract, effort.rows
    rng = np.random.default_rng(seed)
    domains = {column.name: domain(contract, column) for column in contract.inputs}
    ordinary = Ordinary(graph, domains, rng)
    parts = {
        "ordinary": _cells(
            contract, ordinary(min(effort.ordinary, max(1, budget // 6)), 0.02), rng
        ),
        "missing": _cells(
            contract, ordinary(min(effort.ordinary // 4, max(1, budget // 20)), 0.4), rng
        ),
        "traps": _traps(conversion, ordinary, effort, rng),
        "boundary": _cells(
            contract, boundary_rows(graph, domains, ordinary, min(400, budget // 20), rng), rng
        ),
    }
    used = sum(map(len, parts.values()))
    paths = path_rows(graph, domains, ordinary, max(0, budget - used), rng)
    coverage: dict[str, object] = {}
    if paths.total:
        parts["paths"] = _cells(contract, paths.columns, rng) if paths.rows else []
        coverage |= paths.coverage()
    rows = [row for part in parts.values() for row in part]
    return Generated(rows, {"rows": {name: len(part) for name, part in parts.items()}, **coverage})


def _traps(
    conversion: Conversion, ordinary: Ordinary, effort: Effort, rng: np.random.Generator
) -> list[tuple[Cell, ...]]:
    """Ordinary rows with one trap cell, and then with two of them in different columns."""
    contract, graph = conversion.contract, conversion.graph
    defined = definitions(graph.nodes)
    budget = max(1, effort.rows // 3)
    single = [
        (i, cell)
        for i, column in enumerate(contract.inputs)
        for cell in trap_cells(graph, defined, contract, column)
    ]
    if len(single) > budget * 2 // 3:
        single = [single[k] for k in np.sort(rng.permutation(len(single))[: budget * 2 // 3])]
    base = _cells(contract, ordinary(len(single), 0.0), rng)
    rows = [_with(row, cell) for row, cell in zip(base, single, strict=True)]
    kinds = refusals(contract, rows)
    told = {(i, repr(cell)): kind for (i, cell), kind in zip(single, kinds, strict=True)}
    faults = [
        {(kind, i), (kind, repr(cell))} for (i, cell), kind in zip(single, kinds, strict=True)
    ]
    pairs = _pairs(single, kinds, min(1500, budget - len(single)), rng)
    base = _cells(contract, ordinary(len(pairs), 0.0), rng)
    double = [_with(row, *pair) for row, pair in zip(base, pairs, strict=True)]
    orders = [{frozenset((i, told[i, repr(cell)]) for i, cell in pair)} for pair in pairs]
    return _few_refused(rows, kinds, faults, effort.refused) + _few_refused(
        double, refusals(contract, double), orders, effort.pairs
    )


def _few_refused(
    rows: list[tuple[Cell, ...]],
    kinds: list[Refusal | None],
    faults: Sequence[set],
    most: int,
) -> list[tuple[Cell, ...]]:
    """The rows that are scored, and at most so many of those that are refused.

    First those with one of the ``faults`` that no row before them has, for each is a question of
    its own: a check can be wrong for a column, or for a spelling, and two in their order.
    """
    refused = [i for i, kind in enumerate(kinds) if kind is not None]
    met: set[object] = set()
    telling: dict[Refusal, list[int]] = {}
    others = []
    for i in refused:
        (others if faults[i] <= met else telling.setdefault(kinds[i], [])).append(i)
        met |= faults[i]
    kept: list[int] = []
    # The rarest kind first: what it leaves of its share is for the others.
    for done, some in enumerate(sorted(telling.values(), key=len)):
        kept += evenly(some, (most - len(kept)) // (len(telling) - done))
    kept += evenly(others, most - len(kept))
    dropped = set(refused) - set(kept)
    return [row for i, row in enumerate(rows) if i not in dropped]


def evenly(positions: list[int], count: int) -> list[int]:
    """At most ``count`` of the positions, evenly from first to last."""
    if len(positions) <= count:
        return positions
    if count < 2:
        return positions[: max(0, count)]
    step = (len(positions) - 1) / (count - 1)
    return [positions[round(index * step)] for index in range(count)]


def _pairs(
    traps: list[Trap], kinds: list[Refusal | None], count: int, rng: np.random.Generator
) -> list[tuple[Trap, Trap]]:
    """Two traps in different inputs, mostly of different kinds: which one is refused first?"""
    faults: dict[tuple[int, Refusal], list[Trap]] = {}
    for trap, kind in zip(traps, kinds, strict=True):
        if kind is not None:
            faults.setdefault((trap[0], kind), []).append(trap)
    found = []
    for k in range(count):
        groups = list(faults.values()) if k % 4 and len(faults) > 1 else [traps]
        one, other = (groups[g] for g in rng.integers(len(groups), size=2))
        pair = one[rng.integers(len(one))], other[rng.integers(len(other))]
        if pair[0][0] != pair[1][0]:
            found.append(pair)
    return found


def _with(row: Row, *traps: Trap) -> tuple[Cell, ...]:
    changes = dict(traps)
    return tuple(changes.get(i, cell) for i, cell in enumerate(row))


def _cells(
    contract: Contract, columns: Columns, rng: np.random.Generator
) -> list[tuple[Cell, ...]]:
    """The columns as rows of cells of the signature's types."""
    if not columns:
        return []
    return list(zip(*(_column(c, columns[c.name], rng) for c in contract.inputs), strict=True))


def _column(column: ContractInput, values: np.ndarray, rng: np.random.Generator) -> list[Cell]:
    if column.role is Role.STRING:
        return list(values)
    numbers = values.tolist()
    match column.type:
        case "string":
            styles = rng.integers(12, size=len(numbers)).tolist()
            return [spell(x, style) for x, style in zip(numbers, styles, strict=True)]
        case "integer" | "long":
            return [None if x != x else int(x) for x in numbers]
        case "boolean":
            return [None if x != x else bool(x) for x in numbers]
        case _:
            nulls = rng.random(len(numbers)) < 0.5
            return [None if x != x and null else x for x, null in zip(numbers, nulls, strict=True)]


def taken_both_ways(conversion: Conversion, rows: Sequence[Row]) -> int:
    """How many splits the rows that are not refused pass on the left and on the right."""
    kinds = refusals(conversion.contract, rows)
    accepted = [row for row, kind in zip(rows, kinds, strict=True) if kind is None]
    columns: Columns = parse(conversion.contract, accepted)
    count = 0
    for node in conversion.graph.nodes:
        if not isinstance(node, TreeEnsemble):
            columns |= compute([node], columns)
            continue
        leaves = apply_trees(node, columns)
        columns |= sum_trees(node, leaves)
        count += passed_both_ways(node.trees, leaves)
    return count


def passed_both_ways(trees: Sequence[Tree], leaves: np.ndarray) -> int:
    """How many splits are passed both ways by rows that end in ``leaves`` (rows, trees)."""
    count = 0
    for k, tree in enumerate(trees):
        inner, seen = splits(tree), visited(tree, leaves[:, k])
        count += int((seen[tree.left[inner]] & seen[tree.right[inner]]).sum())
    return count
