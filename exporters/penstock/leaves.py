"""The leaves that a library's own trees reach, to hold a file's trees against.

Told for each tree of the graph's last ensembles, in their order, as the graph numbers
the nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from scipy.sparse import issparse

from penstock.converters.names import public_name

Apply = Callable[[Any, Any], np.ndarray]
"""From a fitted estimator and the columns it gets to the leaves, integers (rows, trees)."""


def finder(estimator: Any) -> Apply | None:
    """What gives the leaves of a fitted estimator, None where nothing does."""
    apply = _APPLY.get(public_name(type(estimator)) or "")
    if apply is None or not all(hasattr(m, "tree_") for m in _whole_models(estimator)):
        return None
    return apply


def _whole_models(estimator: Any) -> list[Any]:
    """The members of an ensemble that need not be trees."""
    is_open = public_name(type(estimator)) == "sklearn.ensemble.AdaBoostRegressor"
    return estimator.estimators_ if is_open else []


def _apply(estimator: Any, x: Any) -> np.ndarray:
    leaves = np.asarray(estimator.apply(x))
    return leaves.reshape(len(leaves), -1)


def _float32(x: Any) -> Any:
    """The columns as trees get them, a dense matrix or rows of a sparse one."""
    if issparse(x):
        return x.tocsr().astype(np.float32)
    with np.errstate(over="ignore"):
        return np.asarray(x).astype(np.float32)


def _beside(found: Iterable[np.ndarray], rows: int, trees: int) -> np.ndarray:
    """The leaves (rows, trees) from those of each tree."""
    leaves = np.empty((trees, rows), dtype=np.int32)
    for k, one in enumerate(found):
        leaves[k] = one
    return leaves.T


def _boosted(estimator: Any, x: Any) -> np.ndarray:
    """The trees of each class after each other, each class begun by a tree for ``init_``."""
    x = _float32(x)
    start = np.zeros(x.shape[0], dtype=np.int64)
    if hasattr(estimator.init_, "tree_"):
        start = estimator.init_.tree_.apply(x)
    found = (
        tree.tree_.apply(x) if tree is not None else start
        for trees in estimator.estimators_.T
        for tree in (None, *trees)
    )
    return _beside(found, len(start), estimator.estimators_.size + estimator.estimators_.shape[1])


def _members(estimator: Any, x: Any) -> np.ndarray:
    """Trees that all look at the same columns."""
    x = _float32(x)
    trees = estimator.estimators_
    return _beside((tree.tree_.apply(x) for tree in trees), x.shape[0], len(trees))


def _own_columns(estimator: Any, x: Any) -> np.ndarray:
    """Trees of which each looks at columns of its own."""
    x = _float32(x)
    pairs = zip(estimator.estimators_, estimator.estimators_features_, strict=True)
    return np.stack([tree.tree_.apply(x[:, features]) for tree, features in pairs], axis=1)


def _isolation(estimator: Any, x: Any) -> np.ndarray:
    whole = estimator._max_features == estimator.n_features_in_
    return (_members if whole else _own_columns)(estimator, x)


def _histogram(estimator: Any, x: Any) -> np.ndarray:
    """As ``_boosted``; the predictors walk over copies whose leaves hold their own number."""
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

    x = estimator._preprocess_X(x, reset=False)
    known = estimator._bin_mapper.make_known_categories_bitsets()
    found = []
    for trees in zip(*estimator._predictors, strict=True):
        found.append(np.zeros(len(x)))
        for tree in trees:
            nodes = tree.nodes.copy()
            nodes["value"] = np.arange(len(nodes))
            numbered = TreePredictor(nodes, tree.binned_left_cat_bitsets, tree.raw_left_cat_bitsets)
            found.append(numbered.predict(x, *known, n_threads=1))
    return np.stack(found, axis=1).astype(np.int64)


_APPLY: dict[str, Apply] = {
    "sklearn.ensemble.AdaBoostClassifier": _members,
    "sklearn.ensemble.AdaBoostRegressor": _members,
    "sklearn.ensemble.BaggingClassifier": _own_columns,
    "sklearn.ensemble.BaggingRegressor": _own_columns,
    "sklearn.ensemble.ExtraTreesClassifier": _apply,
    "sklearn.ensemble.ExtraTreesRegressor": _apply,
    "sklearn.ensemble.GradientBoostingClassifier": _boosted,
    "sklearn.ensemble.GradientBoostingRegressor": _boosted,
    "sklearn.ensemble.HistGradientBoostingClassifier": _histogram,
    "sklearn.ensemble.HistGradientBoostingRegressor": _histogram,
    "sklearn.ensemble.IsolationForest": _isolation,
    "sklearn.ensemble.RandomForestClassifier": _apply,
    "sklearn.ensemble.RandomForestRegressor": _apply,
    "sklearn.tree.DecisionTreeClassifier": _apply,
    "sklearn.tree.DecisionTreeRegressor": _apply,
    "sklearn.tree.ExtraTreeClassifier": _apply,
    "sklearn.tree.ExtraTreeRegressor": _apply,
}
