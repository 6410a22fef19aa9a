"""Gradient boosting: raw predictions, to which each tree adds its leaf in turn.

scikit-learn begins with what ``init_`` predicts and adds ``learning_rate * value`` of
each tree's leaf, rounding the product and the sum. Here the beginning is a first tree,
and the products are the leaf values, so that the same doubles are added in the same
order. Inputs are rounded to float32; missing values are refused.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.margins import above_zero, largest, logistic_pair, softmax
from penstock.converters.names import class_name, public_name
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.trees import SINGLE_TREES, graph_tree, leaf_tree, tree_inputs
from penstock.graph import Aggregate, Binary, BinaryOp, Compare, Outputs, Tree, TreeEnsemble

CONSTANTS = {
    "sklearn.dummy.DummyClassifier": ("prior", "most_frequent", "constant", "uniform"),
    "sklearn.dummy.DummyRegressor": ("mean", "median", "quantile", "constant"),
}


def gradient_boosting_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    first = len(builder.nodes)
    names = raw_predictions(estimator, table, builder)
    builder.operation("tree_ensemble", first)
    return Prediction(Outputs(names), Output(OutputKind.REGRESSION, "double"))


def gradient_boosting_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    """Two classes: the second where the sum is at least zero. More: the largest sum."""
    first = len(builder.nodes)
    raw = raw_predictions(estimator, table, builder)
    if len(raw) > 1:
        label, probabilities = largest(raw, builder), softmax(raw, builder)
    else:
        label = above_zero(raw[0], builder, BinaryOp.GREATER_OR_EQUAL)
        margin = raw[0]
        if estimator.loss == "exponential":
            margin = builder.fresh("raw.doubled")
            builder.add(Binary(BinaryOp.MUL, raw[0], 2.0, margin))
        probabilities = logistic_pair(margin, builder)
    builder.operation("tree_ensemble", first)
    return classification(estimator.classes_, label, probabilities, builder, raw)


def raw_predictions(estimator: object, table: Table, builder: Builder) -> tuple[str, ...]:
    """One sum of trees for each column of ``estimators_``."""
    if fuses():
        raise builder.refuse(
            "the scikit-learn of this machine multiplies by the learning rate and adds in one "
            "rounding (a fused multiply-add), where one on x86-64 and the JVM round twice",
            "export the model on an x86-64 machine",
        )
    rate = np.float64(estimator.learning_rate)
    ensembles = [
        [start, *(graph_tree(m.tree_, rate * m.tree_.value[:, 0, :1]) for m in members)]
        for start, members in zip(_start(estimator, builder), estimator.estimators_.T, strict=True)
    ]
    every = [tree for trees in ensembles for tree in trees]
    table = tree_inputs(estimator, every, table, builder, allow_missing=False)
    names = []
    for k, trees in enumerate(ensembles):
        names.append(builder.fresh("raw" if len(ensembles) == 1 else f"raw{k}"))
        builder.add(
            TreeEnsemble(
                table.value_names, tuple(trees), Aggregate.SUM, Compare.FLOAT32, (names[-1],)
            )
        )
    return tuple(names)


def _start(estimator: object, builder: Builder) -> list[Tree]:
    """What ``init_`` predicts, as a tree for each sum: one leaf, or those of its only tree."""
    init, name = estimator.init_, public_name(type(estimator.init_))
    if isinstance(init, str) or init.get_params().get("strategy") in CONSTANTS.get(name, ()):
        nothing = np.zeros((1, estimator.n_features_in_), dtype=np.float32)
        return [leaf_tree(value) for value in estimator._raw_predict_init(nothing)[0].tolist()]
    if name not in SINGLE_TREES:
        raise builder.refuse(
            f"it adds its trees to what its init, a {class_name(init)}, predicts",
            "fit it with init=None, init='zero', or a single decision tree",
        )
    shares = init.tree_.value[:, 0, :]
    raw = np.array([_linked(estimator, share) for share in shares])
    return [graph_tree(init.tree_, raw[:, k : k + 1]) for k in range(raw.shape[1])]


def _linked(estimator: object, values: np.ndarray) -> np.ndarray:
    """The raw predictions that scikit-learn makes of one leaf's values."""
    from sklearn.ensemble._gb import _init_raw_predictions

    classes = hasattr(estimator, "classes_")
    leaf = _Leaf(values.reshape(1, -1) if classes else values[:1])
    return _init_raw_predictions(None, leaf, estimator._loss, classes)[0]


class _Leaf:
    """An estimator that predicts the same for every row."""

    def __init__(self, values: np.ndarray):
        self.predict = self.predict_proba = lambda x: values


@cache
def fuses() -> bool:
    """Whether scikit-learn was compiled to add a product in one rounding.

    A C compiler may do so where the processor can, as on ARM; on x86-64 it would have
    to be told that every processor can.
    """
    from sklearn.ensemble._gradient_boosting import predict_stages
    from sklearn.tree import DecisionTreeRegressor

    x = np.zeros((1, 1), dtype=np.float32)
    scale, value = 0.1, 1.0 / 3.0
    leaf = DecisionTreeRegressor().fit(x, [value])
    total = np.array([[-(scale * value)]])
    predict_stages(np.array([[leaf]], dtype=object), x, scale, total)
    return bool(total[0, 0] != 0.0)
