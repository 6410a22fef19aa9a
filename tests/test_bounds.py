"""The declared bounds are not padding: for each, two right answers at least a quarter of it apart.

An answer is right if it follows the graph with functions as far off as the derivation in
penstock.reference assumes: exp and log within 4 units in the last place on one side, within 1
on the other. Of a bound that rests on that assumption the functions at hand cannot reach a
quarter (NumPy, the C library and the JVM differ by 1 unit), so a function at the very end of
what is assumed stands for them; every other case uses arithmetic only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from penstock import compatibility
from penstock.converters.sklearn.trees import leaf_tree
from penstock.graph import (
    Aggregate,
    Column,
    Compare,
    Graph,
    Kind,
    Linear,
    Link,
    LinkFunction,
    Node,
    Outputs,
    TreeEnsemble,
    Unary,
    UnaryOp,
    WeightedMedian,
)
from penstock.lineage import node_outputs
from penstock.reference import evaluate
from penstock.support import Within
from penstock.writers import FORMATS, support

EPS = 2.0**-52
TINY = 2.0**-1000  # what the reference adds for underflow, and more


def exactly(function: str, x: float) -> Fraction:
    """The function's true value, to 60 digits."""
    with localcontext() as context:
        context.prec = 60
        return Fraction(getattr(Decimal(x), function)())


def off(true: Fraction, units: int) -> float:
    """The double that lies so many units in the last place from the true value, or just less."""
    edge = true + units * Fraction(math.ulp(float(true)))
    found = float(edge)
    if abs(Fraction(found) - true) > abs(edge - true):
        found = math.nextafter(found, float(true))
    return found


def logistic(power: float) -> float:
    return 1.0 / (1.0 + power)


def dot(terms: list[tuple[float, float]], intercept: float, backwards: bool) -> float:
    """From first to last, rounded after each step; or from last to first, products unrounded."""
    if not backwards:
        return sum((w * x for w, x in terms), 0.0) + intercept
    total = intercept
    for w, x in reversed(terms):
        total = float(Fraction(total) + Fraction(w) * Fraction(x))
    return total


@dataclass(frozen=True)
class Case:
    """A word, its inputs, two right answers of its first output, and the formula's variables."""

    name: str
    node: Node
    inputs: list[float]
    answers: tuple[float, float]
    variables: dict[str, float]


def linear(terms: int) -> Case:
    """1, and terms of half a unit: from the left each is lost to rounding, from the right none."""
    pairs = [(1.0, 1.0)] + [(EPS / 2, 1.0)] * (terms - 1)
    intercept = EPS / 2
    if terms == 1:  # a product that rounds down, and an intercept: fused or not
        pairs = [(1.0 - 2.0**-27 + 2.0**-53, 1.0 + 2.0**-27)]  # 1 and a quarter of a unit
        intercept = 0.49 * EPS
    names = tuple(f"x{i}" for i in range(terms))
    node = Linear(names, (tuple(w for w, _ in pairs),), (intercept,), ("y",))
    size = abs(intercept) + sum(abs(w * x) for w, x in pairs)
    answers = dot(pairs, intercept, backwards=False), dot(pairs, intercept, backwards=True)
    return Case(
        f"linear, {terms} terms", node, [x for _, x in pairs], answers, {"n": terms, "S": size}
    )


def trees(count: int) -> Case:
    """The same terms, each the only leaf of a tree that is summed in an order of its own."""
    leaves = [1.0] + [EPS / 2] * (count - 1)
    node = TreeEnsemble(
        ("x0",), tuple(map(leaf_tree, leaves)), Aggregate.SUM, Compare.FLOAT64, ("y",), False
    )
    answers = sum(leaves, 0.0), sum(leaves[::-1], 0.0)
    return Case(f"{count} trees", node, [0.0], answers, {"n": count, "S": sum(leaves[::-1])})


def function(op: UnaryOp, x: float) -> Case:
    """By one library 4 units too far to the one side, by the other 1 to the other side."""
    true = exactly({UnaryOp.EXP: "exp", UnaryOp.LOG: "ln"}[op], x)
    answers = off(true, 4), off(true, -1)
    return Case(f"{op.value} of {x}", Unary(op, "x0", "y"), [x], answers, {"y": float(true)})


def sigmoid(x: float) -> Case:
    """exp as far off as assumed."""
    true = exactly("exp", -x)
    answers = logistic(off(true, 4)), logistic(off(true, -1))
    return _sigmoid(f"logistic of {x}", x, answers)


def sigmoid_of_one_power(x: float) -> Case:
    """1 / (1 + exp(-x)) and exp(x) / (1 + exp(x)), both with exact powers, rounded to double."""
    up = float(exactly("exp", x))
    answers = logistic(float(exactly("exp", -x))), up / (1.0 + up)
    return _sigmoid(f"logistic in two forms of {x}", x, answers)


def _sigmoid(name: str, x: float, answers: tuple[float, float]) -> Case:
    node = Link(LinkFunction.LOGISTIC, ("x0",), ("y",))
    p = 1.0 / (1.0 + math.exp(-x))
    return Case(name, node, [x], answers, {"p": p})


