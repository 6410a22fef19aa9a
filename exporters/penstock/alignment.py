"""Which of a file's trees are the model's own, and which leaf of the graph each leaf is.

A file may hold more trees than the model: a bundle compares, counts and fills up sums by
trees, and a reader makes one of ensembles that differ in their leaf values only. Each of
the model's ensembles stands in it with its trees in a row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from penstock.graph import TreeEnsemble

_SAMPLE = 100
_ROWS = 500


def own_ensembles(ensembles: Sequence[TreeEnsemble], trees: int) -> list[TreeEnsemble] | None:
    """The last ensembles, which together have so many trees; None where none do."""
    own: list[TreeEnsemble] = []
    for ensemble in reversed(ensembles):
        if trees <= 0:
            break
        own.insert(0, ensemble)
        trees -= len(ensemble.trees)
    return own if trees == 0 and own else None


def align(
    expected: np.ndarray, found: np.ndarray, orders: Sequence[Sequence[Sequence[int]]]
) -> np.ndarray | None:
    """The graph's leaf in each of the model's trees, from what a file told.

    Args:
        expected: the leaves of the library, integers (rows, trees).
        found: what the file told of the same rows, integers (rows, trees of the file).
        orders: for each ensemble and tree the graph's node number of each leaf, as the
            file orders them.

    Returns:
        (rows, trees), -1 where the file has more leaves than the tree; each ensemble is
        taken from the place where most rows fit. None where the file holds fewer trees
        than one of the ensembles.
    """
    parts: list[np.ndarray] = []
    start = behind = 0
    for trees in orders:
        places = found.shape[1] - len(trees) + 1
        if places < 1:
            return None
        wanted, known = expected[:, start : start + len(trees)], _table(trees)
        place = _place(wanted, found, known, [(behind + i) % places for i in range(places)])
        parts.append(_nodes(found[:, place : place + len(trees)], known))
        start, behind = start + len(trees), place + len(trees)
    return np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]


def _table(trees: Sequence[Sequence[int]]) -> np.ndarray:
    """The graph's node of each leaf: integers (trees, most leaves + 1), -1 where there is none."""
    width = max(map(len, trees)) + 1
    most = max(max(order, default=0) for order in trees)
    table = np.full((len(trees), width), -1, dtype=np.min_scalar_type(-1 - most))
    for k, order in enumerate(trees):
        table[k, : len(order)] = order
    return table


def _place(wanted: np.ndarray, found: np.ndarray, table: np.ndarray, places: list[int]) -> int:
    """The first of ``places`` where every row fits, else the one where most of a sample do."""

    def misses(place: int, step: int) -> int:
        nodes = _nodes(found[::step, place : place + len(table)], table)
        return int((nodes != wanted[::step]).any(axis=1).sum())

    step = max(1, len(found) // _SAMPLE)
    sampled = {}
    for place in places:
        sampled[place] = misses(place, step)
        if sampled[place] == 0 and misses(place, 1) == 0:
            return place
    return min(places, key=sampled.__getitem__)


def _nodes(found: np.ndarray, table: np.ndarray) -> np.ndarray:
    """The nodes (rows, trees) of leaves, some rows at a time."""
    nodes = np.empty(found.shape, dtype=table.dtype)
    trees, last = np.arange(len(table)), table.shape[1] - 1
    for start in range(0, len(found), _ROWS):
        part = slice(start, start + _ROWS)
        nodes[part] = table[trees, np.minimum(found[part], last, dtype=np.int64)]
    return nodes
