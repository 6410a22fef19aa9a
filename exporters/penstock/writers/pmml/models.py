"""How PMML says the words that are models of their own: linear models and tree ensembles.

Each output of such a word is one model element; an element hands its value on
through an output field where later ones read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from penstock.graph import Aggregate, Linear, Tree, TreeEnsemble
from penstock.support import Exact, Refused, Support, Within
from penstock.writers.pmml import trees
from penstock.writers.pmml.fields import Field
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


def predicted(name: str) -> str:
    """The output field that hands a model's value on to later models of a chain."""
    attributes = {"name": name, "optype": "continuous", "dataType": "double"}
    attributes |= {"feature": "predictedValue", "isFinalResult": "false"}
    return element("OutputField", attributes)


def support(node: Linear | TreeEnsemble) -> Support:
    if isinstance(node, Linear):
        return Within("(n + 2) * eps * S", "the engine may take the sum in any order")
    if not all(np.isfinite(tree.values[tree.feature < 0]).all() for tree in node.trees):
        return Refused("a leaf holds NaN or infinity", "fit the model again on finite targets")
    return Exact()


def write(xml: XmlWriter, node: Linear | TreeEnsemble, output: int, frame: Frame) -> None:
    """The model element of one output of ``node``."""
    if isinstance(node, Linear):
        linear(xml, node.inputs, node.weights[output], node.intercepts[output], frame)
    elif len(node.trees) == 1:
        _tree(xml, node, node.trees[0], output, frame)
    else:
        _ensemble(xml, node, output, frame)


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


def _ensemble(xml: XmlWriter, node: TreeEnsemble, output: int, frame: Frame) -> None:
    xml.start("MiningModel", {"functionName": "regression", **frame.attributes})
    frame.write(xml)
    method = "average" if node.aggregate is Aggregate.MEAN else "sum"
    xml.start("Segmentation", {"multipleModelMethod": method})
    for i, tree in enumerate(node.trees):
        xml.start("Segment", {"id": str(i + 1)})
        xml.raw("<True/>")
        used = trees.used_inputs(tree) or [0]
        names = dict.fromkeys(node.inputs[i] for i in used)
        _tree(xml, node, tree, output, Frame(list(names)))
        xml.end()
    xml.end()
    xml.end()


def _tree(xml: XmlWriter, node: TreeEnsemble, tree: Tree, output: int, frame: Frame) -> None:
    attributes = {
        "functionName": "regression",
        "missingValueStrategy": "defaultChild",
        "splitCharacteristic": "binarySplit",
        **frame.attributes,
    }
    xml.start("TreeModel", attributes)
    frame.write(xml)
    for line in trees.lines(tree, node.compare, node.inputs, output):
        xml.raw(line)
    xml.end()