def softmax(name: str, scores: list[float], answers: tuple[float, float]) -> Case:
    """``answers`` are those of the first class."""
    names = tuple(f"x{i}" for i in range(len(scores)))
    node = Link(LinkFunction.SOFTMAX, names, ("y", *(f"p{i}" for i in range(1, len(scores)))))
    distances = np.abs(np.array(scores) - max(scores))
    powers = np.exp(-distances)
    shares = powers / powers.sum()
    variables = {
        "k": len(scores), "p": shares[0], "d": distances[0], "D": float(shares @ distances)
    }  # fmt: skip
    return Case(f"softmax, {name}", node, scores, answers, variables)


def many_small_classes(classes: int) -> Case:
    """One class, and others of half a unit: what matters is in which order they are added."""
    scores = [0.0] + [-53 * math.log(2.0)] * (classes - 1)
    powers = [1.0] + [2.0**-53] * (classes - 1)
    answers = powers[0] / sum(powers, 0.0), powers[0] / sum(powers[::-1], 0.0)
    return softmax(f"{classes} classes", scores, answers)


def by_maximum(scores: list[float], units: int) -> float:
    """The first class's share, exp off by so many units in the last place."""
    powers = [off(exactly("exp", score - max(scores)), units) for score in scores[:1]]
    rest = [float(exactly("exp", score - max(scores))) for score in scores[1:]]
    return powers[0] / sum(rest, powers[0])


def by_logarithm(scores: list[float], units: int) -> float:
    """As scikit-learn's boosting did until 1.4: exp(s - log(sum of exp))."""
    whole = max(scores) + math.log(sum(math.exp(score - max(scores)) for score in scores))
    return off(exactly("exp", scores[0] - whole), units)


def worst(name: str, candidates: Iterator[list[float]]) -> Case:
    """The scores for which the two forms differ most."""
    pairs = [(scores, (by_maximum(scores, -1), by_logarithm(scores, 4))) for scores in candidates]
    return softmax(name, *max(pairs, key=lambda pair: abs(pair[1][0] / pair[1][1] - 1.0)))


CASES = [
    *map(linear, (1, 5, 30, 1000)),
    *map(trees, (5, 30, 1000)),
    function(UnaryOp.EXP, 0.0001),
    function(UnaryOp.EXP, 0.7),
    function(UnaryOp.LOG, 2.72),
    function(UnaryOp.LOG, 55.0),
    sigmoid(-20.0),
    sigmoid(-0.001),
    sigmoid_of_one_power(0.005300110248365408),
    sigmoid_of_one_power(7.624609251424571),
    worst("two classes", ([-2.0 - i / 97, i / 201] for i in range(200))),
    many_small_classes(20),
    many_small_classes(100),
    worst("a far class", ([-256.0 - i / 997, i / 201, i / 201] for i in range(200))),
]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_two_right_answers_are_a_quarter_of_the_declared_bound_apart(case, format_):
    declared = declared_bound(case, format_)
    one, other = case.answers
    assert 0.25 <= abs(one - other) / declared <= 1.0


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_declared_bound_is_the_one_that_the_parity_gate_allows(case, format_):
    names = [f"x{i}" for i in range(len(case.inputs))]
    graph = Graph(
        tuple(Column(name, Kind.NUMBER) for name in names),
        (case.node,),
        Outputs(node_outputs(case.node)),
    )
    rows = {name: np.array([x]) for name, x in zip(names, case.inputs, strict=True)}
    allowed = evaluate(graph, rows).bounds[0, 0]
    assert allowed == pytest.approx(declared_bound(case, format_), rel=1e-9, abs=TINY)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_medians_bound_is_reached(format_):
    """Half of all is 0.6, and 0.1 + 0.2 + 0.3 more or less: the first three answers, or the last.

    Equal answers may be sorted in any order, and the weights of all added up in any.
    """
    weights, values = (0.1, 0.2, 0.3, 0.6), [3.0, 3.0, 3.0, 10.0]
    names = tuple(f"x{i}" for i in range(4))
    node = WeightedMedian(names, weights, "y")
    graph = Graph(tuple(Column(name, Kind.NUMBER) for name in names), (node,), Outputs(("y",)))
    (level,) = support(graph, format_)
    assert isinstance(level, Within)
    assert "the next answer" in level.bound
    rows = {name: np.array([x]) for name, x in zip(names, values, strict=True)}
    reference = evaluate(graph, rows)
    found = {
        3.0 if sum(part, 0.0) >= 0.5 * sum(whole, 0.0) else 10.0
        for part in permutations(weights[:3])
        for whole in permutations(weights)
    }
    assert found == {3.0, 10.0}
    assert (reference.predictions[0, 0], reference.bounds[0, 0]) == (3.0, 7.0)


def test_every_declared_bound_has_a_case():
    tested = {type(case.node) for case in CASES} | {WeightedMedian}
    declared = {
        type(node)
        for node in compatibility.WORDS
        for format_ in FORMATS
        for level in support(Graph((), (node,), Outputs(())), format_)
        if isinstance(level, Within)
    }
    assert declared == tested


def declared_bound(case: Case, format_: str) -> float:
    """The formula of the word's support level, evaluated."""
    (level,) = support(Graph((), (case.node,), Outputs(())), format_)
    assert isinstance(level, Within)
    formula = re.sub(r"\|(\w+)\|", r"abs(\1)", level.bound)
    return eval(formula, {"eps": EPS, "abs": abs}, case.variables)  # our own text
