"""Trees as PMML nodes. A node's id is the number that the graph (and scikit-learn) gives it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from penstock.graph import Compare, Tree
from penstock.writers.pmml.xml import escape, number
from penstock.writers.thresholds import as_float64_compare


def lines(tree: Tree, compare: Compare, inputs: Sequence[str], output: int) -> Iterator[str]:
    """The ``Node`` elements of the tree, a line each, for one of its outputs."""
    fields = [escape(name) for name in inputs]
    feature = tree.feature.tolist()
    threshold = as_float64_compare(tree.threshold, compare).tolist()
    left, right = tree.left.tolist(), tree.right.tolist()
    missing_left = tree.missing_left.tolist()
    values = tree.values[:, output].tolist()
    stack: list[tuple[int, str] | None] = [(0, "<True/>")]
    while stack:
        item = stack.pop()
        if item is None:
            yield "</Node>"
            continue
        node, predicate = item
        if feature[node] < 0:
            yield f'<Node id="{node}" score="{number(values[node])}">{predicate}</Node>'
            continue
        default = left[node] if missing_left[node] else right[node]
        yield f'<Node id="{node}" defaultChild="{default}">{predicate}'
        low, high = _predicates(fields[feature[node]], threshold[node], missing_left[node])
        stack += [None, (right[node], high), (left[node], low)]


def _predicates(field: str, threshold: float, missing_left: bool) -> tuple[str, str]:
    """What sends a row to the left child, and what to the right one."""
    if threshold == math.inf:  # every number goes left
        if missing_left:
            return "<True/>", "<False/>"
        return (
            f'<SimplePredicate field="{field}" operator="isNotMissing"/>',
            f'<SimplePredicate field="{field}" operator="isMissing"/>',
        )
    value = number(threshold)
    return (
        f'<SimplePredicate field="{field}" operator="lessOrEqual" value="{value}"/>',
        f'<SimplePredicate field="{field}" operator="greaterThan" value="{value}"/>',
    )


def used_inputs(tree: Tree) -> list[int]:
    """The indices of the ensemble's inputs on which the tree splits."""
    return np.unique(tree.feature[tree.feature >= 0]).tolist()


def leaf_order(tree: Tree, compare: Compare) -> list[int]:
    """The graph's node number of each leaf in the file, from left to right."""
    return tree.leaves()
