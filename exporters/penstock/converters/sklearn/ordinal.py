"""OrdinalEncoder and TargetEncoder: a number, or one for each class, for each category."""

from __future__ import annotations

import numpy as np

from penstock.contract import Category
from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.lookup import look_up
from penstock.converters.sklearn.encoding import known_categories
from penstock.converters.sklearn.inputs import as_dtype
from penstock.converters.sklearn.output import transformed


def ordinal_encoder(estimator: object, table: Table, builder: Builder) -> Table:
    """The place of the category in ``categories_``, infrequent ones sharing the last place."""
    known = known_categories(estimator, table, builder)
    first = len(builder.nodes)
    dtype = np.dtype(estimator.dtype)
    refuses = estimator.handle_unknown == "error"
    # Rows with unknown categories are refused, so that their code is never seen.
    unknown = -1.0 if refuses else _as(dtype, estimator.unknown_value)
    columns: list[Value] = []
    for i, (value, categories) in enumerate(zip(table.columns, known, strict=True)):
        codes = [_as(dtype, code) for code in _codes(estimator, i, categories)]
        hint = [f"{value.name}.code"]
        columns += look_up(value, categories, np.array([codes]).T, [unknown], hint, builder)
    builder.operation("ordinal_encoder", first)
    return transformed(estimator, as_dtype(Table(tuple(columns)), dtype), builder)


def _codes(estimator: object, i: int, categories: list[Category]) -> list[float]:
    missing = estimator._missing_indices.get(i)
    mapping = None
    if getattr(estimator, "_infrequent_enabled", False):
        mapping = estimator._default_to_infrequent_mappings[i]
    return [
        estimator.encoded_missing_value if k == missing else k if mapping is None else mapping[k]
        for k in range(len(categories))
    ]


def _as(dtype: np.dtype, code: float) -> float:
    return float(np.asarray(code).astype(dtype))


def target_encoder(estimator: object, table: Table, builder: Builder) -> Table:
    """The target's shrunk mean for the category, the overall mean for an unknown one."""
    known = known_categories(estimator, table, builder)
    first = len(builder.nodes)
    classes = len(estimator.classes_) if estimator.target_type_ == "multiclass" else 1
    means = np.atleast_1d(estimator.target_mean_).astype(np.float64)
    columns: list[Value] = []
    for i, (value, categories) in enumerate(zip(table.columns, known, strict=True)):
        encodings = estimator.encodings_[i * classes : (i + 1) * classes]
        hints = [f"{value.name}.mean{j if classes > 1 else ''}" for j in range(classes)]
        columns += look_up(value, categories, np.stack(encodings, axis=1), means, hints, builder)
    builder.operation("target_encoder", first)
    return transformed(estimator, as_dtype(Table(tuple(columns)), FLOAT64), builder)
