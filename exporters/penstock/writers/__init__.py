"""Writers: one package for each file format.

They know the graph and nothing of where it came from.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from penstock.graph import Graph, Node
from penstock.support import Support
from penstock.writers import mleap, pmml

Write = Callable[[Graph, Path, str], None]

FORMATS: dict[str, Write] = {"mleap": mleap.write, "pmml": pmml.write}
"""The format's name on the command line and in the manifest, and what writes it."""

_SUPPORT: dict[str, Callable[[Node], Support]] = {
    "mleap": mleap.node_support,
    "pmml": pmml.node_support,
}


def support(graph: Graph, format: str) -> list[Support]:
    """How exactly ``format`` says each node of ``graph``, in the graph's order."""
    return [_SUPPORT[format](node) for node in graph.nodes]
