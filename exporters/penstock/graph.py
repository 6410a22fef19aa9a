"""The model graph: scoring operations over named, typed scalar columns.

Converters build it, writers read it, and the same words stand in Java under
``io.penstock.graph``. It knows neither a library nor a file format.

A column holds one value per row: a NUMBER is an IEEE double in which NaN means
"missing"; a STRING is text or None. A node reads columns and defines new ones;
nodes stand in an order in which each column is defined before it is read.
Every node states its numeric contract, because that is where exporters go wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np


class Kind(Enum):
    """What a column holds."""

    NUMBER = "number"
    STRING = "string"


@dataclass(frozen=True)
class Column:
    """A named input of the graph."""

    name: str
    kind: Kind


Operand = str | float
"""The name of a NUMBER column, or a constant."""


@dataclass(frozen=True)
class Imputer:
    """``output = fill`` where ``input`` is NaN, else ``input``, for each pair."""

    inputs: tuple[str, ...]
    fill: tuple[float, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class StringImputer:
    """``output = fill`` where the STRING ``input`` is None, else ``input``."""

    input: str
    fill: str
    output: str


@dataclass(frozen=True)
class OneHotEncoder:
    """``outputs[i]`` is 1.0 where ``input`` equals ``categories[i]``, else 0.0.

    A value that is no category gives zeros everywhere. ``input`` is a STRING with
    categories str or None, or a NUMBER with categories float, where NaN equals NaN
    and -0.0 equals 0.0.
    """

    input: str
    categories: tuple[str | float | None, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class CategoryMapper:
    """``output = values[i]`` where the STRING ``input`` equals ``categories[i]``.

    Any other value gives ``unknown``, or refuses the row where that is None.
    """

    input: str
    categories: tuple[str | None, ...]
    values: tuple[float, ...]
    unknown: float | None
    output: str


class BinaryOp(Enum):
    """IEEE double arithmetic; comparisons give 1.0 or 0.0, and 0.0 if a side is NaN.

    MIN and MAX give NaN if a side is NaN.
    """

    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    DIV = "div"
    MIN = "min"
    MAX = "max"
    LESS = "less"
    LESS_OR_EQUAL = "less_or_equal"
    GREATER = "greater"
    GREATER_OR_EQUAL = "greater_or_equal"
    EQUAL = "equal"


@dataclass(frozen=True)
class Binary:
    """``output = left op right``, rounded once to double."""

    op: BinaryOp
    left: Operand
    right: Operand
    output: str


class UnaryOp(Enum):
    """FLOAT32 rounds to the nearest float32; IS_NAN gives 1.0 or 0.0, and so does SIGN_BIT.

    SIGN_BIT is 1.0 below zero and for -0.0, else 0.0, also for NaN. Java has no such word: the
    file that can say it says it with others.
    """

    FLOAT32 = "float32"
    NEGATE = "negate"
    ABS = "abs"
    EXP = "exp"
    LOG = "log"
    SQRT = "sqrt"
    FLOOR = "floor"
    CEIL = "ceil"
    IS_NAN = "is_nan"
    SIGN_BIT = "sign_bit"


@dataclass(frozen=True)
class Unary:
    """``output = op(input)``."""

    op: UnaryOp
    input: str
    output: str


@dataclass(frozen=True)
class Where:
    """``output = then`` where the column ``condition`` is not 0.0, else ``otherwise``."""

    condition: str
    then: Operand
    otherwise: Operand
    output: str


@dataclass(frozen=True)
class Linear:
    """``outputs[j] = sum_i inputs[i] * weights[j][i] + intercepts[j]``.

    The sum may be taken in any order, so two right answers differ by at most
    (n + 2) * eps * S, S being |intercept| + sum |w_i x_i| over n terms.
    """

    inputs: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]
    outputs: tuple[str, ...]


class Compare(Enum):
    """The precision in which a split compares."""

    FLOAT32 = "float32"  # float32(x) <= threshold, the threshold a double (scikit-learn's trees)
    FLOAT64 = "float64"  # x <= threshold in double (files; histogram gradient boosting)


class Aggregate(Enum):
    """How the trees' leaf values become the output, always in the order of the trees."""

    SUM = "sum"
    MEAN = "mean"  # the sum, then divided by the number of trees


