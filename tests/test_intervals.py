"""Columns computed from several inputs: where they cannot overflow, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from penstock.checks import refusals
from penstock.contract import CautiousRange, InputColumn, Output, OutputKind, Refusal
from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.intervals import intervals, safe_limit
from penstock.graph import (
    Aggregate,
    ArgMax,
    Binary,
    BinaryOp,
    CategoryMapper,
    Compare,
    Imputer,
    Linear,
    Link,
    LinkFunction,
    OneHotEncoder,
    Outputs,
    Tree,
    TreeEnsemble,
    Unary,
    UnaryOp,
    WeightedMedian,
    Where,
)
from penstock.lineage import definitions

MAX = float(np.finfo(np.float64).max)
KNOWN = {"x": (-2.0, 3.0), "y": (1.0, 4.0)}
STUMP = Tree(
    np.array([0, -1, -1]), np.array([0.5, 0, 0]), np.array([1, -1, -1]), np.array([2, -1, -1]),
    np.zeros(3, bool), np.array([[9.0], [-1.0], [2.0]]),
)  # fmt: skip


@pytest.mark.parametrize(
    "node, expected",
    [
        (Imputer(("x",), (5.0,), ("z",)), (-2.0, 5.0)),
        (OneHotEncoder("s", ("a",), ("z",)), (0.0, 1.0)),
        (CategoryMapper("s", ("a",), (2.0,), -1.0, "z"), (-1.0, 2.0)),
        (Binary(BinaryOp.SUB, "x", "y", "z"), (-6.0, 2.0)),
        (Binary(BinaryOp.MUL, "x", "y", "z"), (-8.0, 12.0)),
        (Binary(BinaryOp.DIV, "x", "y", "z"), (-2.0, 3.0)),
        (Binary(BinaryOp.MIN, "x", "y", "z"), (-2.0, 3.0)),
        (Binary(BinaryOp.LESS, "x", "y", "z"), (0.0, 1.0)),
        (Unary(UnaryOp.ABS, "x", "z"), (0.0, 3.0)),
        (Unary(UnaryOp.NEGATE, "x", "z"), (-3.0, 2.0)),
        (Unary(UnaryOp.IS_NAN, "x", "z"), (0.0, 1.0)),
        (Unary(UnaryOp.SIGN_BIT, "x", "z"), (0.0, 1.0)),
        (Where("y", "x", 7.0, "z"), (-2.0, 7.0)),
        (Linear(("x", "y"), ((2.0, -1.0),), (1.0,), ("z",)), (-7.0, 6.0)),
        (TreeEnsemble(("x",), (STUMP, STUMP), Aggregate.MEAN, Compare.FLOAT64, ("z",)), (-1, 2)),
        (Link(LinkFunction.SOFTMAX, ("x",), ("z",)), (0.0, 1.0)),
        (ArgMax(("x", "y"), "z"), (0.0, 1.0)),
        (WeightedMedian(("x", "y"), (1.0, 2.0), "z"), (-2.0, 4.0)),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, tuple) else "",
)
def test_each_word_has_the_interval_of_its_values(node, expected):
    assert intervals(node, KNOWN)["z"] == expected


@pytest.mark.parametrize(
    "node",
    [
        Binary(BinaryOp.DIV, "y", "x", "z"),
        Unary(UnaryOp.LOG, "x", "z"),
        Linear(("w",), ((2.0,),), (0.0,), ("z",)),
        Link(LinkFunction.SOFTMAX, ("x", "w"), ("z", "v")),
    ],
)
def test_what_may_be_no_finite_number_is_open(node):
    with np.errstate(all="ignore"):
        ends = intervals(node, {**KNOWN, "w": (-MAX, math.inf)})["z"]
    assert not np.isfinite(ends).all()


def test_inputs_are_kept_where_a_sum_of_them_cannot_overflow():
    defined = definitions([Linear(("a", "b"), ((1.0, -8.0),), (0.0,), ("z",))])
    types = {"a": None, "b": None}
    limit = safe_limit(defined, ["z"], types, {}, float32=False)
    assert 9 * limit <= MAX / 4 < 9 * 4 * limit
    small = safe_limit(defined, ["z"], types, {}, float32=True)
    assert 9 * small <= np.finfo(np.float32).max / 4 < 9 * 4 * small
    assert safe_limit(defined, ["z"], {"a": (0, 1), "b": (0, 1)}, {}, False) == math.inf
    assert safe_limit(defined, ["z"], types, {"a": (0, 1), "b": (0, 1)}, False) == math.inf


def test_a_step_after_a_sum_refuses_what_might_overflow():
    builder = Builder([InputColumn("a", "double"), InputColumn("b", "double")])
    builder.add(Linear(("a", "b"), ((1.0, 1.0),), (0.0,), ("z",)))
    with builder.step("model", object()):
        builder.finite(Table((Value("z", FLOAT64, missing=False),)), allow_missing=False)
    (check,) = builder.checks
    assert isinstance(check, CautiousRange)
    conversion = builder.finish(Outputs(("z",)), Output(OutputKind.REGRESSION, "double"))
    rows = [(1e300, -1e300), (MAX, 0.0), (0.0, -math.inf)]
    kinds = refusals(conversion.contract, rows)
    assert kinds == [None, Refusal.OUT_OF_RANGE, Refusal.OUT_OF_RANGE]
