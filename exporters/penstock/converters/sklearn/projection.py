"""PCA and TruncatedSVD: weighted sums of the columns."""

from __future__ import annotations

import numpy as np
from sklearn.decomposition import PCA

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.sklearn.inputs import numeric_matrix, refuse_float32
from penstock.converters.sklearn.linear import linear_node
from penstock.converters.sklearn.output import transformed
from penstock.graph import BinaryOp

CENTRES_AFTERWARDS = hasattr(PCA, "_transform")
"""From 1.5 on the mean is subtracted after the projection; before, from the columns."""


def pca(estimator: object, table: Table, builder: Builder) -> Table:
    """``X @ components_.T - mean_ @ components_.T``, whitened by the root of the variances.

    The constant term is computed as the library does it in each call.
    """
    table = _matrix(estimator, table, builder)
    first = len(builder.nodes)
    components, mean = estimator.components_, estimator.mean_
    if CENTRES_AFTERWARDS or table.sparse:
        offset = -(np.reshape(mean, (1, -1)) @ components.T)[0]
    else:
        offset = np.zeros(len(components))
        columns = zip(table.columns, mean, strict=True)
        centred = [builder.arithmetic(BinaryOp.SUB, v, m, f"{v.name}.sub") for v, m in columns]
        table = Table(tuple(centred))
    columns = _projected(components, offset, table, builder)
    if estimator.whiten:
        scale = np.sqrt(estimator.explained_variance_)
        if CENTRES_AFTERWARDS:  # and keeps away from division by zero
            scale = np.maximum(scale, np.finfo(scale.dtype).eps)
        columns = [
            builder.arithmetic(BinaryOp.DIV, value, divisor, f"{value.name}.div")
            for value, divisor in zip(columns, scale, strict=True)
        ]
    builder.operation("pca", first)
    return transformed(estimator, Table(tuple(columns)), builder)


def truncated_svd(estimator: object, table: Table, builder: Builder) -> Table:
    """``X @ components_.T``."""
    table = _matrix(estimator, table, builder)
    first = len(builder.nodes)
    components = estimator.components_
    columns = _projected(components, np.zeros(len(components)), table, builder)
    builder.operation("truncated_svd", first)
    return transformed(estimator, Table(tuple(columns)), builder)


def _matrix(estimator: object, table: Table, builder: Builder) -> Table:
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    refuse_float32(table, builder, "projects")
    return table


def _projected(
    components: np.ndarray, offset: np.ndarray, table: Table, builder: Builder
) -> list[Value]:
    names = linear_node(table, builder, components, offset, "component")
    return [Value(name, FLOAT64, missing=False) for name in names]
