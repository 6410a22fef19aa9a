"""How PMML says the words that are models of their own: linear models, trees and medians.

Each output of such a word is one model element, but class probabilities of trees
are one together; an element hands its values on through output fields where later
ones read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from penstock.graph import Aggregate, Linear, Node, Outputs, TreeEnsemble, WeightedMedian
from penstock.lineage import node_inputs, node_outputs
from penstock.support import UNORDERED, Exact, Refused, Support
from penstock.writers.medians import support as median_support
from penstock.writers.pmml import shares, trees
from penstock.writers.pmml.fields import Field, linear_support
from penstock.writers.pmml.xml import XmlWriter, element, number


@dataclass(frozen=True)
class Frame:
    """What surrounds a model element: the fields it reads, computes and gives."""

    inputs: Sequence[str]
    supplementary: Sequence[str] = ()
    target: str | None = None
    outputs: Sequence[str] = ()  # OutputField elements
    fields: Sequence[Field] = ()
    attributes: dict[str, str] = field(default_factory=dict)

    def write(self, xml: XmlWriter) -> None:
        xml.start("MiningSchema")
        for name in self.inputs:
            xml.empty("MiningField", {"name": name})
        for name in self.supplementary:
            xml.empty("MiningField", {"name": name, "usageType": "supplementary"})
        if self.target is not None:
            xml.empty("MiningField", {"name": self.target, "usageType": "target"})
        xml.end()
        if self.outputs:
            xml.start("Output")
            for output in self.outputs:
                xml.raw(output)
            xml.end()
        if self.fields:
            xml.start("LocalTransformations")
            for derived in self.fields:
                xml.raw(derived.xml())
            xml.end()


def _output(name: str, feature: Mapping[str, str]) -> str:
    attributes = {"name": name, "optype": "continuous", "dataType": "double"}
    return element("OutputField", {**attributes, **feature, "isFinalResult": "false"})


WORDS = (Linear, TreeEnsemble, WeightedMedian)
"""The words that are models; the others are fields."""


def support(node: Linear | TreeEnsemble | WeightedMedian) -> Support:
    if isinstance(node, WeightedMedian):
        return median_support(node)
    if isinstance(node, Linear):
        return linear_support(node)
    if not all(np.isfinite(tree.values[tree.feature < 0]).all() for tree in node.trees):
        return Refused("a leaf holds NaN or infinity", "fit the model again on finite targets")
    return Exact() if node.ordered else UNORDERED


@dataclass(frozen=True)
class Model:
    """One element: an output of a linear model or ensemble, or all class shares of an ensemble.

    ``columns`` are the graph's columns that it defines. ``shares``, for class shares, has the
    record counts of each tree's leaves; ``members``, for a median, the trees inside of it by
    the columns that they define.
    """

    node: Linear | TreeEnsemble | WeightedMedian
    columns: tuple[str, ...]
    output: int = 0
    labels: tuple[str, ...] = ()
    shares: tuple[Mapping[int, Sequence[str]], ...] = ()
    members: Mapping[str, Model] = field(default_factory=dict)

    @property
    def reads(self) -> list[str]:
        """The columns that it needs, those of its members included."""
        found: dict[str, None] = {}
        for column in self.node.inputs:
            member = self.members.get(column)
            found.update(dict.fromkeys([column] if member is None else member.reads))
        return list(found)

    @property
    def function(self) -> str:
        return "classification" if self.shares else "regression"

    def hands_on(self) -> list[str]:
        """The output fields by which later models of a chain read its columns."""
        if not self.shares:
            return [_output(self.columns[0], {"feature": "predictedValue"})]
        return [
            _output(column, {"feature": "probability", "value": label})
            for column, label in zip(self.columns, self.labels, strict=True)
        ]

    def leaf(self, i: int) -> trees.Leaf:
        """What the leaves of tree ``i`` hold."""
        tree = self.node.trees[i]
        if self.shares:
            return trees.share_leaf(tree, self.shares[i], self.labels)
        return trees.value_leaf(tree, self.output)


def is_model(node: Node, outputs: Outputs) -> bool:
    """Whether the word becomes model elements; a sum of one column only as the model's answer."""
    if isinstance(node, Linear):
        return len(node.inputs) != 1 or node.outputs == outputs.predictions
    return isinstance(node, WORDS)


