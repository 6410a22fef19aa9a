"""From what an ensemble's inputs must be back to what a raw input must be.

All inputs of the ensemble that come from one raw input are solved together: by
searching through the real computation where it is monotone, and by trying all values
that it can tell apart where it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from penstock.compute import compute, matrix
from penstock.contract import Category
from penstock.domains import Domain
from penstock.floats import Grid, first_at_least
from penstock.graph import (
    Binary,
    BinaryOp,
    CategoryMapper,
    Imputer,
    Node,
    OneHotEncoder,
    Unary,
    UnaryOp,
)
from penstock.lineage import trace
from penstock.paths import Boxes

_NO_KEYS = np.zeros(0, dtype=np.int64)
UNSEEN = "~unseen~"
MONOTONE = (BinaryOp.ADD, BinaryOp.SUB, BinaryOp.MUL, BinaryOp.DIV, BinaryOp.MIN, BinaryOp.MAX)


class Status(IntEnum):
    """What became of a demand: met, proved impossible, or no answer found."""

    MET = 0
    IMPOSSIBLE = 1
    UNATTAINED = 2


@dataclass(frozen=True)
class Source:
    """One raw input and the inputs of the ensemble (``features``) that come from it.

    ``nodes`` compute them from the raw input, under the ``names``, and ``paths`` each
    of them alone; ``grid`` is the precision in which the trees compare.
    """

    domain: Domain
    features: np.ndarray
    names: tuple[str, ...]
    nodes: tuple[Node, ...]
    paths: tuple[tuple[Node, ...], ...]
    grid: Grid
    growth: np.ndarray = field(repr=False)
    """For each feature: 1 or -1 where it grows or falls with the raw number, else 0."""
    reached: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False)
    """For each feature targets, ascending, and the least raw keys that were found for them."""

    def compute(self, raw: np.ndarray) -> np.ndarray:
        """The features (rows, features) for raw values (rows,)."""
        return matrix(compute(self.nodes, {self.domain.input.name: raw}), self.names)

    def satisfied(self, raw: np.ndarray, box: Boxes) -> np.ndarray:
        """Whether the features of each raw value lie in the box of the same line."""
        value = self.compute(raw)
        key = self.grid.key(value)
        inside = (box.low <= key) & (key <= box.high) & ~np.isnan(value)
        return np.where(np.isnan(value), box.missing, inside).all(axis=1)


def sources(
    defined: Mapping[str, Node], inputs: Sequence[str], domains: Mapping[str, Domain], grid: Grid
) -> list[Source]:
    """The raw inputs behind an ensemble's ``inputs``.

    A column that depends on several raw inputs belongs to none of them: rows that
    need it are found by chance or reported as unattained.
    """
    traces = [trace(defined, name) for name in inputs]
    found: dict[str, list[int]] = {}
    for feature, path in enumerate(traces):
        if len(path.inputs) == 1:
            found.setdefault(path.inputs[0], []).append(feature)
    return [
        Source(
            domain=domains[raw],
            features=np.array(features),
            names=tuple(inputs[i] for i in features),
            nodes=_together([traces[i].nodes for i in features]),
            paths=tuple(traces[i].nodes for i in features),
            grid=grid,
            growth=np.array([_growth(traces[i].nodes) for i in features]),
        )
        for raw, features in found.items()
    ]


def _together(paths: Sequence[Sequence[Node]]) -> tuple[Node, ...]:
    """All nodes once, the parts of an encoder as one, which looks at a row only once."""
    nodes = list({id(node): node for path in paths for node in path}.values())
    parts: dict[str, list[OneHotEncoder]] = {}
    for node in nodes:
        if isinstance(node, OneHotEncoder):
            parts.setdefault(node.input, []).append(node)
    found: list[Node] = []
    for node in nodes:
        if not isinstance(node, OneHotEncoder):
            found.append(node)
        elif node is parts[node.input][0]:
            same = parts[node.input]
            categories = tuple(category for part in same for category in part.categories)
            outputs = tuple(output for part in same for output in part.outputs)
            found.append(OneHotEncoder(node.input, categories, outputs))
    return tuple(found)


def _growth(nodes: Sequence[Node]) -> int:
    sign = 1
    for node in nodes:
        match node:
            case Imputer() | Unary(op=UnaryOp.FLOAT32):
                pass
            case Unary(op=UnaryOp.NEGATE):
                sign = -sign
            case Binary(op=op, left=str(), right=float(constant)) if op in MONOTONE:
                if op in (BinaryOp.MUL, BinaryOp.DIV):
                    sign *= int(np.sign(constant))
            case _:
                return 0
    return sign


def inverse(source: Source, j: int, values: np.ndarray) -> np.ndarray:
    """The raw numbers at which the monotone feature j reaches ``values``, as near as accepted."""
    key = _first(source, j, int(source.growth[j]) * source.grid.key(values))
    return source.domain.grid.value(np.clip(key, source.domain.low, source.domain.high))


def solve(
    source: Source, box: Boxes, sample: np.ndarray, edge: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Raw values that satisfy the boxes, one for each line.

    Args:
        box: the demand on the source's features, (rows, features of the source).
        sample: values to take where the box leaves a choice, or to come close to.
        edge: (rows, features) -1 to take the least value that satisfies this feature,
            1 the greatest, 0 no wish.

    Returns:
        The values (float64 or object) and the ``Status`` of each line.
    """
    if source.domain.is_text:
        return _solve_text(source, box, sample)
    return _solve_number(source, box, sample, edge)


