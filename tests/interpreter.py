"""What a graph means, word by word and row by row: the plainest reading of penstock.graph."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from penstock import graph as g
from penstock.graph import Aggregate, BinaryOp, Compare, Graph, LinkFunction, Tree, UnaryOp


class RowRefusedError(Exception):
    """The graph gives no answer for the row."""


def interpret(graph: Graph, row: Mapping[str, Any]) -> dict[str, Any]:
    """``prediction`` (a number, a label's text, or a list of numbers) and ``probability``."""
    columns: dict[str, Any] = dict(row)
    for node in graph.nodes:
        _NODES[type(node)](node, columns)
    outputs = graph.outputs
    predictions = [columns[name] for name in outputs.predictions]
    if outputs.labels:
        answer: dict[str, Any] = {"prediction": outputs.labels[int(predictions[0])]}
    else:
        answer = {"prediction": predictions[0] if len(predictions) == 1 else predictions}
    if outputs.probabilities:
        answer["probability"] = [columns[name] for name in outputs.probabilities]
    return answer


def leaf_of(tree: Tree, compare: Compare, values: list[float]) -> int:
    """The node number of the leaf that the row reaches."""
    node = 0
    while tree.feature[node] >= 0:
        x, t = np.float64(values[tree.feature[node]]), np.float64(tree.threshold[node])
        if compare is Compare.FLOAT32:
            with np.errstate(over="ignore"):
                x = np.float64(np.float32(x))
        left = tree.missing_left[node] if math.isnan(x) else x <= t
        node = int(tree.left[node] if left else tree.right[node])
    return node


def _imputer(node: g.Imputer, c: dict[str, Any]) -> None:
    for source, fill, output in zip(node.inputs, node.fill, node.outputs, strict=True):
        c[output] = fill if math.isnan(c[source]) else c[source]


def _string_imputer(node: g.StringImputer, c: dict[str, Any]) -> None:
    c[node.output] = node.fill if c[node.input] is None else c[node.input]


def _same(value: Any, category: Any) -> bool:
    if isinstance(category, float) and math.isnan(category):
        return isinstance(value, float) and math.isnan(value)
    return value == category


def _one_hot(node: g.OneHotEncoder, c: dict[str, Any]) -> None:
    for category, output in zip(node.categories, node.outputs, strict=True):
        c[output] = float(_same(c[node.input], category))


def _category_mapper(node: g.CategoryMapper, c: dict[str, Any]) -> None:
    values = dict(zip(node.categories, node.values, strict=True))
    value = values.get(c[node.input], node.unknown)
    if value is None:
        raise RowRefusedError
    c[node.output] = value


def _div(a: float, b: float) -> float:
    return float(np.float64(a) / np.float64(b))


_BINARY = {
    BinaryOp.ADD: lambda a, b: a + b,
    BinaryOp.SUB: lambda a, b: a - b,
    BinaryOp.MUL: lambda a, b: a * b,
    BinaryOp.DIV: _div,
    BinaryOp.MIN: lambda a, b: float(np.minimum(a, b)),
    BinaryOp.MAX: lambda a, b: float(np.maximum(a, b)),
    BinaryOp.LESS: lambda a, b: float(a < b),
    BinaryOp.LESS_OR_EQUAL: lambda a, b: float(a <= b),
    BinaryOp.GREATER: lambda a, b: float(a > b),
    BinaryOp.GREATER_OR_EQUAL: lambda a, b: float(a >= b),
    BinaryOp.EQUAL: lambda a, b: float(a == b),
}

_UNARY = {
    UnaryOp.FLOAT32: lambda x: float(np.float32(x)),
    UnaryOp.NEGATE: lambda x: -x,
    UnaryOp.ABS: abs,
    UnaryOp.EXP: lambda x: float(np.exp(x)),
    UnaryOp.LOG: lambda x: float(np.log(x)),
    UnaryOp.SQRT: lambda x: float(np.sqrt(x)),
    UnaryOp.FLOOR: lambda x: float(np.floor(x)),
    UnaryOp.CEIL: lambda x: float(np.ceil(x)),
    UnaryOp.IS_NAN: lambda x: float(math.isnan(x)),
    UnaryOp.SIGN_BIT: lambda x: float(x == x and math.copysign(1.0, x) < 0.0),
}


def _operand(operand: str | float, c: dict[str, Any]) -> float:
    return c[operand] if isinstance(operand, str) else operand


def _binary(node: g.Binary, c: dict[str, Any]) -> None:
    with np.errstate(all="ignore"):
        c[node.output] = _BINARY[node.op](_operand(node.left, c), _operand(node.right, c))


def _unary(node: g.Unary, c: dict[str, Any]) -> None:
    with np.errstate(all="ignore"):
        c[node.output] = _UNARY[node.op](c[node.input])


def _where(node: g.Where, c: dict[str, Any]) -> None:
    c[node.output] = _operand(node.then if c[node.condition] != 0.0 else node.otherwise, c)


def _linear(node: g.Linear, c: dict[str, Any]) -> None:
    for weights, intercept, output in zip(node.weights, node.intercepts, node.outputs, strict=True):
        terms = [c[name] * weight for name, weight in zip(node.inputs, weights, strict=True)]
        c[output] = sum(terms) + intercept


def _trees(node: g.TreeEnsemble, c: dict[str, Any]) -> None:
    values = [c[name] for name in node.inputs]
    leaves = [leaf_of(tree, node.compare, values) for tree in node.trees]
    for k, output in enumerate(node.outputs):
        total = 0.0
        for tree, leaf in zip(node.trees, leaves, strict=True):
            total += float(tree.values[leaf, k])
        c[output] = total / len(leaves) if node.aggregate is Aggregate.MEAN else total


def _link(node: g.Link, c: dict[str, Any]) -> None:
    scores = np.array([c[name] for name in node.inputs])
    with np.errstate(all="ignore"):
        if node.function is LinkFunction.LOGISTIC:
            result = 1 / (1 + np.exp(-scores))
        else:
            powers = np.exp(scores - scores.max())
            result = powers / powers.sum()
    c.update(zip(node.outputs, result.tolist(), strict=True))


def _arg_max(node: g.ArgMax, c: dict[str, Any]) -> None:
    c[node.output] = float(np.argmax([c[name] for name in node.inputs]))


def _weighted_median(node: g.WeightedMedian, c: dict[str, Any]) -> None:
    values = [c[name] for name in node.inputs]
    if any(value != value for value in values):
        c[node.output] = float("nan")
        return
    pairs = sorted(zip(values, node.weights, strict=True))
    below = 0.0
    for value, weight in pairs:
        below += weight
        if 2 * below >= sum(node.weights):
            c[node.output] = value
            return


_NODES = {
    g.Imputer: _imputer,
    g.StringImputer: _string_imputer,
    g.OneHotEncoder: _one_hot,
    g.CategoryMapper: _category_mapper,
    g.Binary: _binary,
    g.Unary: _unary,
    g.Where: _where,
    g.Linear: _linear,
    g.TreeEnsemble: _trees,
    g.Link: _link,
    g.ArgMax: _arg_max,
    g.WeightedMedian: _weighted_median,
}
