"""Ordinary values for each input, from what the model itself knows about it.

Thresholds, means, fills and categories tell where a column lives. Nothing is taken
from anybody's data.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from penstock.compute import Columns
from penstock.domains import Domain
from penstock.floats import FLOAT64
from penstock.graph import Binary, Graph, Imputer, Linear, Node, OneHotEncoder, TreeEnsemble
from penstock.lineage import definitions, trace
from penstock.paths import grid_of, thresholds
from penstock.sources import UNSEEN, Source, inverse, sources

POINTS = 2000


class Ordinary:
    """Draws ordinary values, a share ``missing`` of them missing where that is accepted."""

    def __init__(self, graph: Graph, domains: Mapping[str, Domain], rng: np.random.Generator):
        self._domains = domains
        self._rng = rng
        defined = definitions(graph.nodes)
        known = _known_values(graph, defined, domains)
        self._pools = {
            name: _text_pool(graph, defined, domain)
            if domain.is_text
            else _number_pool(domain, known.get(name, np.zeros(0)), rng)
            for name, domain in domains.items()
        }

    def __call__(self, rows: int, missing: float = 0.05) -> Columns:
        """So many values for every input: float64 with NaN, or object with None."""
        columns = {}
        for name, domain in self._domains.items():
            values = self._draw(self._pools[name], domain, rows)
            if domain.missing:
                gone = self._rng.random(rows) < missing
                values[gone] = None if domain.is_text else np.nan
            columns[name] = values
        return columns

    def _draw(self, pool: np.ndarray, domain: Domain, rows: int) -> np.ndarray:
        picked = pool[self._rng.integers(len(pool), size=rows)]
        if domain.is_text or domain.categories is not None:
            return picked.copy()
        other = pool[self._rng.integers(len(pool), size=rows)]
        share = self._rng.random(rows) * (self._rng.random(rows) < 0.7)
        with np.errstate(all="ignore"):
            mixed = picked * (1.0 - share) + other * share
        key = np.clip(domain.grid.key(mixed), domain.low, domain.high)
        return domain.grid.value(key)


def _known_values(
    graph: Graph, defined: Mapping[str, Node], domains: Mapping[str, Domain]
) -> dict[str, np.ndarray]:
    """For each raw number the values that the model's thresholds and scales speak of."""
    known: dict[str, list[np.ndarray]] = {}
    for node in graph.nodes:
        if isinstance(node, TreeEnsemble):
            split = thresholds(node)
            for source, j in _numbers(
                sources(defined, node.inputs, domains, grid_of(node.compare))
            ):
                raw = inverse(source, j, _some(split[source.features[j]]))
                known.setdefault(source.domain.input.name, []).append(raw)
        elif isinstance(node, Linear):
            for source, j in _numbers(sources(defined, node.inputs, domains, FLOAT64)):
                if any(isinstance(step, Binary) for step in source.paths[j]):
                    # A scaled column: in its own units it lives around zero.
                    raw = inverse(source, j, np.linspace(-3.0, 3.0, 61))
                    known.setdefault(source.domain.input.name, []).append(raw)
        elif isinstance(node, Imputer):
            for name, fill in zip(node.inputs, node.fill, strict=True):
                if name in domains:
                    known.setdefault(name, []).append(np.linspace(0.5, 1.5, 11) * fill)
    return {name: np.concatenate(parts) for name, parts in known.items()}


def _numbers(found: list[Source]) -> list[tuple[Source, int]]:
    """The features that grow or fall with a raw number."""
    return [(source, int(j)) for source in found for j in np.flatnonzero(source.growth)]


def _some(thresholds: np.ndarray) -> np.ndarray:
    """At most about ``POINTS`` of the thresholds."""
    finite = thresholds[np.isfinite(thresholds)]
    return finite[:: max(1, len(finite) // POINTS)]


def _number_pool(domain: Domain, known: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The values to draw from and to mix; round numbers of all sizes where nothing is known."""
    if domain.categories is not None:
        return np.array(domain.categories or [np.nan], dtype=np.float64)
    if not len(known):
        sizes = 10.0 ** rng.integers(-3, 4, size=500)
        known = np.concatenate([rng.normal(size=500), rng.normal(size=500) * sizes])
    key = np.clip(domain.grid.key(known), domain.low, domain.high)
    return domain.grid.value(key)


def _text_pool(graph: Graph, defined: Mapping[str, Node], domain: Domain) -> np.ndarray:
    """The categories that the model knows, and a text that it does not where that is accepted."""
    texts = dict.fromkeys(domain.categories or ())
    if domain.categories is None:
        for node in graph.nodes:
            if isinstance(node, OneHotEncoder) and _comes_from(defined, node.input, domain):
                texts.update(dict.fromkeys(c for c in node.categories if c is not None))
        texts[UNSEEN] = None
    pool = np.empty(max(1, len(texts)), dtype=object)
    pool[:] = list(texts) or [None]
    return pool


def _comes_from(defined: Mapping[str, Node], name: str, domain: Domain) -> bool:
    return trace(defined, name).inputs == (domain.input.name,)