def _solve_number(
    source: Source, box: Boxes, sample: np.ndarray, edge: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    domain, rows = source.domain, len(box)
    low, high = _interval(source, box)
    key = np.clip(domain.grid.key(np.nan_to_num(sample)), low, np.maximum(low, high))
    wish = (edge * source.growth).sum(axis=1)
    key = np.where(wish > 0, high, np.where(wish < 0, low, key))
    raw = domain.grid.value(np.clip(key, domain.low, domain.high))
    status = np.full(rows, Status.UNATTAINED)
    if domain.categories is None:
        fine = (low <= high) & source.satisfied(raw, box)
        status[fine] = Status.MET
    for candidate in _special_numbers(source):
        _try(source, box, candidate, raw, status)
    if domain.missing:
        wanted = np.isnan(sample) & (status == Status.MET)
        status[wanted] = Status.UNATTAINED
        before = raw.copy()
        _try(source, box, np.nan, raw, status)
        back = wanted & (status != Status.MET)
        raw[back], status[back] = before[back], Status.MET
    if _tells_all(source):
        status[status == Status.UNATTAINED] = Status.IMPOSSIBLE
    return raw, status


def _interval(source: Source, box: Boxes) -> tuple[np.ndarray, np.ndarray]:
    """The keys of raw numbers for which all monotone features lie in their intervals."""
    domain, rows = source.domain, len(box)
    low = np.full(rows, domain.low, dtype=np.int64)
    high = np.full(rows, domain.high, dtype=np.int64)
    for j in np.flatnonzero(source.growth):
        sign = int(source.growth[j])
        ends = (box.low[:, j], box.high[:, j]) if sign > 0 else (-box.high[:, j], -box.low[:, j])
        low = np.maximum(low, _first(source, j, ends[0]))
        high = np.minimum(high, _first(source, j, ends[1] + 1) - 1)
    return low, high


def _first(source: Source, j: int, target: np.ndarray) -> np.ndarray:
    """The least raw key at which feature j, turned to grow, reaches each target.

    What was found for a target is remembered, because trees share their ends.
    """
    targets, keys = source.reached.setdefault(j, (_NO_KEYS, _NO_KEYS))
    new = np.setdiff1d(target, targets)
    if len(new):
        targets = np.concatenate([targets, new])
        keys = np.concatenate([keys, _search(source, j, new)])
        order = np.argsort(targets)
        targets, keys = source.reached[j] = targets[order], keys[order]
    return keys[np.searchsorted(targets, target)]


def _search(source: Source, j: int, targets: np.ndarray) -> np.ndarray:
    domain, sign = source.domain, int(source.growth[j])

    def grow(keys: np.ndarray) -> np.ndarray:
        columns = compute(source.paths[j], {domain.input.name: domain.grid.value(keys)})
        return sign * source.grid.key(columns[source.names[j]])

    low = np.full(len(targets), domain.low, dtype=np.int64)
    high = np.full(len(targets), domain.high, dtype=np.int64)
    return first_at_least(grow, targets, low, high)


def search_edges(source: Source, thresholds: Sequence[np.ndarray]) -> None:
    """Finds both sides of each feature's thresholds at once, sooner than tree by tree."""
    for j in np.flatnonzero(source.growth):
        edge = source.grid.floor(thresholds[source.features[j]])
        _first(source, int(j), edge + 1 if source.growth[j] > 0 else -edge)


def _try(
    source: Source, box: Boxes, candidate: Category, raw: np.ndarray, status: np.ndarray
) -> None:
    """Takes ``candidate`` in the lines that have no answer yet, where it satisfies them."""
    open_ = np.flatnonzero(status != Status.MET)
    if not len(open_):
        return
    values = np.full(len(open_), candidate, dtype=raw.dtype)
    fine = open_[source.satisfied(values, _lines(box, open_))]
    raw[fine], status[fine] = candidate, Status.MET


def _lines(box: Boxes, rows: np.ndarray) -> Boxes:
    return Boxes(box.low[rows], box.high[rows], box.missing[rows])


def _special_numbers(source: Source) -> list[float]:
    """The numbers that a feature tells apart from all others, and that are accepted."""
    domain = source.domain
    if domain.categories is not None:
        return [float(c) for c in domain.categories]
    found: dict[float, None] = {}
    for node in source.nodes:
        match node:
            case OneHotEncoder(categories=categories):
                found.update(dict.fromkeys(c for c in categories if c == c))
            case Binary(op=BinaryOp.EQUAL, right=float(constant)):
                found[constant] = None
    keys = domain.grid.key(np.array(list(found), dtype=np.float64))
    return [c for c, k in zip(found, keys, strict=True) if domain.low <= k <= domain.high]


def _tells_all(source: Source) -> bool:
    """Whether "no answer" is a proof: each feature is monotone, or only asks for NaN."""
    if source.domain.categories is not None:
        return True
    return all(
        growth != 0 or all(_is_plain(node) for node in path)
        for growth, path in zip(source.growth, source.paths, strict=True)
    )


def _is_plain(node: Node) -> bool:
    """Whether the node is monotone in its input, or tells nothing but NaN from numbers."""
    if isinstance(node, Unary):
        return node.op in (UnaryOp.IS_NAN, UnaryOp.FLOAT32, UnaryOp.NEGATE)
    return isinstance(node, Imputer) or (isinstance(node, Binary) and node.op in MONOTONE)


def text_values(source: Source) -> list[str | None]:
    """A text for each case that the features tell apart, among those accepted."""
    domain = source.domain
    values: dict[str | None, None] = dict.fromkeys([None] if domain.missing else [])
    if domain.categories is not None:
        values.update(dict.fromkeys(domain.categories))
        return list(values)
    for node in source.nodes:
        if isinstance(node, (OneHotEncoder, CategoryMapper)):
            values.update(dict.fromkeys(c for c in node.categories if c is not None))
    values[UNSEEN] = None
    return list(values)


def _solve_text(source: Source, box: Boxes, sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tries every text that the features tell apart, so that no answer is a proof.

    The sample's own text comes first, then any, in an order that differs by line.
    """
    texts = text_values(source)
    candidates = np.empty(len(texts), dtype=object)
    candidates[:] = texts
    rows = np.arange(len(box))
    fits = _wrong_features(source, source.compute(candidates), box) == 0
    turn = (np.arange(len(texts)) + rows[:, None]) % len(texts)
    best = np.argmax(np.where(fits, 1 + turn, 0), axis=1)
    place = {text: i for i, text in enumerate(texts)}
    own = np.array([place.get(text, -1) for text in sample], dtype=np.int64)
    best = np.where((own >= 0) & fits[rows, own], own, best)
    return candidates[best], np.where(fits[rows, best], Status.MET, Status.IMPOSSIBLE)


def _wrong_features(source: Source, values: np.ndarray, box: Boxes) -> np.ndarray:
    """How many features of each candidate are out of their interval: (lines, candidates).

    What comes from a category is an indicator, scaled or not: it has two values, so
    that two matrix products can count.
    """
    low, high = values.min(axis=0), values.max(axis=0)
    is_high = (values == high) & (low != high)
    if not (is_high | (values == low)).all():
        keys = source.grid.key(values)
        return np.stack([((box.low > k) | (k > box.high)).sum(axis=1) for k in keys], axis=1)
    low_out, high_out = (
        ((box.low > key) | (key > box.high)).astype(np.float32)
        for key in (source.grid.key(low), source.grid.key(high))
    )
    return high_out @ is_high.T.astype(np.float32) + low_out @ (~is_high).T.astype(np.float32)
