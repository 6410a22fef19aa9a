"""The graph's answers in NumPy, with a bound on how far another right answer may be.

A bound is on the difference between two computations that both follow the graph: the
library's and the scorer's. It is 0 as long as only single, correctly rounded IEEE
operations in a fixed order are involved (scaling, trees, sums over trees), and grows
where the graph leaves freedom:

Linear
    A sum of n products and an intercept, in any order, fused or not. Each term goes
    through at most n + 1 roundings (one product, n additions), so a computed sum is
    within g * S of the true one, with u = eps / 2, g = (n + 1) u / (1 - (n + 1) u) and
    S = |intercept| + sum |w_i x_i|. Two computed sums are within 2 g S, which is below
    (n + 2) * eps * S for all n < 10^7, the rounding of S itself included. Products may
    underflow: (n + 1) * 2^-1074 on top. Inputs with bounds b_i add sum |w_i| b_i.

Link LOGISTIC, p = 1 / (1 + e), e = exp(-x)
    dp / p = -(1 - p) de / e. StrictMath.exp is within 1 ulp and NumPy's or SciPy's
    within 4, one ulp being at most eps relative; a bound b of x changes e by a factor
    within expm1(b). The addition and the division round once on each side:
    p * ((1 - p) * (expm1(b) + 6 eps) + 3 eps), where one more eps in each place covers
    the products of errors.

Link SOFTMAX, p_j = e_j / sum e, e_j = exp(s_j - max s)
    With d_j = s_j - max s, the subtraction rounds by eps |d_j| / 2 on each side, so
    r_j = expm1(b_j + b_max + eps |d_j|) + 6 eps bounds the relative difference of e_j,
    and p_j * (r_j + sum_k p_k r_k + (n + 1) eps) that of p_j: n - 1 additions in any
    order and one division on each side.

TreeEnsemble
    Exact where its inputs are. A split whose threshold lies within the bound of its
    input may send the row either way, and what lies below it may be any leaf of the
    tree: then the tree's value moves by at most the distance between its least and its
    greatest leaf, and T trees are summed with (T + 1) eps times their largest leaves.
    Where the library states no order for the sum, it is bounded as that of a Linear over T
    terms whose products may be fused: (T + 2) * eps * S, S being the sum of |leaf value|.

Unary EXP, LOG, SQRT of x with bound b
    exp differs by a factor within expm1(b), and 6 eps as above: y * (expm1(b) + 6 eps).
    It overflows for certain where exp(x - b) does: then the bound is 0.
    log by b / (x - b) and 8 eps |y|: a library may say log(s) as log1p(s / m) + log(m) + m,
    with two more roundings. The square root is rounded correctly, so that an x without
    a bound has one answer; with one, it moves by at most min(b / y, sqrt(b)), and both
    sides round.

WeightedMedian
    Where a sum of weights is so close to half of all that its order decides, any input up
    to the one at which it surely exceeds half (medians.py). Inputs within bounds move the
    median by at most the largest of them, because it rises with each input.

A comparison whose sides are within their bounds may come out either way: a bound of 1.

Both links and EXP get 2^-1020 on top, because results near the smallest normal number
underflow differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from penstock.compute import apply_trees, compute_node, matrix, sum_trees
from penstock.errors import UnsupportedOperationError
from penstock.graph import (
    Aggregate,
    ArgMax,
    Binary,
    BinaryOp,
    CategoryMapper,
    Graph,
    Imputer,
    Linear,
    Link,
    LinkFunction,
    Node,
    OneHotEncoder,
    Operand,
    StringImputer,
    TreeEnsemble,
    Unary,
    UnaryOp,
    WeightedMedian,
    Where,
)
from penstock.lineage import node_inputs, node_outputs
from penstock.medians import reach, sums_exactly
from penstock.opentrees import open_sums

EPS = float(np.finfo(np.float64).eps)
TINY = 2.0**-1074
LINK_TINY = 2.0**-1020

Columns = Mapping[str, np.ndarray]
COMPARISONS = (
    BinaryOp.LESS,
    BinaryOp.LESS_OR_EQUAL,
    BinaryOp.GREATER,
    BinaryOp.GREATER_OR_EQUAL,
    BinaryOp.EQUAL,
)


@dataclass(frozen=True)
class Reference:
    """The answers to ``rows`` rows.

    ``predictions`` and ``bounds``: float64 (rows, outputs); for a classification the
    one column is the index of the class and its bound is 0. ``probabilities`` and
    ``probability_bounds``: float64 (rows, classes), no columns where the model has
    none. ``leaves``: int32 (rows, trees), the node that each tree ends in.
    ``ambiguous``: bool (rows,), where the margin or the scores of a classification are
    so close to a tie that the order of summation decides the label.
    """

    predictions: np.ndarray
    bounds: np.ndarray
    probabilities: np.ndarray
    probability_bounds: np.ndarray
    leaves: np.ndarray
    ambiguous: np.ndarray
    open: np.ndarray


def evaluate(graph: Graph, columns: Columns, values: bool = True) -> Reference:
    """Evaluates the graph.

    Args:
        graph: the model.
        columns: the graph's inputs, each of shape (rows,): float64 with NaN for a
            missing number, object (str or None) for a STRING.
        values: whether predictions, probabilities and leaves are wanted. Where they are not
            they have no columns, and only what the bounds depend on is computed: nothing, as
            long as everything is exact.

    Raises:
        UnsupportedOperationError: a rounding or a category would have to be decided by
            a number that is known within a bound only.
    """
    known = {column.name: columns[column.name] for column in graph.inputs}
    rows = len(next(iter(known.values()))) if known else 0
    bounds: dict[str, np.ndarray | float] = dict.fromkeys(known, 0.0)
    state = _State(known, bounds, rows, [], np.zeros(rows, dtype=bool))
    with np.errstate(all="ignore"):
        for node in graph.nodes:
            state.add(node)
        if values:
            state.catch_up()
    outputs = graph.outputs
    bounds = state.bound_matrix(outputs.predictions)
    is_label = bool(outputs.labels)
    return Reference(
        predictions=matrix(known, outputs.predictions) if values else np.zeros((rows, 0)),
        bounds=np.zeros_like(bounds) if is_label else bounds,
        probabilities=matrix(known, outputs.probabilities)
        if values and outputs.probabilities
        else np.zeros((rows, 0)),
        probability_bounds=state.bound_matrix(outputs.probabilities),
        leaves=np.concatenate(state.leaves, axis=1)
        if values and state.leaves
        else np.zeros((rows, 0), dtype=np.int32),
        ambiguous=(bounds > 0.0).any(axis=1) if is_label else np.zeros(rows, dtype=bool),
        open=state.open,
    )


@dataclass
class _State:
    """What is known so far: columns, their bounds, and leaves, for so many rows.

    ``pending``: exact nodes whose bounds are known to be 0, and whose columns nobody has
    asked for yet.
    """

    columns: dict[str, np.ndarray]
    bounds: dict[str, np.ndarray | float]
    rows: int
    leaves: list[np.ndarray]
    open: np.ndarray
    pending: list[Node] = field(default_factory=list)

    def add(self, node: Node) -> None:
        if not is_inexact(node) and self._exact(node):
            self.pending.append(node)
            self.bounds.update(dict.fromkeys(node_outputs(node), 0.0))
            return
        self.catch_up()
        if isinstance(node, TreeEnsemble):
            self._add_trees(node)
            return
        self.columns.update(compute_node(node, self.columns))
        self.bounds.update({name: _no_nan(bound) for name, bound in self._bounds(node).items()})

    def catch_up(self) -> None:
        """Computes the columns of the pending nodes."""
        for node in self.pending:
            if isinstance(node, TreeEnsemble):
                self._sum_trees(node)
            else:
                self.columns.update(compute_node(node, self.columns))
        self.pending.clear()

    def bound_matrix(self, names: tuple[str, ...]) -> np.ndarray:
        bounds = np.zeros((self.rows, len(names)))
        for j, name in enumerate(names):
            bounds[:, j] = self.bounds[name]
        return bounds

    def _exact(self, node: Node) -> bool:
        return all(np.all(self.bounds[name] == 0.0) for name in node_inputs(node))

    def _refuse_inexact(self, node: Node) -> None:
        if not self._exact(node):
            raise UnsupportedOperationError(
                f"a {type(node).__name__} node would decide by a number that is known within a "
                "bound only; export the model without the steps after its linear model"
            )

    def _sum_trees(self, node: TreeEnsemble) -> np.ndarray:
        leaves = apply_trees(node, self.columns)
        self.leaves.append(leaves)
        self.columns.update(sum_trees(node, leaves))
        return leaves

    def _add_trees(self, node: TreeEnsemble) -> None:
        found = _unordered_bounds(node, self._sum_trees(node))
        if not self._exact(node):
            ends = self.bound_matrix(node.inputs)
            moved, is_open = open_sums(node, matrix(self.columns, node.inputs), ends)
            self.open |= is_open
            found = found + moved
        self.bounds.update({name: found[:, k] for k, name in enumerate(node.outputs)})

    def _bounds(self, node: Node) -> dict[str, np.ndarray | float]:
        match node:
            case Linear():
                return self._linear(node)
            case Link(function=LinkFunction.LOGISTIC):
                return {
                    output: _logistic(self.columns[name], self.columns[output], self.bounds[name])
                    for name, output in zip(node.inputs, node.outputs, strict=True)
                }
            case Link():
                return self._softmax(node)
            case Binary():
                return {node.output: self._binary(node)}
            case ArgMax():
                return {node.output: self._arg_max(node)}
            case WeightedMedian():
                return {node.output: self._median(node)}
            case Unary(op=UnaryOp.NEGATE) | Unary(op=UnaryOp.ABS):
                return {node.output: self.bounds[node.input]}
            case Unary(op=op) if op in FUNCTIONS:
                x, y = self.columns[node.input], self.columns[node.output]
                return {node.output: FUNCTIONS[op](x, y, np.asarray(self.bounds[node.input]))}
            case Unary(op=UnaryOp.IS_NAN):
                sure = np.isnan(self.columns[node.input]) | np.isfinite(self.bounds[node.input])
                return {node.output: np.where(sure, 0.0, 1.0)}
            case Where():
                return {node.output: self._where(node)}
            case Imputer():
                return {
                    output: np.where(np.isnan(self.columns[name]), 0.0, self.bounds[name])
                    for name, output in zip(node.inputs, node.outputs, strict=True)
                }
            case Unary() | OneHotEncoder() | CategoryMapper():
                self._refuse_inexact(node)
            case StringImputer():
                pass
        return dict.fromkeys(node_outputs(node), 0.0)

    def _linear(self, node: Linear) -> dict[str, np.ndarray]:
        x = np.abs(matrix(self.columns, node.inputs))
        inherited = self.bound_matrix(node.inputs)
        n = len(node.inputs)
        found = {}
        for output, weights, intercept in zip(
            node.outputs, node.weights, node.intercepts, strict=True
        ):
            w = np.abs(np.array(weights))
            size = x @ w + abs(intercept)
            any_term = ((x != 0.0) & (w != 0.0)).any(axis=1) if n else False
            underflow = np.where(any_term, (n + 1) * TINY, 0.0)
            found[output] = (n + 2) * EPS * size + underflow + inherited @ w
        return found

    def _softmax(self, node: Link) -> dict[str, np.ndarray]:
        scores = matrix(self.columns, node.inputs)
        p = matrix(self.columns, node.outputs)
        b = self.bound_matrix(node.inputs)
        rows = np.arange(len(scores))
        top = np.argmax(scores, axis=1)
        distance = np.abs(scores - scores[rows, top][:, None])
        r = np.expm1(b + b[rows, top][:, None] + EPS * distance) + 6 * EPS
        total = np.sum(p * r, axis=1, keepdims=True) + (len(node.inputs) + 1) * EPS
        bounds = p * (r + total) + LINK_TINY
        return {output: bounds[:, j] for j, output in enumerate(node.outputs)}

    def _operand(self, operand: Operand) -> tuple[np.ndarray | float, np.ndarray | float]:
        if isinstance(operand, str):
            return self.columns[operand], self.bounds[operand]
        return operand, 0.0

    def _binary(self, node: Binary) -> np.ndarray | float:
        (x, bx), (y, by) = self._operand(node.left), self._operand(node.right)
        if node.op in COMPARISONS:
            return np.where((np.abs(x - y) > bx + by) | (bx + by == 0.0), 0.0, 1.0)
        result = np.abs(self.columns[node.output])
        match node.op:
            case BinaryOp.ADD | BinaryOp.SUB:
                moved = bx + by
            case BinaryOp.MUL:
                moved = np.abs(x) * by + np.abs(y) * bx + bx * by
            case BinaryOp.DIV:
                moved = (bx + result * by) / np.maximum(np.abs(y) - by, 0.0)
            case _:  # MIN, MAX: no rounding
                return self._extreme(node)
        moved = moved + EPS * (result + moved) + TINY
        return np.where((bx == 0.0) & (by == 0.0), 0.0, moved)  # one rounding of the same numbers

    def _extreme(self, node: Binary) -> np.ndarray:
        """How far the smaller or larger of two intervals' ends is from the result."""
        (x, bx), (y, by) = self._operand(node.left), self._operand(node.right)
        result = self.columns[node.output]
        choose = np.minimum if node.op is BinaryOp.MIN else np.maximum
        low, high = choose(x - bx, y - by), choose(x + bx, y + by)
        is_exact = (low == high) | ((bx == 0.0) & (by == 0.0))
        return np.where(is_exact, 0.0, np.maximum(result - low, high - result))

    def _where(self, node: Where) -> np.ndarray:
        """Where the condition itself is open, either side may be taken."""
        (x, bx), (y, by) = self._operand(node.then), self._operand(node.otherwise)
        taken = np.where(self.columns[node.condition] != 0.0, bx, by)
        either = np.abs(np.subtract(x, y)) + np.maximum(bx, by)
        return np.where(np.asarray(self.bounds[node.condition]) > 0.0, either, taken)

    def _median(self, node: WeightedMedian) -> np.ndarray:
        values, result = matrix(self.columns, node.inputs), self.columns[node.output]
        least, greatest = reach(values, np.array(node.weights))
        moved = np.where(least == greatest, 0.0, np.maximum(result - least, greatest - result))
        return moved + self.bound_matrix(node.inputs).max(axis=1)

    def _arg_max(self, node: ArgMax) -> np.ndarray:
        """Any index is possible where another score is within the bounds of the largest."""
        scores, bounds = matrix(self.columns, node.inputs), self.bound_matrix(node.inputs)
        rows = np.arange(len(scores))
        top = np.argmax(scores, axis=1)
        gap = scores[rows, top][:, None] - scores
        close = ~(gap > bounds + bounds[rows, top][:, None])
        close[rows, top] = False
        return np.where(close.any(axis=1), float(len(node.inputs)), 0.0)


