"""AdaBoost: classification trees vote for one class with their weight, regressors give a median.

scikit-learn gives the weight to the class that a tree predicts and takes its share from
the others, adds up in the order of the trees, and divides by the sum of all weights.

A regression is the weighted median of the members' answers. scikit-learn adds up the weights
in the ascending order of the answers; NumPy leaves open in which order equal answers stand
(its sorting differs between processors). So the library itself may give the next answer
where weights sum to half of all within their rounding, and the word's bound says just that.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import OBJECT, Table
from penstock.converters.margins import above_zero, largest, softmax
from penstock.converters.names import public_name
from penstock.converters.sklearn.bagging import single_trees
from penstock.converters.sklearn.inner import numbers, predictor
from penstock.converters.sklearn.inputs import check_features, check_finite
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.trees import SINGLE_TREES, graph_tree, tree_inputs
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
    WeightedMedian,
)


def adaboost_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    refuse_text(table, builder)
    check_features(estimator, table, builder)
    table = check_finite(table, builder, allow_missing=False)
    members = estimator.estimators_
    weights = estimator.estimator_weights_[: len(members)]  # fewer where boosting ended early
    if not (np.isfinite(weights).all() and (weights >= 0.0).all()):
        raise builder.refuse(
            "a weight of its members is negative or infinite", "fit it with another learning_rate"
        )
    first = len(builder.nodes)
    if all(public_name(type(member)) in SINGLE_TREES for member in members):
        names = _of_trees(estimator, table, builder)
    else:
        names = _of_members(estimator, table, builder)
        first = len(builder.nodes)
    median = builder.fresh("prediction")
    builder.add(WeightedMedian(names, tuple(map(float, weights)), median))
    builder.operation("weighted_median", first)
    return Prediction(Outputs((median,)), Output(OutputKind.REGRESSION, "double"))


def _of_members(estimator: object, table: Table, builder: Builder) -> tuple[str, ...]:
    inner = replace(table, names=None)
    return tuple(
        numbers(predictor(f"estimator{i}", member, inner, builder), builder)[0]
        for i, member in enumerate(estimator.estimators_)
    )


def _of_trees(estimator: object, table: Table, builder: Builder) -> tuple[str, ...]:
    """The answers of trees, an ensemble of one for each."""
    members = estimator.estimators_
    trees = [graph_tree(member.tree_, member.tree_.value[:, 0, :]) for member in members]
    table = tree_inputs(estimator, trees, table, builder, allow_missing=False)
    names = tuple(builder.fresh(f"answer{i}") for i in range(len(trees)))
    for tree, name in zip(trees, names, strict=True):
        inputs, own = table.value_names, (tree,)
        builder.add(TreeEnsemble(inputs, own, Aggregate.SUM, Compare.FLOAT32, (name,)))
    return names


def refuse_text(table: Table, builder: Builder) -> None:
    if table.dtype == OBJECT:
        raise builder.refuse(
            "it checks text before it is parsed, where a NULL is let through and NaN is not",
            "give the model a signature of doubles",
        )


def adaboost_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    if getattr(estimator, "algorithm", None) == "SAMME.R" and _knows_real_votes():
        raise builder.refuse(
            "its algorithm SAMME.R adds up logarithms, which no file can add in the same way",
            "fit it with algorithm='SAMME'",
        )
    refuse_text(table, builder)
    count = int(estimator.n_classes_)
    if count < 2:
        raise builder.refuse("it knows a single class", "fit it on two or more classes")
    members = single_trees(estimator, builder)
    weights = estimator.estimator_weights_
    trees = [_votes(m, w, estimator) for m, w in zip(members, weights, strict=False)]
    check_features(estimator, table, builder)
    table = check_finite(table, builder, allow_missing=False)
    table = tree_inputs(estimator, trees, table, builder, allow_missing=False)
    first = len(builder.nodes)
    votes = tuple(builder.fresh(f"votes{k}") for k in range(count))
    builder.add(
        TreeEnsemble(table.value_names, tuple(trees), Aggregate.SUM, Compare.FLOAT32, votes)
    )
    total = float(weights.sum())
    shares = tuple(_binary(BinaryOp.DIV, vote, total, f"{vote}.share", builder) for vote in votes)
    if count == 2:
        margins, label, scores = _two(shares, builder)
    else:
        margins, label = shares, largest(shares, builder)
        scores = tuple(
            _binary(BinaryOp.DIV, share, float(count - 1), f"{share}.scaled", builder)
            for share in shares
        )
    probabilities = softmax(scores, builder)
    builder.operation("tree_ensemble", first)
    return classification(estimator.classes_, label, probabilities, builder, margins)


def _two(shares: tuple[str, ...], builder: Builder) -> tuple[tuple[str], str, tuple[str, str]]:
    """The margin of two classes, the class's index, and what softmax reads."""
    no = _negated(shares[0], builder)
    margin = _binary(BinaryOp.ADD, no, shares[1], "margin", builder)
    label = above_zero(margin, builder)
    scores = (
        _binary(BinaryOp.DIV, _negated(margin, builder), 2.0, "margin.no", builder),
        _binary(BinaryOp.DIV, margin, 2.0, "margin.yes", builder),
    )
    return (margin,), label, scores


def _votes(member: object, weight: float, estimator: object) -> Tree:
    """The tree with a leaf's vote for each class instead of its probabilities."""
    winner = member.classes_.take(np.argmax(member.tree_.value[:, 0, :], axis=1), axis=0)
    hit = winner[:, None] == estimator.classes_[None, :]
    return graph_tree(
        member.tree_, np.where(hit, weight, -1 / (len(estimator.classes_) - 1) * weight)
    )


def _binary(op: BinaryOp, left: str, right: str | float, hint: str, builder: Builder) -> str:
    name = builder.fresh(hint)
    builder.add(Binary(op, left, right, name))
    return name


def _negated(column: str, builder: Builder) -> str:
    name = builder.fresh(f"{column}.negate")
    builder.add(Unary(UnaryOp.NEGATE, column, name))
    return name


def _knows_real_votes() -> bool:
    """Whether the installed scikit-learn has SAMME.R; newer ones ignore the setting."""
    from sklearn.ensemble import _weight_boosting

    return hasattr(_weight_boosting, "_samme_proba")
