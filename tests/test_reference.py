"""The bounds of the reference: wide enough for every right answer, narrow enough to mean it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.errors import UnsupportedOperationError
from penstock.graph import (
    Aggregate,
    ArgMax,
    Binary,
    BinaryOp,
    Column,
    Compare,
    Graph,
    Kind,
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
)
from penstock.reference import evaluate

EPS = 2.0**-52
FINITE = st.floats(-1e150, 1e150)


def graph(inputs, nodes, predictions, probabilities=(), labels=()):
    return Graph(
        tuple(Column(name, Kind.NUMBER) for name in inputs),
        tuple(nodes),
        Outputs(tuple(predictions), tuple(labels), tuple(probabilities)),
    )


def linear(weights, intercept):
    names = tuple(f"x{i}" for i in range(len(weights)))
    node = Linear(names, (tuple(weights),), (intercept,), ("y",))
    return graph(names, [node], ["y"])


def column_values(values):
    return {f"x{i}": np.array([x]) for i, x in enumerate(values)}


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=40), FINITE, st.randoms())
@settings(max_examples=200, deadline=None)
def test_any_order_of_summation_is_within_the_linear_bound(terms, intercept, random):
    found = evaluate(linear([w for w, _ in terms], intercept), column_values([x for _, x in terms]))
    products = [w * x for w, x in terms] + [intercept]
    for _ in range(4):
        random.shuffle(products)
        total = 0.0
        for product in products:
            total += product
        assert abs(total - found.predictions[0, 0]) <= found.bounds[0, 0]
    exact = sum(Fraction(w) * Fraction(x) for w, x in terms) + Fraction(intercept)
    assert abs(Fraction(float(found.predictions[0, 0])) - exact) <= Fraction(
        float(found.bounds[0, 0])
    )


def test_the_linear_bound_is_that_of_the_formula():
    found = evaluate(linear([2.0, -3.0], 0.5), column_values([10.0, 7.0]))
    assert found.bounds[0, 0] == pytest.approx((2 + 2) * EPS * (20.0 + 21.0 + 0.5), rel=1e-12)


@given(st.floats(-800, 800))
@settings(max_examples=300, deadline=None)
def test_the_logistic_bound_holds_and_is_a_few_units_wide(x):
    node = Link(LinkFunction.LOGISTIC, ("x0",), ("p",))
    found = evaluate(graph(["x0"], [node], ["p"]), column_values([x]))
    p, bound = found.predictions[0, 0], found.bounds[0, 0]
    other = 1.0 / (1.0 + math.exp(-x)) if x > -709 else 0.0
    assert abs(other - p) <= bound
    for exp in (math.exp(-x) * (1 + 4 * EPS), math.exp(-x) * (1 - 4 * EPS)) if x > -709 else ():
        assert abs(1.0 / (1.0 + exp) - p) <= bound
    assert bound <= 10 * EPS * p + 1e-300


@given(st.lists(st.floats(-700, 700), min_size=2, max_size=12))
@settings(max_examples=200, deadline=None)
def test_the_softmax_bound_holds_for_another_order_and_exponential(scores):
    names = tuple(f"x{i}" for i in range(len(scores)))
    outputs = tuple(f"p{i}" for i in range(len(scores)))
    found = evaluate(
        graph(names, [Link(LinkFunction.SOFTMAX, names, outputs)], outputs), column_values(scores)
    )
    top = max(scores)
    for wobble in (1 + 4 * EPS, 1 - 4 * EPS, 1.0):
        exps = [math.exp(s - top) * wobble ** (i % 2) for i, s in enumerate(scores)]
        total = 0.0
        for e in reversed(exps):
            total += e
        for j, e in enumerate(exps):
            assert abs(e / total - found.predictions[0, j]) <= found.bounds[0, j]
    widest = 1500 * EPS * len(scores)
    assert (found.bounds <= widest * found.predictions + 1e-300).all()


@given(FINITE, FINITE, st.sampled_from([BinaryOp.ADD, BinaryOp.SUB, BinaryOp.MUL, BinaryOp.DIV]))
@settings(max_examples=200, deadline=None)
def test_a_bound_travels_through_arithmetic(x, constant, op):
    nodes = [
        Linear(("x0",), ((1.0,),), (0.1,), ("y",)),
        Binary(op, "y", constant, "z"),
    ]
    found = evaluate(graph(["x0"], nodes, ["z"]), column_values([x]))
    inner = evaluate(graph(["x0"], nodes[:1], ["y"]), column_values([x]))
    y, b = inner.predictions[0, 0], inner.bounds[0, 0]
    function = {
        BinaryOp.ADD: np.add, BinaryOp.SUB: np.subtract,
        BinaryOp.MUL: np.multiply, BinaryOp.DIV: np.divide,
    }[op]  # fmt: skip
    with np.errstate(all="ignore"):
        for moved in (y - b, y + b):
            while abs(moved - y) > b:  # y + b may have been rounded away from y
                moved = np.nextafter(moved, y)
            other = function(moved, constant)
            difference = abs(other - found.predictions[0, 0])
            assert np.isnan(difference) or difference <= found.bounds[0, 0]


def test_single_operations_on_inputs_are_exact():
    nodes = [
        Binary(BinaryOp.SUB, "x0", 0.1, "a"),
        Binary(BinaryOp.DIV, "a", 0.3, "b"),
        Unary(UnaryOp.FLOAT32, "b", "c"),
    ]
    assert evaluate(graph(["x0"], nodes, ["c"]), column_values([1 / 7])).bounds[0, 0] == 0.0


def test_a_margin_within_its_bound_of_zero_is_ambiguous():
    nodes = [
        Linear(("x0",), ((1.0,),), (-1.0,), ("m",)),
        Binary(BinaryOp.GREATER, "m", 0.0, "label"),
    ]
    model = graph(["x0"], nodes, ["label"], labels=["no", "yes"])
    values = np.array([1.0, np.nextafter(1.0, 2.0), 1.0 + 1e-12, 0.5])
    found = evaluate(model, {"x0": values})
    assert found.ambiguous.tolist() == [True, True, False, False]
    assert found.predictions[:, 0].tolist() == [0.0, 1.0, 1.0, 0.0]


def test_scores_that_tie_are_ambiguous_unless_they_are_exact():
    nodes = [ArgMax(("x0", "x1"), "label")]
    exact = evaluate(graph(["x0", "x1"], nodes, ["label"], labels=["a", "b"]),
                     column_values([1.0, 1.0]))  # fmt: skip
    assert exact.predictions[0, 0] == 0.0
    scores = Linear(("x0", "x1"), ((1.0, 0.1), (0.1, 1.0)), (0.0, 0.0), ("s", "t"))
    sums = evaluate(
        graph(["x0", "x1"], [scores, ArgMax(("s", "t"), "label")], ["label"], labels=["a", "b"]),
        {"x0": np.array([1.0, 2.0]), "x1": np.array([1.0, 1.0])},
    )
    assert sums.ambiguous.tolist() == [True, False]
    assert not exact.ambiguous.any()


def stump():
    return Tree(
        feature=np.array([0, -1, -1]),
        threshold=np.array([0.1, 0.0, 0.0]),
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        missing_left=np.array([True, False, False]),
        values=np.array([[0.0], [1.0], [2.0]]),
    )


@pytest.mark.parametrize(
    "compare, expected",
    [(Compare.FLOAT32, [2.0, 1.0, 2.0, 1.0]), (Compare.FLOAT64, [1.0, 1.0, 2.0, 1.0])],
)
def test_a_split_compares_in_its_precision(compare, expected):
    # 0.1 is rounded up to float32, so it is above the double threshold 0.1.
    trees = TreeEnsemble(("x0",), (stump(),), Aggregate.SUM, compare, ("y",))
    found = evaluate(graph(["x0"], [trees], ["y"]), {"x0": np.array([0.1, 0.05, 0.2, np.nan])})
    assert found.predictions[:, 0].tolist() == expected
    assert found.leaves[:, 0].tolist() == [int(v) for v in expected]
    assert (found.bounds == 0.0).all()


@pytest.mark.parametrize(
    "node",
    [
        Unary(UnaryOp.FLOAT32, "m", "y"),
        OneHotEncoder("m", (1.0,), ("y",)),
    ],
    ids=lambda node: type(node).__name__,
)
def test_nothing_is_decided_by_a_number_known_within_a_bound(node):
    nodes = [Linear(("x0",), ((1.0,),), (0.0,), ("m",)), node]
    with pytest.raises(UnsupportedOperationError, match="within a bound"):
        evaluate(graph(["x0"], nodes, ["y"]), column_values([1.0]))


@pytest.mark.parametrize("aggregate, distance", [(Aggregate.SUM, 2.0), (Aggregate.MEAN, 1.0)])
def test_a_split_next_to_a_number_known_within_a_bound_is_open(aggregate, distance):
    nodes = [
        Linear(("x0",), ((1.0,),), (0.0,), ("m",)),
        TreeEnsemble(("m",), (stump(), stump()), aggregate, Compare.FLOAT64, ("y",)),
    ]
    near = [0.1, np.nextafter(0.1, 0.0), np.nextafter(0.1, 1.0)]
    found = evaluate(graph(["x0"], nodes, ["y"]), {"x0": np.array([*near, 0.1001, 0.0999])})
    assert found.open.tolist() == [True, True, True, False, False]
    assert found.bounds[:3, 0] == pytest.approx(distance)
    assert (found.bounds[3:, 0] == 0.0).all()
    assert found.predictions[3:, 0].tolist() == [distance * 2.0, distance]


def test_sums_beyond_the_doubles_have_no_bound():
    found = evaluate(linear([1.0, 1.0], 0.0), column_values([1.7e308, 1.7e308]))
    assert np.isinf(found.bounds[0, 0])


def median(values, weights, others=()):
    names = tuple(f"x{i}" for i in range(len(values)))
    model = graph(names, [*others, WeightedMedian(names, weights, "m")], ["m"])
    found = evaluate(model, column_values(values))
    return float(found.predictions[0, 0]), float(found.bounds[0, 0])


def test_a_median_that_rounding_decides_reaches_up_to_the_next_answer():
    """Of 0.1, 0.2, 0.3 and 0.6 the first three are half, but not as doubles are added up."""
    weights = (0.1, 0.2, 0.3, 0.6)
    assert sum(weights[:3]) != sum(weights[2::-1])
    assert median([1.0, 2.0, 3.0, 10.0], weights) == (3.0, 7.0)
    assert median([10.0, 2.0, 3.0, 1.0], weights)[1] == 1.0  # 0.6 first: half at once
    assert median([1.0, 10.0, 3.0, 2.0], weights) == (2.0, 0.0)


@pytest.mark.parametrize("weights", [(1.0, 2.0, 3.0), (0.1, 0.1, 0.1, 0.1), (0.25,)])
def test_sums_of_weights_that_do_not_round_decide_for_certain(weights):
    values = list(range(len(weights)))
    assert median(values, weights)[1] == 0.0


@given(
    st.lists(st.tuples(st.floats(0.01, 9.0), st.integers(-5, 5)), min_size=1, max_size=12),
    st.randoms(),
)
@settings(max_examples=200, deadline=None)
def test_every_order_of_summation_gives_a_median_within_the_bound(pairs, random):
    weights, values = zip(*pairs, strict=True)
    found, bound = median([float(value) for value in values], weights)
    shuffled = list(pairs)
    random.shuffle(shuffled)
    whole = 0.0
    for weight, _ in shuffled:
        whole += weight
    below = 0.0
    for weight, value in sorted(shuffled, key=lambda pair: pair[1]):
        below += weight
        if below >= 0.5 * whole:
            assert abs(value - found) <= bound
            break
