"""NumPy's answer to each node of the graph: what the words in graph.py mean, in code.

Columns are arrays of shape (rows,): float64 for a NUMBER, object (str or None) for
a STRING. Nothing here knows a library, a format or an error bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from penstock.graph import (
    Aggregate,
    ArgMax,
    Binary,
    BinaryOp,
    CategoryMapper,
    Compare,
    Imputer,
    Linear,
    Link,
    LinkFunction,
    Node,
    OneHotEncoder,
    Operand,
    StringImputer,
    Tree,
    TreeEnsemble,
    Unary,
    UnaryOp,
    WeightedMedian,
    Where,
)
from penstock.medians import weighted_median

Columns = dict[str, np.ndarray]


BINARY: dict[BinaryOp, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    BinaryOp.ADD: np.add,
    BinaryOp.SUB: np.subtract,
    BinaryOp.MUL: np.multiply,
    BinaryOp.DIV: np.divide,
    BinaryOp.MIN: np.minimum,
    BinaryOp.MAX: np.maximum,
    BinaryOp.LESS: np.less,
    BinaryOp.LESS_OR_EQUAL: np.less_equal,
    BinaryOp.GREATER: np.greater,
    BinaryOp.GREATER_OR_EQUAL: np.greater_equal,
    BinaryOp.EQUAL: np.equal,
}

UNARY: dict[UnaryOp, Callable[[np.ndarray], np.ndarray]] = {
    UnaryOp.FLOAT32: lambda x: x.astype(np.float32).astype(np.float64),
    UnaryOp.NEGATE: np.negative,
    UnaryOp.ABS: np.abs,
    UnaryOp.EXP: np.exp,
    UnaryOp.LOG: np.log,
    UnaryOp.SQRT: np.sqrt,
    UnaryOp.FLOOR: np.floor,
    UnaryOp.CEIL: np.ceil,
    UnaryOp.IS_NAN: np.isnan,
    UnaryOp.SIGN_BIT: lambda x: np.signbit(x) & ~np.isnan(x),
}


def compute(nodes: Iterable[Node], columns: Mapping[str, np.ndarray]) -> Columns:
    """All columns, those given and those that the nodes define."""
    known = dict(columns)
    with np.errstate(all="ignore"):
        for node in nodes:
            known.update(compute_node(node, known))
    return known


def compute_node(node: Node, columns: Mapping[str, np.ndarray]) -> Columns:
    """The columns that one node defines."""
    match node:
        case Imputer():
            return {
                output: np.where(np.isnan(columns[name]), fill, columns[name])
                for name, fill, output in zip(node.inputs, node.fill, node.outputs, strict=True)
            }
        case StringImputer():
            text = columns[node.input]
            filled = text.copy()
            filled[equal_text(text, None)] = node.fill
            return {node.output: filled}
        case OneHotEncoder():
            return _one_hot(node, columns[node.input])
        case CategoryMapper():
            return {node.output: _map_categories(node, columns[node.input])}
        case Binary():
            left, right = _operand(node.left, columns), _operand(node.right, columns)
            return {node.output: np.asarray(BINARY[node.op](left, right), dtype=np.float64)}
        case Unary():
            return {node.output: np.asarray(UNARY[node.op](columns[node.input]), np.float64)}
        case Where():
            then, otherwise = _operand(node.then, columns), _operand(node.otherwise, columns)
            return {node.output: np.where(columns[node.condition] != 0.0, then, otherwise)}
        case Linear():
            x = matrix(columns, node.inputs)
            scores = x @ np.array(node.weights, dtype=np.float64).reshape(len(node.outputs), -1).T
            scores = scores + np.array(node.intercepts)
            return {output: scores[:, j] for j, output in enumerate(node.outputs)}
        case TreeEnsemble():
            return sum_trees(node, apply_trees(node, columns))
        case Link():
            values = link(node.function, matrix(columns, node.inputs))
            return {output: values[:, j] for j, output in enumerate(node.outputs)}
        case ArgMax():
            return {node.output: np.argmax(matrix(columns, node.inputs), axis=1).astype(float)}
        case WeightedMedian():
            values = matrix(columns, node.inputs)
            return {node.output: weighted_median(values, np.array(node.weights))}
    raise TypeError(f"no node of the model graph: {node!r}")


def matrix(columns: Mapping[str, np.ndarray], names: Iterable[str]) -> np.ndarray:
    """The named columns side by side, shape (rows, columns)."""
    picked = [columns[name] for name in names]
    if not picked:
        rows = len(next(iter(columns.values()), ()))
        return np.zeros((rows, 0))
    return np.stack(picked, axis=1)


def equal_text(text: np.ndarray, category: str | None) -> np.ndarray:
    """Where a STRING column holds ``category``; None is equal to None only."""
    return np.fromiter((value == category for value in text), dtype=bool, count=len(text))


def equals(column: np.ndarray, category: str | float | None) -> np.ndarray:
    """Where a column holds ``category``; NaN equals NaN, -0.0 equals 0.0."""
    if column.dtype == object:
        return equal_text(column, category)
    return np.isnan(column) if category != category else column == category


def _one_hot(node: OneHotEncoder, column: np.ndarray) -> Columns:
    pairs = zip(node.categories, node.outputs, strict=True)
    if column.dtype != object:
        return {output: equals(column, c).astype(np.float64) for c, output in pairs}
    place = {category: i for i, category in enumerate(node.categories)}
    code = np.fromiter((place.get(text, -1) for text in column), dtype=int, count=len(column))
    return {output: (code == i).astype(np.float64) for i, output in enumerate(node.outputs)}


def _map_categories(node: CategoryMapper, text: np.ndarray) -> np.ndarray:
    values = dict(zip(node.categories, node.values, strict=True))
    unknown = np.nan if node.unknown is None else node.unknown
    return np.fromiter((values.get(t, unknown) for t in text), dtype=float, count=len(text))


def _operand(operand: Operand, columns: Mapping[str, np.ndarray]) -> np.ndarray | np.float64:
    return columns[operand] if isinstance(operand, str) else np.float64(operand)


def link(function: LinkFunction, x: np.ndarray) -> np.ndarray:
    """The link function, elementwise or over the columns of ``x`` of shape (rows, columns)."""
    if function is LinkFunction.LOGISTIC:
        return 1.0 / (1.0 + np.exp(-x))
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def apply(tree: Tree, x: np.ndarray) -> np.ndarray:
    """The leaf of each row as a node number, for ``x`` (rows, inputs) already rounded."""
    at = np.zeros(len(x), dtype=np.int32)
    rows = np.arange(len(x)) if tree.feature[0] >= 0 else np.empty(0, dtype=np.int64)
    while len(rows):
        here = at[rows]
        value = x[rows, tree.feature[here]]
        left = np.where(np.isnan(value), tree.missing_left[here], value <= tree.threshold[here])
        at[rows] = np.where(left, tree.left[here], tree.right[here])
        rows = rows[tree.feature[at[rows]] >= 0]
    return at


def sum_trees(node: TreeEnsemble, leaves: np.ndarray) -> Columns:
    """The ensemble's outputs for leaves (rows, trees), added in the order of the trees."""
    total = np.zeros((len(leaves), len(node.outputs)))
    for k, tree in enumerate(node.trees):
        total += tree.values[leaves[:, k]]
    if node.aggregate is Aggregate.MEAN:
        total /= len(node.trees)
    return {output: total[:, k] for k, output in enumerate(node.outputs)}


def apply_trees(node: TreeEnsemble, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """The leaf of each row in each tree, int32 (rows, trees)."""
    x = matrix(columns, node.inputs)
    if node.compare is Compare.FLOAT32:
        with np.errstate(over="ignore"):
            x = x.astype(np.float32).astype(np.float64)
    return np.stack([apply(tree, x) for tree in node.trees], axis=1)
