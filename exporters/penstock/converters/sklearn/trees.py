"""Decision trees and random forests.

scikit-learn rounds each input to float32 and compares it with a double threshold. A
forest adds up its trees in their order and divides at the end; the label is the first
class with the largest probability.
"""

from __future__ import annotations

import numpy as np

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.sklearn.inputs import check_features, check_finite
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.multioutput import several_labels
from penstock.graph import Aggregate, ArgMax, Compare, Outputs, Tree, TreeEnsemble

EXACT_INTEGERS = 2.0**53
SINGLE_TREES = (
    "sklearn.tree.DecisionTreeClassifier",
    "sklearn.tree.DecisionTreeRegressor",
    "sklearn.tree.ExtraTreeClassifier",
    "sklearn.tree.ExtraTreeRegressor",
)


def tree_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    return _regression(estimator, [estimator], Aggregate.SUM, table, builder)


def forest_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    return _regression(estimator, estimator.estimators_, Aggregate.MEAN, table, builder)


def tree_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    return _classification(estimator, [estimator], Aggregate.SUM, table, builder)


def forest_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    return _classification(estimator, estimator.estimators_, Aggregate.MEAN, table, builder)


def _regression(
    estimator: object, members: list, aggregate: Aggregate, table: Table, builder: Builder
) -> Prediction:
    width = estimator.n_outputs_
    trees = [graph_tree(member.tree_, member.tree_.value[:, :, 0]) for member in members]
    names = _ensemble(estimator, members, trees, aggregate, table, builder, "prediction", width)
    output = Output(OutputKind.REGRESSION, "double", width=width, array=width > 1)
    return Prediction(Outputs(predictions=names), output)


def _classification(
    estimator: object, members: list, aggregate: Aggregate, table: Table, builder: Builder
) -> Prediction:
    several = estimator.n_outputs_ > 1
    classes = list(estimator.classes_) if several else [estimator.classes_]
    counts = [len(labels) for labels in classes]
    trees = [graph_tree(member.tree_, _shares(member.tree_, counts)) for member in members]
    names = _ensemble(
        estimator, members, trees, aggregate, table, builder, "probability", sum(counts)
    )
    first, found = len(builder.nodes), []
    for labels, end in zip(classes, np.cumsum(counts), strict=True):
        own, label = names[end - len(labels) : end], builder.fresh("label")
        builder.add(ArgMax(own, label))
        found.append(classification(labels, label, () if several else own, builder))
    if not several:
        return found[0]
    prediction = several_labels(found, builder)
    builder.operation("columns", first)
    return prediction


def _shares(tree: object, counts: list[int]) -> np.ndarray:
    """The classes' shares of each output, side by side: (nodes, classes of all outputs)."""
    return np.concatenate([tree.value[:, k, :count] for k, count in enumerate(counts)], axis=1)


def _ensemble(
    estimator: object,
    members: list,
    trees: list[Tree],
    aggregate: Aggregate,
    table: Table,
    builder: Builder,
    hint: str,
    width: int,
) -> tuple[str, ...]:
    allow_missing = not table.sparse and accepts_missing(members[0], len(table.columns))
    table = tree_inputs(estimator, trees, table, builder, allow_missing=allow_missing)
    first = len(builder.nodes)
    names = tuple(builder.fresh(hint if width == 1 else f"{hint}{k}") for k in range(width))
    builder.add(TreeEnsemble(table.value_names, tuple(trees), aggregate, Compare.FLOAT32, names))
    builder.operation("tree_ensemble", first)
    return names


def tree_inputs(
    estimator: object, trees: list[Tree], table: Table, builder: Builder, *, allow_missing: bool
) -> Table:
    """The validation of what compares in float32: numbers that float32 can hold."""
    check_features(estimator, table, builder)
    refuse_wide_integers(trees, table, builder)
    table = builder.numbers(table)
    return check_finite(table, builder, allow_missing=allow_missing, float32=True)


def accepts_missing(member: object, columns: int) -> bool:
    """What the installed scikit-learn says about NaN in a dense matrix for this tree."""
    return bool(member._support_missing_values(np.empty((1, columns), dtype=np.float32)))


def refuse_wide_integers(trees: list[Tree], table: Table, builder: Builder) -> None:
    """Integers beyond 2^53 are rounded once to float32 by NumPy and twice by way of double."""
    wide = [i for i, value in enumerate(table.columns) if value.dtype == np.int64]
    if not wide:
        return
    for tree in trees:
        split = np.isin(tree.feature, wide) & np.isfinite(tree.threshold)
        if (np.abs(tree.threshold[split]) >= EXACT_INTEGERS / 2).any():
            raise builder.refuse(
                "it compares an integer column with a threshold near or beyond 2^53, where "
                "doubles skip integers",
                "give the model a signature with double for that column",
            )


def graph_tree(tree: object, values: np.ndarray) -> Tree:
    """The graph's tree for scikit-learn's ``tree_`` and its leaf values (nodes, outputs)."""
    leaf = tree.children_left < 0
    missing_left = np.asarray(tree.missing_go_to_left, dtype=bool) & ~leaf
    return Tree(
        feature=np.where(leaf, -1, tree.feature).astype(np.int32),
        threshold=np.where(leaf, 0.0, tree.threshold).astype(np.float64),
        left=np.asarray(tree.children_left, dtype=np.int32),
        right=np.asarray(tree.children_right, dtype=np.int32),
        missing_left=missing_left,
        values=np.ascontiguousarray(values, dtype=np.float64),
    )


def leaf_tree(value: float) -> Tree:
    """A tree of one leaf."""
    return Tree(
        feature=np.array([-1], dtype=np.int32),
        threshold=np.zeros(1),
        left=np.array([-1], dtype=np.int32),
        right=np.array([-1], dtype=np.int32),
        missing_left=np.zeros(1, dtype=bool),
        values=np.array([[value]], dtype=np.float64),
    )
