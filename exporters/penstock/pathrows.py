"""Rows built from the constraints on the path to each split of each tree.

For a split three rows are wanted: the last number that goes left, the first that goes
right, both neighbours as raw inputs, and a missing value. All else in the row lies
inside the box that the path demands. What cannot be met is proved impossible where
it can be, and counted where it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np

from penstock.compute import Columns
from penstock.domains import Domain
from penstock.graph import Graph, Tree, TreeEnsemble
from penstock.lineage import definitions
from penstock.paths import Boxes, boxes, grid_of, restrict, splits, thresholds
from penstock.sources import Source, Status, search_edges, solve, sources

LEFT, RIGHT, MISSING = 0, 1, 2
CELLS = 4_000_000
"""How many cells of boxes are worked on at a time."""

Sampler = Callable[[int], Columns]
"""Gives so many ordinary values for every input."""


@dataclass
class PathRows:
    """Raw columns of the rows, and what became of the splits.

    ``status``: for each split that was asked for, the ``Status`` of (left, right,
    missing). ``total`` splits exist, ``left_out`` of them were not asked for.
    """

    columns: Columns
    rows: int
    total: int
    left_out: int
    status: np.ndarray

    def coverage(self) -> dict[str, int]:
        """How many splits were met on both sides, proved impossible to, and the rest."""
        both = self.status[:, :MISSING]
        met = (both == Status.MET).all(axis=1)
        impossible = (both == Status.IMPOSSIBLE).any(axis=1)
        missing = self.status[:, MISSING]
        return {
            "splits": self.total,
            "met": int(met.sum()),
            "infeasible": int((impossible & ~met).sum()),
            "unattained": int((~impossible & ~met).sum()),
            "left_out": self.left_out,
            "missing_met": int((missing == Status.MET).sum()),
            "missing_infeasible": int((missing == Status.IMPOSSIBLE).sum()),
        }


def path_rows(
    graph: Graph,
    domains: Mapping[str, Domain],
    sample: Sampler,
    budget: int,
    rng: np.random.Generator,
) -> PathRows:
    """At most ``budget`` rows for the splits of all trees, spread evenly over the trees."""
    ensembles = [node for node in graph.nodes if isinstance(node, TreeEnsemble)]
    parts, statuses, total, asked = [], [], 0, 0
    for ensemble in ensembles:
        inner = [splits(tree) for tree in ensemble.trees]
        counts = spread([len(nodes) for nodes in inner], budget // (3 * len(ensembles)))
        total += sum(map(len, inner))
        found = sources(
            definitions(graph.nodes), ensemble.inputs, domains, grid_of(ensemble.compare)
        )
        known = thresholds(ensemble)
        for source in found:
            search_edges(source, known)
        chosen = [
            np.sort(rng.permutation(n)[:count]) for n, count in zip(inner, counts, strict=True)
        ]
        asked += sum(map(len, chosen))
        for some in _batches(ensemble, chosen):
            part, status = _rows(ensemble, some, found, sample)
            parts.append(part)
            statuses.append(status)
    columns = {
        column.name: np.concatenate([part[column.name] for part in parts]) if parts else np.zeros(0)
        for column in graph.inputs
    }
    rows = sum(len(next(iter(part.values()))) for part in parts)
    status = np.concatenate(statuses) if statuses else np.zeros((0, 3), dtype=np.int64)
    return PathRows(columns, rows, total, total - asked, status)


def spread(sizes: list[int], budget: int) -> list[int]:
    """Shares of ``budget``, as even as the ``sizes`` allow."""
    shares = [0] * len(sizes)
    for place, i in enumerate(sorted(range(len(sizes)), key=lambda i: sizes[i])):
        shares[i] = min(sizes[i], budget // (len(sizes) - place))
        budget -= shares[i]
    return shares


Splits = tuple[Tree, np.ndarray]
"""A tree and the numbers of some of its splits."""


def _batches(ensemble: TreeEnsemble, chosen: list[np.ndarray]) -> Iterator[list[Splits]]:
    """The chosen splits of all trees, as many together as ``CELLS`` allows.

    Many trees are worked on at once: each alone would cost more calls than work.
    """
    size = max(1, CELLS // (3 * max(1, len(ensemble.inputs))))
    batch: list[Splits] = []
    room = size
    for tree, nodes in zip(ensemble.trees, chosen, strict=True):
        while len(nodes):
            batch.append((tree, nodes[:room]))
            nodes, room = nodes[room:], room - len(batch[-1][1])
            if not room:
                yield batch
                batch, room = [], size
    if batch:
        yield batch


def _rows(
    ensemble: TreeEnsemble, asked: list[Splits], found: list[Source], sample: Sampler
) -> tuple[Columns, np.ndarray]:
    """The rows that could be built for these splits, and the status of every demand."""
    demands = [_demands(ensemble, tree, nodes) for tree, nodes in asked]
    box = Boxes(
        *(np.concatenate([getattr(box, part.name) for box, _ in demands]) for part in fields(Boxes))
    )
    edge = np.concatenate([edge for _, edge in demands])
    columns = dict(sample(len(box)))
    impossible = np.zeros(len(box), dtype=bool)
    unattained = _constrained_elsewhere(box, found)
    for source in found:
        mine = Boxes(*(part[:, source.features] for part in (box.low, box.high, box.missing)))
        name = source.domain.input.name
        columns[name], outcome = solve(source, mine, columns[name], edge[:, source.features])
        impossible |= outcome == Status.IMPOSSIBLE
        unattained |= outcome == Status.UNATTAINED
    met = ~(impossible | unattained)
    status = np.where(impossible, Status.IMPOSSIBLE, np.where(met, Status.MET, Status.UNATTAINED))
    ends = np.cumsum([3 * len(nodes) for _, nodes in asked])[:-1]
    by_split = [part.reshape(3, -1).T for part in np.split(status, ends)]
    return {name: values[met] for name, values in columns.items()}, np.concatenate(by_split)


def _demands(ensemble: TreeEnsemble, tree: Tree, nodes: np.ndarray) -> tuple[Boxes, np.ndarray]:
    """The boxes of the rows that go left, right and missing at each node, in three blocks.

    The second array says where the split's own input shall be taken from: the upper
    end (1) on the left side, the lower (-1) on the right.
    """
    grid, count = grid_of(ensemble.compare), len(nodes)
    box = boxes(tree, np.tile(nodes, 3), len(ensemble.inputs), grid)
    rows = np.arange(2 * count)
    feature = np.tile(tree.feature[nodes], 2)
    restrict(box, rows, feature, rows < count, np.tile(grid.floor(tree.threshold[nodes]), 2))
    box.missing[rows, feature] = False
    missing = 2 * count + np.arange(count)
    box.low[missing, tree.feature[nodes]] = 1
    box.high[missing, tree.feature[nodes]] = 0
    edge = np.zeros(box.low.shape, dtype=np.int8)
    edge[rows, feature] = np.where(rows < count, 1, -1)
    return box, edge


def _constrained_elsewhere(box: Boxes, found: list[Source]) -> np.ndarray:
    """The lines that demand something of an input that no source stands behind."""
    others = np.ones(box.low.shape[1], dtype=bool)
    for source in found:
        others[source.features] = False
    bounded = (box.low != box.low.min()) | (box.high != box.high.max()) | ~box.missing
    return (bounded & others).any(axis=1)
