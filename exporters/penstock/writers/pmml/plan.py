"""What a document needs where: the fields before all models, and those between them.

A chain of models runs from first to last. A derived field that reads a model's
output can only be defined inside a later model, so each model (and the final
answer) defines the fields of that kind that it needs itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from penstock import graph as g
from penstock.graph import Graph, Kind, Node
from penstock.lineage import node_inputs, node_outputs
from penstock.writers.names import Names
from penstock.writers.pmml.fields import OPERATIONS, Field
from penstock.writers.pmml.models import Model, is_model, models_of, with_members


@dataclass(frozen=True)
class Needs:
    """To compute some columns inside a model: the fields to define there, and what they read."""

    fields: list[Field]
    reads: list[str]


@dataclass(frozen=True)
class Threshold:
    """A column that is compared with a constant: 1.0 where it is above ``value``."""

    column: str
    value: float


class Plan:
    """The graph's columns as fields and models, in the graph's order."""

    def __init__(self, graph: Graph, names: Names):
        found: list[Model] = []
        self._names = names
        self._derived: list[Node] = []
        self._early: set[str] = set()
        self._fields: dict[int, list[Field]] = {}
        inputs = {column.name for column in graph.inputs}
        texts = {column.name for column in graph.inputs if column.kind is Kind.STRING}
        for node in graph.nodes:
            if is_model(node, graph.outputs):
                found += models_of(node, graph.outputs)
                continue
            if isinstance(node, g.StringImputer):
                texts.add(node.output)
            self._derived.append(node)
            if (inputs | self._early).issuperset(node_inputs(node)):
                self._early.update(node_outputs(node))
        self.models = with_members(found, graph.nodes, graph.outputs)
        self._texts = frozenset(texts)

    def before_models(self, columns: Iterable[str]) -> Needs:
        """How to compute ``columns`` as far as they read nothing but the inputs."""
        return self._needs(columns, [n for n in self._derived if self._is_early(n)])

    def between_models(self, columns: Iterable[str]) -> Needs:
        """How to compute ``columns`` from inputs, earlier fields and the outputs of models."""
        return self._needs(columns, [n for n in self._derived if not self._is_early(n)])

    def threshold(self, column: str) -> Threshold | None:
        """The comparison that defines ``column``, if it is one with a constant."""
        for node in self._derived:
            if isinstance(node, g.Binary) and node.output == column:
                constant = isinstance(node.left, str) and isinstance(node.right, float)
                if node.op is g.BinaryOp.GREATER and constant:
                    return Threshold(node.left, node.right)
        return None

    def _is_early(self, node: Node) -> bool:
        return self._early.issuperset(node_outputs(node))

    def _needs(self, columns: Iterable[str], nodes: Collection[Node]) -> Needs:
        wanted = dict.fromkeys(columns)
        chosen = []
        for node in reversed(list(nodes)):
            outputs = node_outputs(node)
            if any(name in wanted for name in outputs):
                chosen.append(node)
                for name in outputs:
                    wanted.pop(name, None)
                wanted.update(dict.fromkeys(node_inputs(node)))
        fields = [field for node in reversed(chosen) for field in self._fields_of(node)]
        return Needs(fields, list(wanted))

    def _fields_of(self, node: Node) -> list[Field]:
        if id(node) not in self._fields:
            make = OPERATIONS[type(node)].fields
            self._fields[id(node)] = list(make(node, self._names.fresh, self._texts))
        return self._fields[id(node)]
