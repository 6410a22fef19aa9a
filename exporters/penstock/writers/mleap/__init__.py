"""Writes a model graph as a stock MLeap bundle (Bundle.ML, JSON, in one zip).

The bundle uses only operations that MLeap's own runtime 0.20.0 loads. Every word
of the graph becomes a literal composition of them, so that the graph's arithmetic
stands in the file: a division divides, a sum keeps its order.

Columns in: the graph's inputs by name, NUMBER as double with NaN for missing,
STRING as nullable text. Columns out: ``prediction`` (a double, the label's text,
or a vector for several outputs) and ``probability`` (a vector in class order).
"""

from __future__ import annotations

from pathlib import Path

from penstock.errors import UnsupportedOperationError
from penstock.graph import Graph, Node
from penstock.support import Refused, Support
from penstock.writers.mleap import bundle as fmt
from penstock.writers.mleap.bundle import BundleWriter
from penstock.writers.mleap.columns import Scalar
from penstock.writers.mleap.composer import Composer
from penstock.writers.mleap.operations import OPERATIONS
from penstock.writers.mleap.trees import leaf_order

__all__ = ["leaf_order", "node_support", "write"]


def node_support(node: Node) -> Support:
    """How exactly a bundle says ``node``."""
    return OPERATIONS[type(node)].support(node)


def write(graph: Graph, path: Path, name: str) -> None:
    """Write ``graph`` to the file ``path`` as the bundle ``name``.

    Raises UnsupportedOperationError where the format cannot say a node; what was
    written until then is for the caller to remove.
    """
    for node in graph.nodes:
        level = node_support(node)
        if isinstance(level, Refused):
            raise UnsupportedOperationError(
                f"MLeap cannot say {type(node).__name__} exactly: {level.why}; {level.remedy}."
            )
    with BundleWriter(path, name) as writer:
        composer = Composer(writer, graph)
        prediction = composer.names.claim("prediction")
        probability = composer.names.claim("probability")
        outputs = graph.outputs
        single = len(outputs.predictions) == 1 and not outputs.labels
        if single:
            composer.wish(outputs.predictions[0], prediction)
        for node in graph.nodes:
            OPERATIONS[type(node)].compose(composer, node)
        if outputs.labels:
            _label(composer, outputs.predictions[0], outputs.labels, prediction)
        elif not single:
            _vector(composer, outputs.predictions, prediction)
        elif composer.scalar(outputs.predictions[0]) != prediction:
            composer.wish("prediction", prediction)
            composer.math("add", composer.scalar(outputs.predictions[0]), 0.0, "prediction")
        writer.declare_output("prediction", prediction)
        if outputs.probabilities:
            _vector(composer, outputs.probabilities, probability)
            writer.declare_output("probability", probability)


def _label(composer: Composer, index: str, labels: tuple[str, ...], name: str) -> None:
    attributes = {
        "labels": fmt.strings(labels),
        "input_shape": {"data_shape": fmt.scalar_shape()},
    }
    composer.wish(name, name)
    inputs = {"input": composer.scalar(index)}
    composer.add("reverse_string_indexer", attributes, inputs, column=name)


def _vector(composer: Composer, columns: tuple[str, ...], name: str) -> None:
    composer.wish(name, name)
    composer.assemble([Scalar(composer.scalar(column)) for column in columns], name)
