"""ColumnTransformer and FeatureUnion: transformers whose results stand side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT64, OBJECT, Table
from penstock.converters.names import class_name
from penstock.converters.sklearn.inputs import as_dtype
from penstock.converters.sklearn.output import output_container, transformed
from penstock.errors import SignatureError
from penstock.graph import BinaryOp


def column_transformer(estimator: object, table: Table, builder: Builder) -> Table:
    """Transformers run, and refuse, in their order; "drop" and empty ones do not run."""
    from penstock.converters.table import convert_step

    weights = estimator.transformer_weights or {}
    parts = []
    for name, transformer, columns in estimator.transformers_:
        indices = estimator._transformer_to_input_indices[name]
        if len(indices) == 0 or (isinstance(transformer, str) and transformer == "drop"):
            continue
        if np.isscalar(columns):
            raise builder.refuse(
                f"{name!r} gets the single column {columns!r} as a one-dimensional array",
                f"write [{columns!r}] in the ColumnTransformer",
            )
        part = _select(estimator, table, indices, columns, builder)
        if not isinstance(transformer, str):
            part = convert_step(name, transformer, part, builder)
        if isinstance(part, Prediction):
            raise _predicts(name, transformer, builder)
        if weights.get(name) is not None:
            part = _weighted(part, weights[name], builder)
        parts.append(part)
    if not any(part.columns for part in parts):
        raise builder.refuse("it keeps no column at all", "leave it out, and the model with it")
    builder.operation("columns", len(builder.nodes))
    stacked = _stack(estimator, parts, estimator.sparse_output_, builder)
    return transformed(estimator, stacked, builder)


def feature_union(estimator: object, table: Table, builder: Builder) -> Table:
    """Every transformer gets all columns; a sparse result makes the whole sparse."""
    from penstock.converters.table import convert_step

    weights = estimator.transformer_weights or {}
    parts = []
    for name, transformer in estimator.transformer_list:
        if isinstance(transformer, str) and transformer == "drop":
            continue
        part = table
        if not isinstance(transformer, str):
            part = convert_step(name, transformer, table, builder)
        if isinstance(part, Prediction):
            raise _predicts(name, transformer, builder)
        if weights.get(name) is not None:
            part = _weighted(part, weights[name], builder)
        parts.append(part)
    builder.operation("columns", len(builder.nodes))
    sparse = any(part.sparse for part in parts)
    return transformed(estimator, _stack(estimator, parts, sparse, builder), builder)


def _predicts(name: str, transformer: object, builder: Builder) -> Exception:
    return builder.refuse(
        f"its transformer {name!r} ({class_name(transformer)}) predicts",
        "export a model whose last step alone predicts",
    )


def _select(
    estimator: object, table: Table, indices: list[int], columns: object, builder: Builder
) -> Table:
    """The columns of one transformer: by name between frames, else by position."""
    fitted = getattr(estimator, "feature_names_in_", None)
    if fitted is not None and table.names is not None and None not in table.names:
        wanted = [str(fitted[i]) for i in indices]
        missing = [name for name in wanted if name not in table.names]
        if missing:
            raise SignatureError(
                f"step {builder.step_path!r} needs the columns {', '.join(map(repr, missing))}, "
                "which the signature lacks; give the model the signature of its training columns"
            )
        return table.select(table.names.index(name) for name in wanted)
    if len(table.columns) != estimator.n_features_in_:
        raise SignatureError(
            f"step {builder.step_path!r} was fitted on {estimator.n_features_in_} columns and "
            f"the signature gives it {len(table.columns)}; log the model with the columns it "
            "was fitted on"
        )
    by_name = isinstance(columns, str) or (
        not isinstance(columns, slice) and any(isinstance(c, str) for c in columns)
    )
    if by_name and table.names is None:
        raise SignatureError(
            f"step {builder.step_path!r} picks columns by name and the signature is a tensor; "
            "log the model with a signature of named columns"
        )
    return table.select(indices)


def _weighted(part: Table, weight: float, builder: Builder) -> Table:
    if any(value.dtype != FLOAT64 for value in part.columns) or not 0 < weight < np.inf:
        raise builder.refuse(
            f"it weights with {weight} a transformer's columns that are not all doubles, or the "
            "weight is not a positive number",
            "leave the weight out, or put the weighted columns through a scaler",
        )
    return replace(
        part,
        columns=tuple(
            builder.arithmetic(BinaryOp.MUL, value, weight, f"{value.name}.weight")
            for value in part.columns
        ),
    )


def _stack(estimator: object, parts: list[Table], sparse: bool, builder: Builder) -> Table:
    """The results side by side, in the dtype that they have in common unless all are frames."""
    if sparse:
        parts = [builder.numbers(part) for part in parts]
        stacked = Table(tuple(value for part in parts for value in part.columns), None, True)
        return as_dtype(stacked, stacked.dtype)
    is_array = output_container(estimator) == "default" or any(p.names is None for p in parts)
    if is_array:
        parts = [as_dtype(part, array_dtype(part)) for part in parts]
    stacked = Table(tuple(value for part in parts for value in part.columns))
    if is_array:
        stacked = as_dtype(stacked, stacked.dtype)
    return stacked


def array_dtype(part: Table) -> np.dtype:
    """The dtype of a transformer's result as an array.

    pandas makes objects of a frame that mixes booleans with numbers.
    """
    booleans = [value.dtype == np.bool_ for value in part.columns]
    if part.names is not None and any(booleans) and not all(booleans):
        return OBJECT
    return part.dtype
