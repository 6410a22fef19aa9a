"""Changes of a model graph: what a mistaken writer, or converter, could say instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from penstock.graph import Graph, Tree, TreeEnsemble
from tests.soak.edits import EditError

Change = Callable[[Graph], Graph]


def node(kind: type, change: Callable[[Any], Any], where: Callable[[Any], bool] = bool) -> Change:
    """The first node of a kind for which ``where`` holds becomes ``change(node)``."""

    def changed(graph: Graph) -> Graph:
        for place, found in enumerate(graph.nodes):
            if isinstance(found, kind) and where(found):
                nodes = (*graph.nodes[:place], change(found), *graph.nodes[place + 1 :])
                return replace(graph, nodes=nodes)
        raise EditError(f"the graph has no such {kind.__name__}")

    return changed


def every(kind: type, change: Callable[[Any], Any], where: Callable[[Any], bool]) -> Change:
    """As ``node``, for every such node."""

    def changed(graph: Graph) -> Graph:
        fits = [isinstance(found, kind) and where(found) for found in graph.nodes]
        if not any(fits):
            raise EditError(f"the graph has no such {kind.__name__}")
        pairs = zip(graph.nodes, fits, strict=True)
        return replace(graph, nodes=tuple(change(n) if fit else n for n, fit in pairs))

    return changed


def fields(kind: type, **changes: Callable[[Any], Any]) -> Change:
    """The named fields of the first node of a kind become a function of what they were."""
    return node(
        kind,
        lambda found: replace(
            found, **{name: change(getattr(found, name)) for name, change in changes.items()}
        ),
    )


def tree(change: Callable[[Tree], None]) -> Change:
    """The first tree that has a split is changed in place, in a copy."""

    def changed(ensemble: TreeEnsemble) -> TreeEnsemble:
        trees = list(ensemble.trees)
        place = next(k for k, found in enumerate(trees) if found.node_count > 1)
        copies = {name: array.copy() for name, array in vars(trees[place]).items()}
        trees[place] = Tree(**copies)
        change(trees[place])
        return replace(ensemble, trees=tuple(trees))

    return node(TreeEnsemble, changed)


def outputs(**changes: Callable[[Any], Any]) -> Change:
    """The named fields of the graph's outputs become a function of what they were."""

    def changed(graph: Graph) -> Graph:
        new = {name: change(getattr(graph.outputs, name)) for name, change in changes.items()}
        return replace(graph, outputs=replace(graph.outputs, **new))

    return changed


def swapped(values: tuple) -> tuple:
    """The first two have changed places."""
    return (values[1], values[0], *values[2:])


def inner(found: Tree, which: int = 0) -> int:
    """The number of a split, counted from the root."""
    return int(np.flatnonzero(found.feature >= 0)[which])


def flip_missing(found: Tree) -> None:
    """At each split a missing value goes the other way."""
    found.missing_left[:] = ~found.missing_left


def flip_one_missing(found: Tree) -> None:
    """At the last split in the order of the nodes."""
    place = inner(found, -1)
    found.missing_left[place] = ~found.missing_left[place]


def swap_children(found: Tree) -> None:
    """At the last split in the order of the nodes."""
    place = inner(found, -1)
    found.left[place], found.right[place] = found.right[place], found.left[place]


def next_leaf_value(found: Tree) -> None:
    """One leaf's first number moves by one unit in the last place."""
    place = found.leaves()[0]
    found.values[place, 0] = np.nextafter(found.values[place, 0], np.inf)


def scale_leaf(factor: float) -> Callable[[Tree], None]:
    """One leaf's numbers are multiplied."""

    def change(found: Tree) -> None:
        found.values[found.leaves()[0]] *= factor

    return change


def swap_leaves(found: Tree) -> None:
    """The numbers of the first two leaves change places."""
    first, second = found.leaves()[:2]
    found.values[[first, second]] = found.values[[second, first]]


def swap_classes_in_leaves(found: Tree) -> None:
    """The numbers of the first two outputs change places."""
    found.values[:, [0, 1]] = found.values[:, [1, 0]]


def swap_split_features(found: Tree) -> None:
    """The root compares another column."""
    place = inner(found)
    found.feature[place] = (found.feature[place] + 1) % 3
