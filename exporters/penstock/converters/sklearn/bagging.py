"""Ensembles of single trees that each look at some of the columns: bagging, isolation forests."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.margins import largest
from penstock.converters.names import class_name, public_name
from penstock.converters.sklearn.inputs import check_features, check_finite
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.trees import (
    SINGLE_TREES,
    accepts_missing,
    graph_tree,
    refuse_wide_integers,
)
from penstock.graph import Aggregate, Binary, BinaryOp, Compare, Outputs, Tree, TreeEnsemble


def bagging_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    """The sum of the members' answers, divided by their number."""
    members = single_trees(estimator, builder)
    trees = [graph_tree(member.tree_, member.tree_.value[:, :, 0]) for member in members]
    width = trees[0].values.shape[1]
    names = _mean(estimator, trees, table, builder, "prediction", width)
    output = Output(OutputKind.REGRESSION, "double", width=width, array=width > 1)
    return Prediction(Outputs(names), output)


def bagging_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    """The mean of the members' probabilities; a member may not know all of the classes."""
    count = int(estimator.n_classes_)
    trees = []
    for member in single_trees(estimator, builder):
        values = np.zeros((member.tree_.node_count, count))
        values[:, member.classes_.astype(int)] = member.tree_.value[:, 0, : len(member.classes_)]
        trees.append(graph_tree(member.tree_, values))
    names = _mean(estimator, trees, table, builder, "probability", count)
    return classification(estimator.classes_, largest(names, builder), names, builder)


def single_trees(estimator: object, builder: Builder) -> list:
    """The members, each of which must be a tree."""
    for member in estimator.estimators_:
        if public_name(type(member)) not in SINGLE_TREES:
            raise builder.refuse(
                f"its members are of the class {class_name(member)}, and only single trees can be "
                "combined exactly",
                "fit it with decision trees as its estimator",
            )
    return estimator.estimators_


def _mean(
    estimator: object,
    trees: Sequence[Tree],
    table: Table,
    builder: Builder,
    hint: str,
    width: int,
) -> tuple[str, ...]:
    """scikit-learn hands each member its own columns, which that member validates."""
    check_features(estimator, table, builder)
    used, places = np.unique(np.stack(estimator.estimators_features_), return_inverse=True)
    table = table.select(used.tolist())  # nothing looks at the others, not even whether they parse
    features = places.reshape(len(trees), -1)
    trees = [looking_at(tree, chosen) for tree, chosen in zip(trees, features, strict=True)]
    refuse_wide_integers(trees, table, builder)
    for member, chosen in zip(estimator.estimators_, features, strict=True):
        own = builder.numbers(table.select(chosen.tolist()))
        allow_missing = not table.sparse and accepts_missing(member, len(chosen))
        check_finite(own, builder, allow_missing=allow_missing, float32=True)
    first = len(builder.nodes)
    names = tuple(builder.fresh(hint if width == 1 else f"{hint}{k}") for k in range(width))
    builder.add(
        TreeEnsemble(table.value_names, tuple(trees), Aggregate.MEAN, Compare.FLOAT32, names)
    )
    builder.operation("tree_ensemble", first)
    return names


def looking_at(tree: Tree, features: np.ndarray) -> Tree:
    """The tree over all columns, of which its own feature i is the column ``features[i]``."""
    moved = np.where(tree.feature < 0, -1, features[tree.feature]).astype(np.int32)
    return replace(tree, feature=moved)


def isolation_forest(estimator: object, table: Table, builder: Builder) -> Prediction:
    """-1 where the sum of path lengths is small, else 1.

    The score 2 ** (-sum / constant) grows as the sum falls, so that there is one sum up to
    which scikit-learn says -1. It is found by asking for the answers of doubles.
    """
    check_features(estimator, table, builder)
    count = len(table.columns)
    whole = estimator._max_features == count
    trees = []
    for i, member in enumerate(estimator.estimators_):
        lengths = estimator._decision_path_lengths[i] + estimator._average_path_length_per_tree[i]
        tree = graph_tree(member.tree_, (lengths - 1.0).reshape(-1, 1))
        features = np.arange(count) if whole else np.asarray(estimator.estimators_features_[i])
        trees.append(looking_at(tree, features))
    refuse_wide_integers(trees, table, builder)
    table = builder.numbers(table)
    if not _scores(estimator, np.inf):
        table = check_finite(table, builder, allow_missing=_scores(estimator, np.nan), float32=True)
    first = len(builder.nodes)
    depth, label = builder.fresh("depth"), builder.fresh("label")
    builder.add(
        TreeEnsemble(table.value_names, tuple(trees), Aggregate.SUM, Compare.FLOAT32, (depth,))
    )
    last = last_outlier(estimator)
    builder.add(Binary(BinaryOp.GREATER, depth, last, label))
    builder.operation("tree_ensemble", first)
    return classification(np.array([-1, 1]), label, (), builder)


def last_outlier(estimator: object) -> float:
    """The greatest sum of path lengths for which ``decision_function`` is negative, or -1."""
    from sklearn.ensemble._iforest import _average_path_length

    constant = len(estimator.estimators_) * _average_path_length([estimator._max_samples])

    def is_outlier(bits: int) -> bool:
        depths = np.array([bits]).view(np.float64)
        shares = np.divide(depths, constant, out=np.ones_like(depths), where=constant != 0)
        return bool((-(2**-shares) - estimator.offset_)[0] < 0)

    low, high = 0, int(np.float64(2.0**60).view(np.int64))
    if not is_outlier(low):
        return -1.0
    if is_outlier(high):
        return 2.0**60
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_outlier(middle) else (low, middle)
    return float(np.int64(low).view(np.float64))


def _scores(estimator: object, value: float) -> bool:
    """Whether the installed scikit-learn scores a row that holds ``value``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            estimator.predict(np.full((1, estimator.n_features_in_), value))
        except ValueError:
            return False
    return True
