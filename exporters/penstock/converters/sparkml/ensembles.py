"""Decision trees, random forests and gradient-boosted trees.

A forest adds what the leaves say in the order of the trees. Boosting multiplies each leaf by
the tree's weight and sums by BLAS, whose order depends on the library that Spark finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.converters.build import Builder
from penstock.converters.sparkml.frame import Frame
from penstock.converters.sparkml.output import (
    classification,
    decided,
    normalized,
    refuse_no_raw_prediction,
    regression,
)
from penstock.converters.sparkml.trees import LeafValues, NodeData, graph_trees, read_nodes
from penstock.graph import (
    Aggregate,
    Binary,
    BinaryOp,
    Compare,
    Link,
    LinkFunction,
    TreeEnsemble,
    Unary,
    UnaryOp,
)


def tree_regressor(stage: object, frame: Frame, builder: Builder) -> Frame:
    return _mean(stage, [stage._java_obj], frame, builder)


def forest_regressor(stage: object, frame: Frame, builder: Builder) -> Frame:
    return _mean(stage, list(stage._java_obj.trees()), frame, builder)


def tree_classifier(stage: object, frame: Frame, builder: Builder) -> Frame:
    """The raw prediction is what the leaf counted of each class."""
    return _votes(stage, [stage._java_obj], _counts, frame, builder)


def forest_classifier(stage: object, frame: Frame, builder: Builder) -> Frame:
    """The raw prediction is the sum of each tree's shares of the classes."""
    return _votes(stage, list(stage._java_obj.trees()), _shares, frame, builder)


def boosted_regressor(stage: object, frame: Frame, builder: Builder) -> Frame:
    first = len(builder.nodes)
    name = _weighted(stage, "prediction", frame, builder)
    builder.operation("tree_ensemble", first)
    return regression(stage, frame, name)


def boosted_classifier(stage: object, frame: Frame, builder: Builder) -> Frame:
    """Raw predictions -m and m, and ``1 / (1 + exp(2 m))`` for the first class."""
    refuse_no_raw_prediction(stage, builder)
    first = len(builder.nodes)
    margin = _weighted(stage, "margin", frame, builder)
    doubled, no, yes = (builder.fresh(n) for n in ("doubled", "probability0", "probability1"))
    builder.add(Binary(BinaryOp.MUL, margin, -2.0, doubled))
    builder.add(Link(LinkFunction.LOGISTIC, (doubled,), (no,)))
    builder.add(Binary(BinaryOp.SUB, 1.0, no, yes))
    if stage.isDefined("thresholds"):
        negative = builder.fresh("margin.negate")
        builder.add(Unary(UnaryOp.NEGATE, margin, negative))
        label = decided(stage, (negative, margin), (no, yes), builder)
    else:
        label = builder.fresh("label")
        builder.add(Binary(BinaryOp.GREATER, margin, 0.0, label))
    builder.operation("tree_ensemble", first)
    return classification(stage, frame, label, (no, yes))


def _mean(stage: object, trees: list[Any], frame: Frame, builder: Builder) -> Frame:
    first = len(builder.nodes)
    name = builder.fresh("prediction")
    aggregate = Aggregate.MEAN if len(trees) > 1 else Aggregate.SUM
    _add(stage, trees, [_prediction] * len(trees), aggregate, (name,), frame, builder)
    builder.operation("tree_ensemble", first)
    return regression(stage, frame, name)


def _votes(
    stage: object, trees: list[Any], values: LeafValues, frame: Frame, builder: Builder
) -> Frame:
    refuse_no_raw_prediction(stage, builder)
    first = len(builder.nodes)
    raw = tuple(builder.fresh(f"raw{k}") for k in range(int(stage.numClasses)))
    _add(stage, trees, [values] * len(trees), Aggregate.SUM, raw, frame, builder)
    probabilities = normalized(raw, builder)
    label = decided(stage, raw, probabilities, builder)
    builder.operation("tree_ensemble", first)
    return classification(stage, frame, label, probabilities)


def _weighted(stage: object, hint: str, frame: Frame, builder: Builder) -> str:
    def value(weight: float) -> LeafValues:
        return lambda node: [weight * node["prediction"]]

    trees = list(stage._java_obj.trees())
    values = [value(float(weight)) for weight in stage.treeWeights]
    name = builder.fresh(hint)
    _add(stage, trees, values, Aggregate.SUM, (name,), frame, builder, ordered=len(trees) < 2)
    return name


def _add(
    stage: object,
    trees: list[Any],
    values: Sequence[LeafValues],
    aggregate: Aggregate,
    names: tuple[str, ...],
    frame: Frame,
    builder: Builder,
    ordered: bool = True,
) -> None:
    features = frame.vector(stage.getFeaturesCol(), int(stage.numFeatures), builder)
    found = graph_trees(read_nodes(trees), values, features, builder)
    builder.add(TreeEnsemble(found.inputs, found.trees, aggregate, Compare.FLOAT64, names, ordered))


def _prediction(node: NodeData) -> Sequence[float]:
    return [float(node["prediction"])]


def _counts(node: NodeData) -> Sequence[float]:
    return list(map(float, node["impurityStats"]))


def _shares(node: NodeData) -> Sequence[float]:
    """Of each class, divided by all, which Spark adds up in the classes' order."""
    counts, total = _counts(node), 0.0
    for count in counts:
        total += count
    return [count / total if total != 0.0 else 0.0 for count in counts]