def _unordered_bounds(node: TreeEnsemble, leaves: np.ndarray) -> np.ndarray:
    """The bounds (rows, outputs) of sums whose order the library does not state, else 0."""
    size = np.zeros((len(leaves), len(node.outputs)))
    if not node.ordered:
        for k, tree in enumerate(node.trees):
            size += np.abs(tree.values[leaves[:, k]])
    count = len(node.trees) if node.aggregate is Aggregate.MEAN else 1
    return (len(node.trees) + 2) * EPS * size / count


def is_inexact(node: Node) -> bool:
    """Whether two right answers to the node may differ although its inputs are the same."""
    if isinstance(node, TreeEnsemble):
        return not node.ordered
    if isinstance(node, Unary):
        return node.op in (UnaryOp.EXP, UnaryOp.LOG)
    if isinstance(node, WeightedMedian):
        return not sums_exactly(np.array(node.weights))
    return isinstance(node, (Linear, Link))


def _exp(x: np.ndarray, y: np.ndarray, b: np.ndarray) -> np.ndarray:
    bound = y * (np.expm1(b) + 6 * EPS) + LINK_TINY
    return np.where(np.isinf(np.exp(x - b)), 0.0, bound)


def _log(x: np.ndarray, y: np.ndarray, b: np.ndarray) -> np.ndarray:
    moved = np.where(b == 0.0, 0.0, b / np.maximum(x - b, 0.0))
    return moved + np.where(np.isinf(y), 0.0, 8 * EPS * np.abs(y))


def _sqrt(x: np.ndarray, y: np.ndarray, b: np.ndarray) -> np.ndarray:
    moved = np.where(b == 0.0, 0.0, np.fmin(b / y, np.sqrt(b)) + EPS * y)
    return np.where((b > 0.0) & (x < b), np.inf, moved)


FUNCTIONS = {UnaryOp.EXP: _exp, UnaryOp.LOG: _log, UnaryOp.SQRT: _sqrt}


def _logistic(x: np.ndarray, p: np.ndarray, b: np.ndarray | float) -> np.ndarray:
    rest = 1.0 / (1.0 + np.exp(x))  # 1 - p without cancellation
    return p * (rest * (np.expm1(b) + 6 * EPS) + 3 * EPS) + LINK_TINY


def _no_nan(bound: np.ndarray | float) -> np.ndarray | float:
    """Sums beyond the doubles have no bound: infinity, not NaN."""
    return np.where(np.isnan(bound), np.inf, bound)
