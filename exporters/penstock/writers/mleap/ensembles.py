"""Tree ensembles in MLeap: one forest for each output, over one vector.

MLeap's classifiers renormalise the leaves and break ties in another way than
scikit-learn, and boosting takes its sum in BLAS's order. A regression forest sums
its trees in order and divides by their number; that is the mean, and for a sum
the forest is padded with trees of zero to a power of two, by which dividing and
multiplying are exact.
"""

from __future__ import annotations

import numpy as np

from penstock.graph import Aggregate, TreeEnsemble
from penstock.support import UNORDERED, Exact, Refused, Support
from penstock.writers.mleap import bundle as fmt
from penstock.writers.mleap.columns import Vector
from penstock.writers.mleap.composer import Composer
from penstock.writers.mleap.trees import leaf, lines, needs_negated

# Below this a sum of leaf values could lose bits when it is divided by the number of trees.
_SMALLEST_SUMMAND = 2.0**-900


def support(node: TreeEnsemble) -> Support:
    if not all(np.isfinite(tree.values[tree.feature < 0]).all() for tree in node.trees):
        return Refused("a leaf holds NaN or infinity", "fit the model again on finite targets")
    if _is_padded(node):
        for tree in node.trees:
            leaves = np.abs(tree.values[tree.feature < 0])
            if np.any((leaves > 0) & (leaves < _SMALLEST_SUMMAND)):
                return Refused(
                    "a sum of leaf values below 2^-900 loses bits in MLeap's division",
                    "export the model to PMML (--to pmml)",
                )
    return Exact() if node.ordered else UNORDERED


def compose(c: Composer, node: TreeEnsemble) -> None:
    vector = c.vector(node.inputs)
    features = vector.size
    if any(map(needs_negated, node.trees)):
        vector = c.negated(vector)
    for output, column in enumerate(node.outputs):
        if len(node.trees) == 1:
            name = _tree(c, node, vector, features, output, column)
        elif _is_padded(node):
            count = 1 << (len(node.trees) - 1).bit_length()
            mean = _forest(c, node, vector, features, output, None, count)
            name = c.math("mul", mean, float(count), column)
        else:
            name = _forest(c, node, vector, features, output, column, len(node.trees))
        c.define(column, name)


def _is_padded(node: TreeEnsemble) -> bool:
    return node.aggregate is Aggregate.SUM and len(node.trees) > 1


def _tree(
    c: Composer, node: TreeEnsemble, vector: Vector, features: int, output: int, column: str
) -> str:
    attributes = {"num_features": fmt.long(vector.size)}
    name = c.names.fresh("decision_tree_regression")
    result = c.name_for(column, "prediction")
    ports = {"features": vector.name}, {"prediction": result}
    c.writer.node(name, "decision_tree_regression", attributes, *ports)
    c.writer.tree_nodes(f"{name}.node", lines(node.trees[0], node.compare, features, output))
    return result


def _forest(
    c: Composer,
    node: TreeEnsemble,
    vector: Vector,
    features: int,
    output: int,
    column: str | None,
    count: int,
) -> str:
    """The mean of ``count`` trees, those beyond the ensemble's own being zero."""
    attributes = {
        "num_features": fmt.long(vector.size),
        "tree_weights": fmt.doubles([1.0] * count),
        "trees": fmt.strings(f"tree{i}" for i in range(count)),
    }
    name = c.names.fresh("random_forest_regression")
    result = c.name_for(column, "prediction")
    ports = {"features": vector.name}, {"prediction": result}
    c.writer.node(name, "random_forest_regression", attributes, *ports)
    for i in range(count):
        folder = f"{name}.node/tree{i}"
        if i < len(node.trees):
            nodes = lines(node.trees[i], node.compare, features, output)
        else:
            nodes = iter([leaf(0.0)])
        c.writer.tree(folder, vector.size, nodes)
    return result
