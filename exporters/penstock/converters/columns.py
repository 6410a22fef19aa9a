"""What a step of the model gets: columns with the dtype that the library would see.

That dtype decides precision, parsing and refusals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from penstock.contract import InputColumn

DTYPES = {
    "double": np.dtype(np.float64),
    "float": np.dtype(np.float32),
    "integer": np.dtype(np.int32),
    "long": np.dtype(np.int64),
    "boolean": np.dtype(np.bool_),
    "string": np.dtype(object),
}
EXTREMES = {
    "integer": (-(2.0**31), 2.0**31),
    "long": (-(2.0**63), 2.0**63),
    "boolean": (0.0, 1.0),
}
OBJECT = np.dtype(object)
FLOAT64 = np.dtype(np.float64)
FLOAT32 = np.dtype(np.float32)


@dataclass(frozen=True)
class Value:
    """One column on its way through the model.

    ``name``: the graph column. ``dtype``: what the library sees. ``text``: it still
    is the raw text of an input, neither parsed nor used as a category so far.
    ``missing``: it may be NaN (or None). ``extremes``: the least and the greatest
    number that it can be whatever the row (an indicator, an integer), or None where
    an input's range decides. ``imputed``: text in which an imputer filled NaN but not
    None, so that the two differ downstream; ``only_null``: text of which a step before
    refused NaN but not None. ``undefined``: it may be NaN although no input is missing,
    for a category that its encoder does not know.
    """

    name: str
    dtype: np.dtype
    text: bool = False
    missing: bool = True
    extremes: tuple[float, float] | None = None
    imputed: bool = False
    only_null: bool = False
    undefined: bool = False


@dataclass(frozen=True)
class Table:
    """The columns that a step gets. ``names`` is None for a bare array.

    A name is None where only scikit-learn's run knows it, as in a frame of which a part has no
    ``get_feature_names_out``.
    ``predictor``: the name and the estimator that predict from just these columns, where
    the step that made them is a predictor too, should nothing come after it.
    """

    columns: tuple[Value, ...]
    names: tuple[str | None, ...] | None = None
    sparse: bool = False
    predictor: tuple[str, object] | None = None

    @staticmethod
    def of_inputs(columns: Sequence[InputColumn], array: bool) -> Table:
        values = tuple(
            Value(
                name=column.name,
                dtype=DTYPES[column.type],
                text=column.type == "string",
                missing=column.type in ("double", "float", "string"),
                extremes=EXTREMES.get(column.type),
            )
            for column in columns
        )
        return Table(values, None if array else tuple(column.name for column in columns))

    @property
    def dtype(self) -> np.dtype:
        """The dtype of the columns as one array."""
        if not self.columns:
            return FLOAT64
        return np.result_type(*(value.dtype for value in self.columns))

    @property
    def value_names(self) -> tuple[str, ...]:
        """The graph columns, which have names of their own."""
        return tuple(value.name for value in self.columns)

    def select(self, indices: Iterable[int]) -> Table:
        indices = list(indices)
        names = None if self.names is None else tuple(self.names[i] for i in indices)
        return Table(tuple(self.columns[i] for i in indices), names, self.sparse)
