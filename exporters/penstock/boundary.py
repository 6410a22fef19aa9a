"""Rows next to the border between two classes of a linear classifier.

There the margin changes its sign between neighbouring numbers of one input, so a
scorer that compares probabilities, or sums carelessly, shows itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from penstock.compute import Columns, compute
from penstock.domains import Domain
from penstock.floats import FLOAT64, first_at_least
from penstock.graph import Graph, Linear
from penstock.lineage import definitions, trace
from penstock.ordinary import Ordinary
from penstock.sources import sources

REACH = 1e6
"""How far from its ordinary value a column may be moved, in multiples of it."""


def boundary_rows(
    graph: Graph,
    domains: Mapping[str, Domain],
    ordinary: Ordinary,
    rows: int,
    rng: np.random.Generator,
) -> Columns:
    """Pairs of rows on either side of a border; none where no linear model decides a label."""
    if not graph.outputs.labels or rows < 2:
        return {}
    defined = definitions(graph.nodes)
    deciding = trace(defined, graph.outputs.predictions[0]).nodes
    linear = [node for node in deciding if isinstance(node, Linear)]
    if not linear:
        return {}
    node = linear[-1]
    moving = [
        source.domain
        for source in sources(defined, node.inputs, domains, FLOAT64)
        for j, feature in enumerate(source.features)
        if source.growth[j] and node.weights[0][feature]
    ]
    if not moving:
        return {}
    columns = ordinary(rows // 2, 0.0)
    found: list[Columns] = []
    for _ in range(min(8, 2 * len(moving))):
        moved = moving[rng.integers(len(moving))]
        names = list(rng.permutation(node.outputs)[:2])
        found.append(_cross(graph, columns, moved, names))
        columns = ordinary(rows // 2, 0.0)
    share = max(1, rows // len(found))
    return {name: np.concatenate([part[name][:share] for part in found]) for name in found[0]}


def _cross(graph: Graph, columns: Columns, moved: Domain, names: list[str]) -> Columns:
    """Moves one input until the difference of two scores (or one margin) changes its sign."""
    defined = definitions(graph.nodes)
    nodes = {id(n): n for name in names for n in trace(defined, name).nodes}.values()
    name = moved.input.name
    size = np.maximum(np.abs(columns[name]), 1.0) * REACH
    low = np.maximum(moved.grid.key(-size), moved.low)
    high = np.minimum(moved.grid.key(size), moved.high)

    def difference(keys: np.ndarray) -> np.ndarray:
        known = compute(nodes, {**columns, name: moved.grid.value(keys)})
        return known[names[0]] - (known[names[1]] if len(names) > 1 else 0.0)

    rising = difference(high) > difference(low)
    sign = np.where(rising, 1, -1)

    def above(keys: np.ndarray) -> np.ndarray:
        return (sign * difference(keys) > 0).astype(np.int64)

    first = first_at_least(above, np.ones(len(low), dtype=np.int64), low, high)
    crossed = (first > low) & (first <= high)
    return {
        column: np.concatenate([values[crossed], values[crossed]])
        if column != name
        else moved.grid.value(np.concatenate([first[crossed] - 1, first[crossed]]))
        for column, values in columns.items()
    }
