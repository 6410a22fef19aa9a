"""What the path to a node of a tree demands of a row.

The demand is a box: for each input of the ensemble an interval of numbers in the
precision in which the tree compares, and whether NaN gets there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from penstock.floats import FLOAT32, FLOAT64, Grid
from penstock.graph import Compare, Tree, TreeEnsemble


@dataclass
class Boxes:
    """One box in each line: int64 keys ``low``, ``high`` and bool ``missing``: (boxes, inputs).

    An interval with ``low > high`` holds no number, so that only NaN can satisfy it.
    """

    low: np.ndarray
    high: np.ndarray
    missing: np.ndarray

    def __len__(self) -> int:
        return len(self.low)


def grid_of(compare: Compare) -> Grid:
    """The numbers that a split of this precision tells apart."""
    return FLOAT32 if compare is Compare.FLOAT32 else FLOAT64


def splits(tree: Tree) -> np.ndarray:
    """The node numbers of the splits."""
    return np.flatnonzero(tree.feature >= 0)


def thresholds(ensemble: TreeEnsemble) -> list[np.ndarray]:
    """For each input of the ensemble the thresholds on it, each once, ascending."""
    feature = np.concatenate([tree.feature for tree in ensemble.trees])
    threshold = np.concatenate([tree.threshold for tree in ensemble.trees])
    order = np.argsort(feature, kind="stable")
    ends = np.searchsorted(feature[order], np.arange(len(ensemble.inputs) + 1))
    return [np.unique(threshold[order[a:b]]) for a, b in pairwise(ends)]


def parents(tree: Tree) -> np.ndarray:
    """The parent of each node, -1 for the root."""
    parent = np.full(tree.node_count, -1, dtype=np.int64)
    inner = splits(tree)
    parent[tree.left[inner]] = inner
    parent[tree.right[inner]] = inner
    return parent


def boxes(tree: Tree, nodes: np.ndarray, width: int, grid: Grid) -> Boxes:
    """The boxes of ``nodes``, found by walking up to the root, all nodes at a time."""
    shape = (len(nodes), width)
    box = Boxes(
        low=np.full(shape, grid.lowest, dtype=np.int64),
        high=np.full(shape, grid.highest, dtype=np.int64),
        missing=np.ones(shape, dtype=bool),
    )
    parent = parents(tree)
    edge = grid.floor(tree.threshold)
    at = np.asarray(nodes, dtype=np.int64).copy()
    rows = np.flatnonzero(parent[at] >= 0)
    while len(rows):
        child, above = at[rows], parent[at[rows]]
        left = tree.left[above] == child
        restrict(box, rows, tree.feature[above], left, edge[above])
        box.missing[rows, tree.feature[above]] &= tree.missing_left[above] == left
        at[rows] = above
        rows = rows[parent[above] >= 0]
    return box


def restrict(
    box: Boxes, rows: np.ndarray, feature: np.ndarray, left: np.ndarray, edge: np.ndarray
) -> None:
    """Narrows the boxes ``rows`` to one side of a split: up to the key ``edge``, or above it."""
    high, low = box.high[rows, feature], box.low[rows, feature]
    box.high[rows, feature] = np.where(left, np.minimum(high, edge), high)
    box.low[rows, feature] = np.where(left, low, np.maximum(low, edge + 1))


def visited(tree: Tree, leaves: np.ndarray) -> np.ndarray:
    """Which nodes the rows that end in ``leaves`` pass: bool (nodes,)."""
    seen = np.zeros(tree.node_count, dtype=bool)
    parent = parents(tree)
    at = np.flatnonzero(np.bincount(leaves))
    while len(at):
        at = at[~seen[at]]
        seen[at] = True
        at = np.unique(parent[at])
        at = at[at >= 0]
    return seen