@dataclass(frozen=True, eq=False)
class Tree:
    """One binary tree as parallel arrays; node 0 is the root.

    ``feature[i]`` indexes the ensemble's inputs, -1 at a leaf. The row goes to
    ``left[i]`` if x <= ``threshold[i]``, else to ``right[i]``; NaN goes left where
    ``missing_left[i]``, else right. ``values[i]`` has one number for each output
    (read at leaves only).
    """

    feature: np.ndarray  # int32 (nodes,)
    threshold: np.ndarray  # float64 (nodes,)
    left: np.ndarray  # int32 (nodes,)
    right: np.ndarray  # int32 (nodes,)
    missing_left: np.ndarray  # bool (nodes,)
    values: np.ndarray  # float64 (nodes, outputs)

    @property
    def node_count(self) -> int:
        return len(self.feature)

    def leaves(self) -> list[int]:
        """The node numbers of the leaves, from left to right."""
        found, stack = [], [0]
        while stack:
            node = stack.pop()
            if self.feature[node] < 0:
                found.append(node)
            else:
                stack.append(int(self.right[node]))
                stack.append(int(self.left[node]))
        return found


@dataclass(frozen=True)
class TreeEnsemble:
    """``outputs[k]``: 0.0 plus each tree's leaf value k in tree order, then ``aggregate``.

    Where not ``ordered``, the library adds up its T trees in an order that it does not state,
    perhaps fused with a weight, so two right answers differ by at most (T + 2) * eps * S,
    S being the sum of |leaf value|. Every scorer takes the order of the trees.
    """

    inputs: tuple[str, ...]
    trees: tuple[Tree, ...]
    aggregate: Aggregate
    compare: Compare
    outputs: tuple[str, ...]
    ordered: bool = True


class LinkFunction(Enum):
    """LOGISTIC is 1 / (1 + exp(-x)) for each input; SOFTMAX subtracts the maximum first."""

    LOGISTIC = "logistic"
    SOFTMAX = "softmax"


@dataclass(frozen=True)
class Link:
    """``outputs = function(inputs)``, as many outputs as inputs."""

    function: LinkFunction
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class ArgMax:
    """``output``: the index of the largest input, the first of equals."""

    inputs: tuple[str, ...]
    output: str


@dataclass(frozen=True)
class WeightedMedian:
    """``output``: the weighted median of the inputs, NaN where one of them is NaN.

    The first of the inputs, in ascending order, at which the sum of the weights so far is
    at least half of the sum of all. Weights are finite and not negative. The sums may be
    taken in any order, so where one is within 2 n eps of half of n weights, the inputs that
    come next are right answers too.
    """

    inputs: tuple[str, ...]
    weights: tuple[float, ...]
    output: str


Node = (
    Imputer | StringImputer | OneHotEncoder | CategoryMapper | Binary | Unary | Where
    | Linear | TreeEnsemble | Link | ArgMax | WeightedMedian
)  # fmt: skip


@dataclass(frozen=True)
class Outputs:
    """What the model answers.

    ``predictions``: one column for each output of a regression. For a
    classification one column, which holds the index into ``labels`` (the text of
    each class, in the model's order). ``probabilities``: one column for each
    class, or none where the model has none.
    """

    predictions: tuple[str, ...]
    labels: tuple[str, ...] = ()
    probabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Inputs, nodes in an order in which they can be evaluated, outputs."""

    inputs: tuple[Column, ...]
    nodes: tuple[Node, ...]
    outputs: Outputs = field()
