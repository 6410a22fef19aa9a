"""Trees over numbers that are known within a bound only: what else they may answer."""

from __future__ import annotations

import numpy as np

from penstock.graph import Aggregate, Compare, Tree, TreeEnsemble

EPS = float(np.finfo(np.float64).eps)


def open_sums(
    node: TreeEnsemble, x: np.ndarray, bounds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How far the outputs may be from those for ``x``, and in which rows a split is open.

    ``x`` and ``bounds`` have shape (rows, inputs). The first result, float64 (rows, outputs),
    is 0 where no split on a row's paths lies within the bounds; the second is bool (rows,).
    """
    with np.errstate(all="ignore"):
        low, value, high = (_compared(node, part) for part in (x - bounds, x, x + bounds))
    moved = np.zeros((len(x), len(node.outputs)))
    largest = np.zeros(len(node.outputs))
    is_open = np.zeros(len(x), dtype=bool)
    for tree in node.trees:
        leaves = tree.values[tree.feature < 0]
        largest += np.abs(leaves).max(axis=0)
        rows = open_rows(tree, low, value, high)
        moved[rows] += np.ptp(leaves, axis=0)
        is_open |= rows
    moved = np.where(moved > 0.0, moved + (len(node.trees) + 1) * EPS * largest, 0.0)
    return moved / (len(node.trees) if node.aggregate is Aggregate.MEAN else 1), is_open


def open_rows(tree: Tree, low: np.ndarray, value: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where a split on the path of ``value`` sends ``low`` and ``high`` to different children."""
    found = np.zeros(len(value), dtype=bool)
    rows, at = np.arange(len(value)), np.zeros(len(value), dtype=np.int64)
    inner = tree.feature[at] >= 0
    rows, at = rows[inner], at[inner]
    while len(rows):
        feature, threshold = tree.feature[at], tree.threshold[at]
        here = value[rows, feature]
        left = np.where(np.isnan(here), tree.missing_left[at], here <= threshold)
        found[rows] |= (low[rows, feature] <= threshold) != (high[rows, feature] <= threshold)
        at = np.where(left, tree.left[at], tree.right[at])
        inner = tree.feature[at] >= 0
        rows, at = rows[inner], at[inner]
    return found


def _compared(node: TreeEnsemble, x: np.ndarray) -> np.ndarray:
    """The numbers as the splits compare them; rounding is monotone, so bounds stay bounds."""
    if node.compare is Compare.FLOAT32:
        return x.astype(np.float32).astype(np.float64)
    return x
