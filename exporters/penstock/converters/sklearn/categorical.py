"""Categorical splits of histogram boosting: a set of categories goes left, the others right.

Each set that a split asks for becomes a column of its own, 0.0 for what goes left and 1.0 for
what goes right, over which the tree splits at 0.5. A missing value and a category that was
not seen in training go where the split sends missing values, so such a column has no gaps.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Table
from penstock.converters.lookup import look_up
from penstock.converters.sklearn.encoding import known_categories
from penstock.converters.sklearn.inputs import as_dtype

Split = tuple[int, bytes, bool]
"""The encoded column, the bits of the codes that go left, and whether missing values do."""

BITS = 32


class CategoricalInputs:
    """The columns that the trees of an estimator with categorical features read."""

    def __init__(self, estimator: object, table: Table, builder: Builder):
        """scikit-learn encodes the categorical columns first and puts them before the others."""
        is_categorical = np.asarray(estimator.is_categorical_, dtype=bool)
        self.encoded = int(is_categorical.sum())
        texts = table.select(np.flatnonzero(is_categorical).tolist())
        encoder = estimator._preprocessor.named_transformers_["encoder"]
        known = known_categories(encoder, texts, builder)
        numbers = as_dtype(
            builder.numbers(table.select(np.flatnonzero(~is_categorical).tolist())), FLOAT64
        )
        self.names = list(numbers.value_names)
        self._places: dict[Split, int] = {}
        for i, (value, categories) in enumerate(zip(texts.columns, known, strict=True)):
            asked = [split for split in _splits(estimator) if split[0] == i]
            if not asked:
                continue
            codes = np.array([_sides(split, len(categories)) for split in asked]).T
            unknown = np.array([float(not split[2]) for split in asked])
            codes[[category != category for category in categories]] = unknown
            hints = [f"{value.name}.split{j}" for j in range(len(asked))]
            for split, found in zip(
                asked, look_up(value, categories, codes, unknown, hints, builder), strict=True
            ):
                self._places[split] = len(self.names)
                self.names.append(found.name)

    def features(self, predictor: object) -> np.ndarray:
        """For each node the place in ``names`` of what it compares; any at a leaf."""
        places = predictor.nodes["feature_idx"].astype(np.int32) - self.encoded
        for node, split in _of(predictor):
            places[node] = self._places[split]
        return places


def is_split(nodes: np.ndarray) -> np.ndarray:
    """Which nodes ask for a set of categories."""
    return (nodes["is_categorical"] == 1) & (nodes["is_leaf"] == 0)


def _of(predictor: object) -> Iterable[tuple[int, Split]]:
    nodes = predictor.nodes
    for node in np.flatnonzero(is_split(nodes)):
        bits = predictor.raw_left_cat_bitsets[nodes["bitset_idx"][node]]
        missing = bool(nodes["missing_go_to_left"][node])
        yield int(node), (int(nodes["feature_idx"][node]), bits.tobytes(), missing)


def _splits(estimator: object) -> dict[Split, None]:
    """The different splits of all trees, in the order in which they are met."""
    every = (tree for trees in estimator._predictors for tree in trees)
    return dict.fromkeys(split for tree in every for _, split in _of(tree))


def _sides(split: Split, count: int) -> list[float]:
    """0.0 for each code that goes left, 1.0 for the others."""
    words = np.frombuffer(split[1], dtype=np.uint32).tolist()
    return [float(not words[code // BITS] >> code % BITS & 1) for code in range(count)]
