"""Trees as PMML nodes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from penstock.graph import Compare, Tree
from penstock.writers.pmml.xml import escape, number
from penstock.writers.thresholds import as_float64_compare

Leaf = Callable[[int], tuple[str, str]]
"""From a leaf's number to its score and to what else it holds (XML)."""


def value_leaf(tree: Tree, output: int) -> Leaf:
    """Leaves that score one of the tree's outputs."""
    values = tree.values[:, output].tolist()
    return lambda node: (number(values[node]), "")


def share_leaf(tree: Tree, counts: Mapping[int, Sequence[str]], labels: Sequence[str]) -> Leaf:
    """Leaves that give the record count of each class, and score the most frequent."""
    names = [escape(label) for label in labels]
    winner = np.argmax(tree.values, axis=1).tolist()

    def leaf(node: int) -> tuple[str, str]:
        shares = "".join(
            f'<ScoreDistribution value="{name}" recordCount="{count}"/>'
            for name, count in zip(names, counts[node], strict=True)
        )
        return names[winner[node]], shares

    return leaf


def lines(tree: Tree, compare: Compare, inputs: Sequence[str], leaf: Leaf) -> Iterator[str]:
    """The ``Node`` elements of the tree, as many as it has leaves.

    A split tests only what sends a row away from the child that missing values go to: PMML takes
    a comparison with a missing value as false, and goes on. What that child would test follows
    within the same element, and a row for which no test holds ends with the element's own score.
    """
    fields = [escape(name) for name in inputs]
    feature = tree.feature.tolist()
    threshold = as_float64_compare(tree.threshold, compare).tolist()
    left, right = tree.left.tolist(), tree.right.tolist()
    missing_left = tree.missing_left.tolist()
    stack: list[tuple[int, str] | None] = [(_below(tree, 0), "<True/>")]
    while stack:
        item = stack.pop()
        if item is None:
            yield "</Node>"
            continue
        node, predicate = item
        tests: list[tuple[int, str]] = []
        asked: tuple[int, float] | None = None
        while feature[node] >= 0 and asked != (feature[node], threshold[node]):
            asked = feature[node], threshold[node]
            low, high = _predicates(fields[asked[0]], asked[1])
            apart = (right[node], high) if missing_left[node] else (left[node], low)
            tests.append((_below(tree, apart[0]), apart[1]))
            node = _below(tree, left[node] if missing_left[node] else right[node])
        if feature[node] >= 0:  # asks the same again: an element apart, lest both read as one split
            tests.append((node, "<True/>"))
            yield f"<Node>{predicate}"
        else:
            score, content = leaf(node)
            yield f'<Node score="{score}">{predicate}{content}{"" if tests else "</Node>"}'
        if tests:
            stack += [None, *reversed(tests)]


def _below(tree: Tree, node: int) -> int:
    """The node, or, where every row goes left, the one that then stands for it."""
    while tree.feature[node] >= 0 and tree.missing_left[node] and tree.threshold[node] == math.inf:
        node = int(tree.left[node])
    return node


def _predicates(field: str, threshold: float) -> tuple[str, str]:
    """What sends a row to the left child, and what to the right one."""
    if threshold == math.inf:  # every number goes left, and what is missing right
        present = f'<SimplePredicate field="{field}" operator="isNotMissing"/>'
        return present, f'<SimplePredicate field="{field}" operator="isMissing"/>'
    value = number(threshold)
    return (
        f'<SimplePredicate field="{field}" operator="lessOrEqual" value="{value}"/>',
        f'<SimplePredicate field="{field}" operator="greaterThan" value="{value}"/>',
    )


def used_inputs(tree: Tree) -> list[int]:
    """The indices of the ensemble's inputs on which the tree splits."""
    return np.unique(tree.feature[tree.feature >= 0]).tolist()


def leaf_order(tree: Tree, compare: Compare) -> list[int]:
    """The graph's node number of each leaf in the file, from left to right.

    Where a value is known to be there, a reader drops the leaf for a missing one.
    """
    found: list[int] = []
    stack: list[tuple[int, frozenset[int]]] = [(0, frozenset())]
    while stack:
        node, present = stack.pop()
        node = _below(tree, node)
        feature = int(tree.feature[node])
        if feature < 0:
            found.append(node)
            continue
        left, right = int(tree.left[node]), int(tree.right[node])
        known = present | {feature}
        if not (tree.threshold[node] == math.inf and feature in present):
            stack.append((right, known if tree.missing_left[node] else present))
        stack.append((left, present if tree.missing_left[node] else known))
    return found
