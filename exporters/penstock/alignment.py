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
        wanted = expected[:, start : start + len(trees)]
        place = _place(wanted, found, trees, [(behind + i) % places for i in range(places)])
        parts.append(_nodes(found[:, place : place + len(trees)], trees))
        start, behind = start + len(trees), place + len(trees)
    return np.concatenate(parts, axis=1)


def _place(
    wanted: np.ndarray, found: np.ndarray, trees: Sequence[Sequence[int]], places: list[int]
) -> int:
    """The first of ``places`` where every row fits, else the one where most of a sample do."""

    def misses(place: int, step: int) -> int:
        nodes = _nodes(found[::step, place : place + len(trees)], trees)
        return int((nodes != wanted[::step]).any(axis=1).sum())

    step = max(1, len(found) // _SAMPLE)
    sampled = {}
    for place in places:
        sampled[place] = misses(place, step)
        if sampled[place] == 0 and misses(place, 1) == 0:
            return place
    return min(places, key=sampled.__getitem__)


def _nodes(found: np.ndarray, trees: Sequence[Sequence[int]]) -> np.ndarray:
    nodes = np.full(found.shape, -1, dtype=np.int64)
    for k, order in enumerate(trees):
        known = found[:, k] < len(order)
        nodes[known, k] = np.asarray(order, dtype=np.int64)[found[known, k]]
    return nodes
