"""Histogram gradient boosting: float64 comparison, missing values and infinities accepted.

scikit-learn begins with ``_baseline_prediction`` and adds the leaf of each tree in turn,
in double. Nothing is refused: a missing value goes where each split sends it.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT64, Table
from penstock.converters.margins import above_zero, largest, logistic_pair, softmax
from penstock.converters.names import class_name
from penstock.converters.sklearn.categorical import CategoricalInputs, is_split
from penstock.converters.sklearn.inputs import as_dtype, check_features
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.trees import leaf_tree
from penstock.graph import (
    Aggregate,
    Binary,
    BinaryOp,
    Compare,
    Outputs,
    Tree,
    TreeEnsemble,
    Unary,
    UnaryOp,
)


def histogram_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    first = len(builder.nodes)
    (name,) = raw_predictions(estimator, table, builder)
    link = type(estimator._loss.link).__name__
    if link == "LogLink":
        raw, name = name, builder.fresh("prediction")
        builder.add(Unary(UnaryOp.EXP, raw, name))
    elif link != "IdentityLink":
        raise builder.refuse(
            f"its loss has the link {class_name(estimator._loss.link)}",
            "fit it with a loss that scikit-learn names",
        )
    builder.operation("tree_ensemble", first)
    return Prediction(Outputs((name,)), Output(OutputKind.REGRESSION, "double"))


def histogram_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    first = len(builder.nodes)
    raw = raw_predictions(estimator, table, builder)
    if len(raw) > 1:
        probabilities = softmax(raw, builder)
        label = largest(raw if decides_by_sums() else probabilities, builder)
    else:
        probabilities = logistic_pair(raw[0], builder)
        if decides_by_sums():
            label = above_zero(raw[0], builder)
        else:
            label = builder.fresh("label")
            builder.add(Binary(BinaryOp.GREATER, probabilities[1], probabilities[0], label))
    builder.operation("tree_ensemble", first)
    return classification(estimator.classes_, label, probabilities, builder, raw)


@cache
def decides_by_sums() -> bool:
    """Whether the installed scikit-learn finds the class by the sums, not by probabilities.

    Older releases take the larger probability, and a sum of 1e-17 makes both 0.5.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    class Probe(HistGradientBoostingClassifier):
        def _raw_predict(self, *arguments: object, **options: object) -> np.ndarray:
            return np.array([[1e-17]])

    probe = Probe()
    probe.classes_, probe.n_trees_per_iteration_ = np.array([0, 1]), 1
    probe._loss = probe._get_loss(sample_weight=None)
    return bool(probe.predict(None)[0] == 1)


def raw_predictions(estimator: object, table: Table, builder: Builder) -> tuple[str, ...]:
    """One sum of trees for each class, or one alone."""
    check_features(estimator, table, builder)
    categorical = None
    if getattr(estimator, "is_categorical_", None) is not None:
        categorical = CategoricalInputs(estimator, table, builder)
        inputs = tuple(categorical.names)
    else:
        inputs = as_dtype(builder.numbers(table), FLOAT64).value_names
    names = []
    starts = np.ravel(estimator._baseline_prediction).tolist()
    for k, start in enumerate(starts):
        names.append(builder.fresh("raw" if len(starts) == 1 else f"raw{k}"))
        trees = (
            leaf_tree(start),
            *(_tree(stage[k], categorical) for stage in estimator._predictors),
        )
        builder.add(TreeEnsemble(inputs, trees, Aggregate.SUM, Compare.FLOAT64, (names[-1],)))
    return tuple(names)


def _tree(predictor: object, categorical: CategoricalInputs | None) -> Tree:
    nodes = predictor.nodes
    leaf, split = nodes["is_leaf"].astype(bool), is_split(nodes)
    features = nodes["feature_idx"] if categorical is None else categorical.features(predictor)
    return Tree(
        feature=np.where(leaf, -1, features).astype(np.int32),
        threshold=np.where(leaf, 0.0, np.where(split, 0.5, nodes["num_threshold"])),
        left=np.where(leaf, -1, nodes["left"].astype(np.int64)).astype(np.int32),
        right=np.where(leaf, -1, nodes["right"].astype(np.int64)).astype(np.int32),
        missing_left=nodes["missing_go_to_left"].astype(bool) & ~leaf & ~split,
        values=nodes["value"].reshape(-1, 1).copy(),
    )
