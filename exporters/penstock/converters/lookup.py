"""Numbers looked up by category: what OrdinalEncoder and TargetEncoder become."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from penstock.contract import Category
from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Value
from penstock.graph import Aggregate, CategoryMapper, Compare, Tree, TreeEnsemble, Where

NAN = math.nan


def look_up(
    value: Value,
    known: Sequence[Category],
    codes: np.ndarray,
    unknown: Sequence[float],
    names: Sequence[str],
    builder: Builder,
) -> list[Value]:
    """One column for each output: the code of the category that ``value`` holds.

    ``known`` are the categories (a NaN of a text column can never occur), ``codes`` has
    shape (categories, outputs), ``unknown`` the code of any other value for each output;
    codes may be NaN. ``names`` are hints for the columns.
    """
    fits = [k for k, category in enumerate(known) if not (value.text and category != category)]
    categories, codes = [known[k] for k in fits], np.asarray(codes, dtype=np.float64)[fits]
    unknown = np.asarray(unknown, dtype=np.float64)
    add = _by_text if value.text else _by_number
    absent = np.isnan(codes), np.isnan(unknown)
    numbers = np.where(absent[0], 0.0, codes), np.where(absent[1], 0.0, unknown)
    found = add(value, categories, *numbers, names, builder)
    columns = []
    for j, name in enumerate(found):
        undefined = bool(absent[1][j])
        missing = undefined or bool(value.missing and absent[0][:, j].any())
        if missing:  # files hold no NaN, so it is set where a second lookup says so
            flags = absent[0][:, j : j + 1].astype(float), absent[1][j : j + 1].astype(float)
            (flag,) = add(value, categories, *flags, [f"{names[j]}.unknown"], builder)
            code, name = name, builder.fresh(names[j])
            builder.add(Where(flag, NAN, code, name))
        possible = np.append(numbers[0][:, j], numbers[1][j])
        extremes = (float(possible.min()), float(possible.max()))
        columns.append(
            Value(name, FLOAT64, missing=missing, extremes=extremes, undefined=undefined)
        )
    return columns


def _by_text(
    value: Value,
    categories: Sequence[Category],
    codes: np.ndarray,
    unknown: np.ndarray,
    hints: Sequence[str],
    builder: Builder,
) -> list[str]:
    names = [builder.fresh(hint) for hint in hints]
    for j, name in enumerate(names):
        values = tuple(map(float, codes[:, j]))
        if not categories:  # nothing is known: any text will do to say so
            categories, values = [""], (float(unknown[j]),)
        builder.add(CategoryMapper(value.name, tuple(categories), values, float(unknown[j]), name))
    return names


def _by_number(
    value: Value,
    categories: Sequence[float],
    codes: np.ndarray,
    unknown: np.ndarray,
    hints: Sequence[str],
    builder: Builder,
) -> list[str]:
    """One tree: up to just below a category, up to the category itself, and so on."""
    names = [builder.fresh(hint) for hint in hints]
    missing, bounds, leaves = unknown, [], []
    for k in np.argsort(categories):  # NaN comes last
        category = float(categories[k])
        if category != category:
            missing = codes[k]
            continue
        below = math.nextafter(category, -math.inf)
        if not bounds or bounds[-1] != below:
            bounds.append(below)
            leaves.append(unknown)
        bounds.append(category)
        leaves.append(codes[k])
    tree = step_tree(bounds, [*leaves, unknown], missing)
    builder.add(TreeEnsemble((value.name,), (tree,), Aggregate.SUM, Compare.FLOAT64, tuple(names)))
    return names


def step_tree(bounds: Sequence[float], leaves: Sequence[np.ndarray], missing: np.ndarray) -> Tree:
    """The leaf of the first of the ascending ``bounds`` that x is at or below, else the last.

    ``missing`` is the leaf for NaN. Leaves have shape (outputs,).
    """
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    values: list[np.ndarray] = []

    def node(split: float | None, leaf: np.ndarray) -> int:
        feature.append(-1 if split is None else 0)
        threshold.append(0.0 if split is None else split)
        left.append(-1)
        right.append(-1)
        values.append(leaf)
        return len(feature) - 1

    def subtree(low: int, high: int) -> int:
        if low == high:
            return node(None, leaves[low])
        middle = (low + high) // 2
        here = node(bounds[middle], missing)
        left[here] = subtree(low, middle)
        right[here] = subtree(middle + 1, high)
        return here

    root = node(math.inf, missing)  # numbers go left, NaN goes right
    left[root] = subtree(0, len(bounds))
    right[root] = node(None, missing)
    return Tree(
        feature=np.array(feature, dtype=np.int32),
        threshold=np.array(threshold),
        left=np.array(left, dtype=np.int32),
        right=np.array(right, dtype=np.int32),
        missing_left=np.zeros(len(feature), dtype=bool),
        values=np.array(values, dtype=np.float64),
    )