def models_of(node: Linear | TreeEnsemble | WeightedMedian, outputs: Outputs) -> list[Model]:
    """The elements that ``node`` becomes in a graph with these outputs.

    An ensemble of class probabilities is one element where PMML's division of record counts
    gives them exactly, else one for each class.
    """
    if isinstance(node, TreeEnsemble) and outputs.labels and outputs.probabilities == node.outputs:
        mean = node.aggregate is Aggregate.MEAN or len(node.trees) == 1
        found = [shares.counts(tree) for tree in node.trees] if mean else [None]
        if len(outputs.labels) > 1 and all(counts is not None for counts in found):
            return [Model(node, node.outputs, labels=outputs.labels, shares=tuple(found))]
    return [Model(node, (column,), output) for output, column in enumerate(node_outputs(node))]


def with_members(found: Sequence[Model], nodes: Sequence[Node], outputs: Outputs) -> list[Model]:
    """The models, single trees that only one median reads put inside of it."""
    readers = Counter(name for node in nodes for name in set(node_inputs(node)))
    readers.update({*outputs.predictions, *outputs.probabilities})
    single = {
        model.columns[0]: model
        for model in found
        if isinstance(model.node, TreeEnsemble)
        and len(model.node.trees) == len(model.columns) == 1
        and readers[model.columns[0]] == 1
    }
    medians = [model for model in found if isinstance(model.node, WeightedMedian)]
    inside = {column for model in medians for column in model.node.inputs if column in single}
    return [
        replace(model, members={c: single[c] for c in model.node.inputs if c in single})
        if isinstance(model.node, WeightedMedian)
        else model
        for model in found
        if model.columns[0] not in inside
    ]


def write(xml: XmlWriter, model: Model, frame: Frame) -> None:
    """The model's element."""
    node = model.node
    if isinstance(node, WeightedMedian):
        _median(xml, model, frame)
    elif isinstance(node, Linear):
        weights, intercept = node.weights[model.output], node.intercepts[model.output]
        linear(xml, node.inputs, weights, intercept, frame)
    elif len(node.trees) == 1:
        _tree(xml, model, 0, frame)
    else:
        _ensemble(xml, model, frame)


def linear(
    xml: XmlWriter, inputs: Sequence[str], weights: Sequence[float], intercept: float, frame: Frame
) -> None:
    xml.start("RegressionModel", {"functionName": "regression", **frame.attributes})
    frame.write(xml)
    xml.start("RegressionTable", {"intercept": number(intercept)})
    for name, weight in zip(inputs, weights, strict=True):
        xml.empty("NumericPredictor", {"name": name, "coefficient": number(weight)})
    xml.end()
    xml.end()


def _ensemble(xml: XmlWriter, model: Model, frame: Frame) -> None:
    node = model.node
    xml.start("MiningModel", {"functionName": model.function, **frame.attributes})
    frame.write(xml)
    method = "average" if node.aggregate is Aggregate.MEAN else "sum"
    xml.start("Segmentation", {"multipleModelMethod": method})
    for i in range(len(node.trees)):
        xml.start("Segment", {"id": str(i + 1)})
        xml.raw("<True/>")
        _tree(xml, model, i, Frame(_read_by(node, i)))
        xml.end()
    xml.end()
    xml.end()


def _median(xml: XmlWriter, model: Model, frame: Frame) -> None:
    node = model.node
    xml.start("MiningModel", {"functionName": "regression", **frame.attributes})
    frame.write(xml)
    method = {"multipleModelMethod": "weightedMedian"}
    xml.start("Segmentation", method | {"missingPredictionTreatment": "returnMissing"})
    for i, (column, weight) in enumerate(zip(node.inputs, node.weights, strict=True), start=1):
        xml.start("Segment", {"id": str(i), "weight": number(weight)})
        xml.raw("<True/>")
        member = model.members.get(column)
        if member is None:
            linear(xml, [column], [1.0], 0.0, Frame([column]))
        else:
            _tree(xml, member, 0, Frame(_read_by(member.node, 0)))
        xml.end()
    xml.end()
    xml.end()


def _read_by(node: TreeEnsemble, i: int) -> list[str]:
    """The columns that tree ``i`` splits on; any one where it has no split."""
    return list(dict.fromkeys(node.inputs[j] for j in trees.used_inputs(node.trees[i]) or [0]))


def _tree(xml: XmlWriter, model: Model, i: int, frame: Frame) -> None:
    attributes = {
        "functionName": model.function,
        "missingValueStrategy": "none",
        "noTrueChildStrategy": "returnLastPrediction",
        **frame.attributes,
    }
    xml.start("TreeModel", attributes)
    frame.write(xml)
    node = model.node
    for line in trees.lines(node.trees[i], node.compare, node.inputs, model.leaf(i)):
        xml.raw(line)
    xml.end()
