"""Writes a model graph as PMML 4.4, valid against its schema.

Fields in: the graph's inputs by name, NUMBER as double and STRING as string, a
missing value for NaN and NULL. Fields out: the target ``prediction`` (a number or
the label's text), ``probability(<label>)`` for each class, and for several outputs
``prediction(0)``, ``prediction(1)`` and so on.
"""

from __future__ import annotations

from pathlib import Path

from penstock.errors import UnsupportedOperationError
from penstock.graph import Graph, Node
from penstock.support import Refused, Support
from penstock.writers.pmml import document, models
from penstock.writers.pmml.fields import OPERATIONS
from penstock.writers.pmml.trees import leaf_order

__all__ = ["leaf_order", "node_support", "write"]


def node_support(node: Node) -> Support:
    """How exactly PMML says ``node``."""
    if isinstance(node, models.WORDS):
        return models.support(node)
    return OPERATIONS[type(node)].support(node)


def write(graph: Graph, path: Path, name: str) -> None:
    """Write ``graph`` to the file ``path`` as the model ``name``.

    Raises UnsupportedOperationError where the format cannot say a node or a name;
    what was written until then is for the caller to remove.
    """
    for node in graph.nodes:
        level = node_support(node)
        if isinstance(level, Refused):
            raise UnsupportedOperationError(
                f"PMML cannot say {type(node).__name__} exactly: {level.why}; {level.remedy}."
            )
    document.write(graph, path, name)
