"""Trees as MLeap writes them: one JSON object a line, in preorder.

MLeap sends a value left where ``x <= threshold``, and NaN, for which that is
false, right. A node that sends NaN left is therefore written over the negated
feature with its children swapped: ``-x <= -next_up(t)`` is ``x > t`` for every
number and false for NaN. Feature ``n + i`` of the vector is minus feature ``i``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from penstock.graph import Compare, Tree
from penstock.writers.mleap.bundle import number
from penstock.writers.thresholds import as_float64_compare, next_up


def needs_negated(tree: Tree) -> bool:
    """Whether a node of the tree is written over a negated feature."""
    return bool(np.any(_written_swapped(tree)))


def lines(tree: Tree, compare: Compare, features: int, output: int) -> Iterator[str]:
    """The lines of ``tree`` over a vector of ``features`` inputs, for one of its outputs."""
    threshold = as_float64_compare(tree.threshold, compare)
    swapped = _written_swapped(tree)
    with np.errstate(invalid="ignore"):
        threshold = np.where(swapped, -next_up(threshold), threshold).tolist()
    feature = np.where(swapped, tree.feature + features, tree.feature).tolist()
    values = tree.values[:, output].tolist()
    for node in _preorder(tree):
        if feature[node] < 0:
            yield leaf(values[node])
        else:
            yield split(feature[node], threshold[node])


def split(feature: int, threshold: float) -> str:
    """The line of an inner node; its left and right subtrees follow."""
    return (
        '{"type":"internal","split":{"type":"continuous",'
        f'"featureIndex":{feature},"threshold":{number(threshold)}}}}}'
    )


def leaf(value: float) -> str:
    return f'{{"type":"leaf","values":[{number(value)}]}}'


def leaf_order(tree: Tree, compare: Compare) -> list[int]:
    """The graph's node number of each leaf in the file, from left to right."""
    return [node for node in _preorder(tree) if tree.feature[node] < 0]


def _written_swapped(tree: Tree) -> np.ndarray:
    return tree.missing_left & (tree.feature >= 0) & ~_all_go_left(tree)


def _all_go_left(tree: Tree) -> np.ndarray:
    """Where missing values and every number go left, so that the left child stands for the node."""
    return tree.missing_left & (tree.threshold == np.inf) & (tree.feature >= 0)


def _preorder(tree: Tree) -> Iterator[int]:
    """The nodes in the order of the file."""
    left, right = tree.left.tolist(), tree.right.tolist()
    is_leaf = (tree.feature < 0).tolist()
    swapped, all_left = _written_swapped(tree).tolist(), _all_go_left(tree).tolist()
    stack = [0]
    while stack:
        node = stack.pop()
        if all_left[node]:
            stack.append(left[node])
            continue
        yield node
        if not is_leaf[node]:
            first, second = left[node], right[node]
            if swapped[node]:
                first, second = second, first
            stack.append(second)
            stack.append(first)
