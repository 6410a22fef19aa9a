"""Binarizer and KBinsDiscretizer: comparisons with fitted or given edges."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT32, FLOAT64, Table, Value
from penstock.converters.constants import constant_column
from penstock.converters.lookup import step_tree
from penstock.converters.sklearn.inputs import (
    as_dtype,
    check_features,
    check_finite,
    numeric_matrix,
)
from penstock.converters.sklearn.output import transformed
from penstock.graph import Aggregate, Binary, BinaryOp, Compare, TreeEnsemble, Unary, UnaryOp


def binarizer(estimator: object, table: Table, builder: Builder) -> Table:
    """1 where ``x > threshold``, else 0, in the dtype of the columns."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    threshold = float(estimator.threshold)
    if table.sparse and threshold < 0:
        raise builder.refuse(
            "scikit-learn refuses a sparse matrix with a threshold below zero",
            "use a threshold of zero or above, or make the steps before dense",
        )
    if table.dtype == FLOAT32:  # NumPy compares float32 columns with a float32 number
        threshold = float(np.float32(threshold))
    first = len(builder.nodes)
    columns = []
    for value in table.columns:
        name = builder.fresh(f"{value.name}.binary")
        builder.add(Binary(BinaryOp.GREATER, value.name, threshold, name))
        columns.append(Value(name, value.dtype, missing=False, extremes=(0.0, 1.0)))
    builder.operation("binarizer", first)
    return transformed(estimator, replace(table, columns=tuple(columns)), builder)


def k_bins_discretizer(estimator: object, table: Table, builder: Builder) -> Table:
    """The number of inner edges at or below x, or a column of 0.0 and 1.0 for each bin."""
    check_features(estimator, table, builder)
    table = _as_floats(estimator, builder.numbers(table), builder)
    first = len(builder.nodes)
    columns: list[Value] = []
    for value, edges in zip(table.columns, estimator.bin_edges_, strict=True):
        inner = [float(edge) for edge in edges[1:-1]]
        if estimator.encode == "ordinal":
            columns.append(_place(value, inner, builder))
        else:
            columns += _indicators(value, inner, builder)
    builder.operation("k_bins", first)
    sparse = estimator.encode == "onehot"
    return transformed(estimator, Table(tuple(columns), table.names, sparse), builder)


def _as_floats(estimator: object, table: Table, builder: Builder) -> Table:
    """Columns of ``dtype``, or where that is None doubles, or float32 if all are."""
    wanted = table.dtype if estimator.dtype is None else np.dtype(estimator.dtype)
    wanted = FLOAT32 if wanted == FLOAT32 else FLOAT64
    narrows = wanted == FLOAT32 and table.dtype != FLOAT32
    table = check_finite(table, builder, allow_missing=False, float32=narrows)
    if narrows:
        table = replace(table, columns=tuple(_rounded(value, builder) for value in table.columns))
    return as_dtype(table, wanted)


def _rounded(value: Value, builder: Builder) -> Value:
    name = builder.fresh(f"{value.name}.float32")
    builder.add(Unary(UnaryOp.FLOAT32, value.name, name))
    return replace(value, name=name)


def _place(value: Value, edges: list[float], builder: Builder) -> Value:
    """A tree that compares in double: x is at or above an edge where it is above what precedes."""
    bounds = [math.nextafter(edge, -math.inf) for edge in edges]
    leaves = [np.array([float(k)]) for k in range(len(edges) + 1)]
    tree = step_tree(bounds, leaves, leaves[-1])
    name = builder.fresh(f"{value.name}.bin")
    builder.add(TreeEnsemble((value.name,), (tree,), Aggregate.SUM, Compare.FLOAT64, (name,)))
    return Value(name, value.dtype, missing=False, extremes=(0.0, float(len(edges))))


def _indicators(value: Value, edges: list[float], builder: Builder) -> list[Value]:
    """At or above the lower edge, but not at or above the upper one."""
    if not edges:
        return [constant_column(builder, value, 1.0, value.dtype, f"{value.name}.bin0")]
    reached = [builder.fresh(f"{value.name}>={edge}") for edge in edges]
    for edge, name in zip(edges, reached, strict=True):
        builder.add(Binary(BinaryOp.GREATER_OR_EQUAL, value.name, edge, name))
    names = [builder.fresh(f"{value.name}.bin{k}") for k in range(len(edges))]
    for k, name in enumerate(names):
        below = 1.0 if k == 0 else reached[k - 1]
        builder.add(Binary(BinaryOp.SUB, below, reached[k], name))
    names.append(reached[-1])
    return [Value(name, value.dtype, missing=False, extremes=(0.0, 1.0)) for name in names]
