"""Graphs for tests of the writers: each word, with the rows that could break it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock import graph as g
from penstock.graph import Aggregate, BinaryOp, Column, Compare, Kind, LinkFunction, UnaryOp

NAN, INF = math.nan, math.inf
NUMBERS = [
    0.0, -0.0, 1.0, -1.0, 0.1, 2.5, -3.75, 1e-320, -1e-320, 5e-324, 1e16, 1e300, -1e300,
    1.7976931348623157e308, INF, -INF, NAN,
]  # fmt: skip
TEXTS = ["a", "b", "", " a", "a ", "é", "<&\"'>", "line\nbreak\ttab\r", "=/,", "null", "nan", None,
         "unseen", "1"]  # fmt: skip
CATEGORIES = tuple(text for text in TEXTS if text not in (None, "unseen"))


@dataclass
class Case:
    """A graph, rows for it, and how far an engine may be from the interpreter (relative)."""

    name: str
    graph: g.Graph
    rows: list[list[Any]]
    relative: float = 0.0

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [(column.name, column.kind.value) for column in self.graph.inputs]


def number(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.NUMBER) for name in names)


def text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.STRING) for name in names)


def one(values: list[Any]) -> list[list[Any]]:
    return [[value] for value in values]


def pairs(values: list[Any]) -> list[list[Any]]:
    return [[a, b] for a in values for b in values]


def graph(inputs: tuple[Column, ...], nodes: list[g.Node], *outputs: str, **rest: Any) -> g.Graph:
    return g.Graph(inputs, tuple(nodes), g.Outputs(outputs, **rest))


def random_tree(
    rng: np.random.Generator, features: int, depth: int, outputs: int = 1, missing: bool = True
) -> g.Tree:
    """A full tree whose thresholds lie on floats, between floats and at the ends of the range."""
    feature, threshold, left, right, missing_left, values = [], [], [], [], [], []

    def grow(level: int) -> int:
        node = len(feature)
        inner = level < depth and (level == 0 or rng.random() < 0.9)
        feature.append(int(rng.integers(features)) if inner else -1)
        threshold.append(_threshold(rng) if inner else -2.0)
        missing_left.append(bool(missing and inner and rng.random() < 0.5))
        values.append(rng.integers(-1000, 1000, outputs).astype(float) + 0.1)
        left.append(-1)
        right.append(-1)
        if inner:
            left[node] = grow(level + 1)
            right[node] = grow(level + 1)
        return node

    grow(0)
    return g.Tree(
        np.array(feature, np.int32),
        np.array(threshold),
        np.array(left, np.int32),
        np.array(right, np.int32),
        np.array(missing_left),
        np.array(values),
    )


def _threshold(rng: np.random.Generator) -> float:
    value = float(rng.choice([0.0, -0.0, 1.0, 0.1, -0.3, 2.5, 1e-46, 3.4e38]))
    kind = rng.integers(4)
    if kind == 0:
        return value
    if kind == 1:
        return float(np.float32(value)) + 0.0
    if kind == 2:
        return (float(np.float32(value)) + float(np.nextafter(np.float32(value), np.inf))) / 2
    return float(rng.normal())


def tree_rows(node: g.TreeEnsemble, rng: np.random.Generator, count: int) -> list[list[float]]:
    """Rows whose values lie at thresholds and at their neighbours, in float and in double."""
    near: list[list[float]] = [[NAN, 0.0, -0.0] for _ in node.inputs]
    for tree in node.trees:
        for feature, t in zip(tree.feature, tree.threshold, strict=True):
            if feature < 0:
                continue
            f = np.float32(t)
            for x in (f, np.nextafter(f, np.float32(INF)), np.nextafter(f, np.float32(-INF))):
                x = float(x)
                middle = (x + float(np.nextafter(np.float32(x), np.float32(INF)))) / 2
                for y in (x, middle):
                    near[feature] += [y, math.nextafter(y, INF), math.nextafter(y, -INF)]
            near[feature] += [float(t), math.nextafter(t, INF), math.nextafter(t, -INF)]
    finite = [[x for x in xs if not abs(x) > 3.4e38] for xs in near]
    return [[float(rng.choice(xs)) for xs in finite] for _ in range(count)]


def _ensemble(
    rng: np.random.Generator,
    trees: int,
    aggregate: Aggregate,
    compare: Compare,
    outputs: int = 1,
    features: int = 3,
) -> g.TreeEnsemble:
    return g.TreeEnsemble(
        tuple(f"x{i}" for i in range(features)),
        tuple(random_tree(rng, features, 6, outputs) for _ in range(trees)),
        aggregate,
        compare,
        tuple(f"y{i}" for i in range(outputs)),
    )


def cases() -> list[Case]:
    """All of them, each under its own name."""
    return [*_numeric(), *_text(), *_models(), *_trees()]


def _numeric() -> list[Case]:
    x, xy = number("x"), number("x", "y")
    found = [
        Case("imputer", graph(x, [g.Imputer(("x",), (-0.5,), ("z",))], "z"), one(NUMBERS)),
        Case(
            "one-hot of numbers",
            graph(
                x,
                [g.OneHotEncoder("x", (0.0, 1.0, 2.5, -1e300, INF, NAN), tuple("abcdef"))],
                *"abcdef",
            ),
            one(NUMBERS),
        ),
        Case(
            "numbers passed through",
            graph(xy, [], "x", "y"),
            pairs([value for value in NUMBERS if not math.isnan(value)]),
        ),
        Case("one number passed through", graph(x, [], "x"), one(NUMBERS[:-1])),
    ]
    for op in BinaryOp:
        for left, right in (("x", "y"), ("x", 0.1), ("x", 0.0), (2.5, "x"), ("x", INF)):
            inputs = xy if right == "y" else x
            rows = pairs(NUMBERS) if right == "y" else one(NUMBERS)
            nodes = [g.Binary(op, left, right, "z")]
            found.append(Case(f"{op.value} {left} {right}", graph(inputs, nodes, "z"), rows))
    for op in UnaryOp:
        relative = 4e-16 if op in (UnaryOp.EXP, UnaryOp.LOG) else 0.0
        nodes = [g.Unary(op, "x", "z")]
        found.append(Case(op.value, graph(x, nodes, "z"), one(NUMBERS), relative))
    for then, otherwise in (
        ("x", "y"),
        ("x", 7.0),
        (7.0, "y"),
        (1.0, 2.0),
        ("x", NAN),
        (NAN, "y"),
        (NAN, 7.0),
    ):
        nodes = [g.Where("c", then, otherwise, "z")]
        rows = [[c, *row] for c in (0.0, -0.0, 1.0, NAN, -2.0) for row in pairs(NUMBERS[::3])]
        inputs = number("c", "x", "y")
        found.append(Case(f"where {then} {otherwise}", graph(inputs, nodes, "z"), rows))
    return found


def _text() -> list[Case]:
    s = text("s")
    outputs = tuple(f"is{i}" for i in range(len(CATEGORIES)))
    fill = g.StringImputer("s", "a", "t")
    with_null = (*CATEGORIES, None)
    values = tuple(float(i * i) for i in range(len(with_null)))
    nulls = (*outputs, "is_null")
    return [
        Case(
            "one-hot of texts",
            graph(s, [g.OneHotEncoder("s", CATEGORIES, outputs)], *outputs),
            one(TEXTS),
        ),
        Case(
            "one-hot of texts and NULL",
            graph(s, [g.OneHotEncoder("s", with_null, nulls)], *nulls),
            one(TEXTS),
        ),
        Case(
            "one-hot of imputed texts",
            graph(s, [fill, g.OneHotEncoder("t", with_null, nulls)], *nulls),
            one(TEXTS),
        ),
        Case(
            "one-hot of one text",
            graph(s, [g.OneHotEncoder("s", ("a",), ("z",))], "z"),
            one(TEXTS),
        ),
        Case(
            "linear over indicators in another order",
            graph(
                s,
                [
                    g.OneHotEncoder("s", CATEGORIES, outputs),
                    g.Linear(outputs[1:][::-1], (values[: len(outputs) - 1],), (0.5,), ("z",)),
                ],
                "z",
            ),
            one(TEXTS),
        ),
        Case(
            "categories mapped",
            graph(s, [g.CategoryMapper("s", CATEGORIES, values[:-1], -1.0, "z")], "z"),
            one(TEXTS),
        ),
        Case(
            "categories and NULL mapped",
            graph(s, [g.CategoryMapper("s", with_null, values, -1.0, "z")], "z"),
            one(TEXTS),
        ),
        Case(
            "imputed categories mapped",
            graph(s, [fill, g.CategoryMapper("t", CATEGORIES, values[:-1], -1.0, "z")], "z"),
            one(TEXTS),
        ),
    ]


def _models() -> list[Case]:
    rng = np.random.default_rng(1)
    names = ("pH", "free sulfur dioxide", "a\"<&>'/=", "ü\u3000", " lead", "tab\tnew\nline")
    inputs = number(*names)
    rows = rng.normal(size=(50, len(names))).tolist()

    def weights(outputs: int) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(row) for row in rng.normal(size=(outputs, len(names))).tolist())

    linear = g.Linear(names, weights(1), (0.25,), ("margin",))
    scores = ("s0", "s1", "s2")
    three = g.Linear(names, weights(3), (0.0, -0.5, 0.1), scores)
    labels = ("", "<b> & 'c'", "é\n x")
    binary = [
        linear,
        g.Binary(BinaryOp.GREATER, "margin", 0.0, "index"),
        g.Link(LinkFunction.LOGISTIC, ("margin",), ("p1",)),
        g.Binary(BinaryOp.SUB, 1.0, "p1", "p0"),
    ]
    softmax = g.Link(LinkFunction.SOFTMAX, scores, ("p0", "p1", "p2"))
    many = range(100)
    ends = [-800.0, -40.0, -1e-17, 0.0, -0.0, 1e-17, 5e-324, 40.0, 800.0]
    return [
        Case("linear", graph(inputs, [linear], "margin"), rows, 1e-14),
        Case("two linear outputs", graph(inputs, [three], "s2", "s0"), rows, 1e-14),
        Case(
            "logistic regression",
            graph(inputs, binary, "index", labels=labels[:2], probabilities=("p0", "p1")),
            rows,
            1e-14,
        ),
        Case(
            "logistic at its ends",
            graph(
                number("margin"),
                binary[1:],
                "index",
                labels=("False", "True"),
                probabilities=("p0", "p1"),
            ),
            one(ends),
            1e-15,
        ),
        Case(
            "softmax",
            graph(
                inputs,
                [three, g.ArgMax(scores, "index"), softmax],
                "index",
                labels=labels,
                probabilities=("p0", "p1", "p2"),
            ),
            rows,
            1e-14,
        ),
        Case(
            "softmax at its ends",
            graph(
                number(*scores),
                [g.ArgMax(scores, "index"), softmax],
                "index",
                labels=labels,
                probabilities=("p0", "p1", "p2"),
            ),
            [[a, b, c] for a in ends for b in ends for c in ends],
            2e-15,
        ),
        Case(
            "softmax of many",
            graph(
                number("x"),
                [
                    *(g.Binary(BinaryOp.MUL, "x", float(-((i - 60) ** 2)), f"s{i}") for i in many),
                    g.ArgMax(tuple(f"s{i}" for i in many), "index"),
                    g.Link(
                        LinkFunction.SOFTMAX,
                        tuple(f"s{i}" for i in many),
                        tuple(f"p{i}" for i in many),
                    ),
                ],
                "index",
                labels=tuple(f"l{i}" for i in many),
                probabilities=tuple(f"p{i}" for i in many),
            ),
            one([0.0, -0.0, 0.001, -0.001, 1.0, -1.0, 1e300]),
            1e-14,
        ),
        Case(
            "argmax of one",
            graph(number("s"), [g.ArgMax(("s",), "index")], "index", labels=("only",)),
            one([0.0, 5.0, -1e300]),
        ),
        *_medians(),
        Case(
            "an input named prediction, another probability",
            graph(
                number("prediction", "probability"),
                [g.Binary(BinaryOp.ADD, "prediction", "probability", "z")],
                "z",
            ),
            pairs([1.0, 2.0]),
        ),
        Case(
            "scaled, imputed, clipped",
            graph(
                number("x", "unused"),
                [
                    g.Imputer(("x",), (3.0,), ("i",)),
                    g.Binary(BinaryOp.SUB, "i", 1 / 3, "c"),
                    g.Binary(BinaryOp.DIV, "c", 0.7, "d"),
                    g.Binary(BinaryOp.MAX, "d", -1.0, "e"),
                    g.Binary(BinaryOp.MIN, "e", 1.0, "f"),
                ],
                "f",
            ),
            [[x, 0.0] for x in NUMBERS],
        ),
    ]


def _same_split_again() -> g.Tree:
    """A split and below it the same one, which only a missing value passes on the other side."""
    inner = np.array([0, 0, 0, -1, -1, -1, -1], np.int32)
    return g.Tree(
        feature=inner,
        threshold=np.where(inner < 0, 0.0, 1.0),
        left=np.array([1, 3, 5, -1, -1, -1, -1], np.int32),
        right=np.array([2, 4, 6, -1, -1, -1, -1], np.int32),
        missing_left=np.array([True, False, False, False, False, False, False]),
        values=np.arange(7.0).reshape(7, 1),
    )


def _trees() -> list[Case]:
    rng = np.random.default_rng(2)
    found = []
    for compare in Compare:
        for aggregate in Aggregate:
            for count in (1, 7):
                node = _ensemble(rng, count, aggregate, compare)
                name = f"{count} trees, {aggregate.value}, {compare.value}"
                rows = tree_rows(node, rng, 300)
                found.append(Case(name, graph(number(*node.inputs), [node], "y0"), rows))
    forest = _ensemble(rng, 5, Aggregate.MEAN, Compare.FLOAT32, outputs=3)
    inputs, rows = number(*forest.inputs), tree_rows(forest, rng, 300)
    found.append(Case("forest of three outputs", graph(inputs, [forest], "y0", "y1", "y2"), rows))
    found.append(
        Case(
            "forest of three classes",
            graph(
                inputs,
                [forest, g.ArgMax(("y0", "y1", "y2"), "index")],
                "index",
                labels=("3", "1", "2"),
                probabilities=("y0", "y1", "y2"),
            ),
            rows,
        )
    )
    found += _class_shares(rng)
    ends = g.Tree(
        np.array([0, 1, -1, -1, 0, -1, -1], np.int32),
        np.array([INF, INF, -2, -2, -INF, -2, -2]),
        np.array([1, 2, -1, -1, 5, -1, -1], np.int32),
        np.array([4, 3, -1, -1, 6, -1, -1], np.int32),
        np.array([False, True, False, False, False, False, False]),
        np.arange(7.0).reshape(7, 1),
    )
    node = g.TreeEnsemble(("x", "y"), (ends,), Aggregate.SUM, Compare.FLOAT64, ("z",))
    found.append(
        Case("infinite thresholds", graph(number("x", "y"), [node], "z"), pairs(NUMBERS[::2]))
    )
    again = g.TreeEnsemble(("x",), (_same_split_again(),), Aggregate.SUM, Compare.FLOAT64, ("z",))
    found.append(Case("the same split again", graph(number("x"), [again], "z"), one(NUMBERS)))
    return found


def _medians() -> list[Case]:
    """Weights with an exact half, equal ones, one that outweighs the rest, and none at all."""
    values = [1.0, -0.0, 0.0, -1e300, 1e300, 2.5, NAN]
    rows = [[a, b, c] for a in values for b in values for c in values]
    names = ("x", "y", "z")
    return [
        Case(
            f"median weighted by {weights}",
            graph(number(*names), [g.WeightedMedian(names, weights, "m")], "m"),
            rows,
        )
        for weights in ((1.0, 2.0, 3.0), (0.1, 0.1, 0.1), (0.25, 8.0, 0.5), (0.0, 1.0, 1.0))
    ]


def _class_shares(rng: np.random.Generator) -> list[Case]:
    """Forests whose leaves hold the classes' shares of the samples, some of them weighted."""
    found = []
    for name, count, weighted, labels in (
        ("class shares", 9, False, ("", "<b> & 'c'", "é\n x")),
        ("class shares, numbers as labels", 4, False, ("10", "2", "0.5", "-1")),
        ("class shares of two", 8, False, ("False", "True")),
        ("class shares of one tree", 1, False, ("b", "c", "a")),
        ("class shares of weighted samples", 5, True, ("b", "c", "a")),
    ):
        columns = tuple(f"share of {label}" for label in labels)
        trees = tuple(random_tree(rng, 3, 6, len(labels)) for _ in range(count))
        for tree in trees:
            counts = rng.integers(0, 4, tree.values.shape) + np.eye(len(labels))[0]
            counts = counts * (rng.random(counts.shape) if weighted else 1)
            tree.values[:] = counts / counts.sum(axis=1, keepdims=True)
        node = g.TreeEnsemble(("x0", "x1", "x2"), trees, Aggregate.MEAN, Compare.FLOAT32, columns)
        nodes = [node, g.ArgMax(columns, "index")]
        model = graph(
            number("x0", "x1", "x2"), nodes, "index", labels=labels, probabilities=columns
        )
        found.append(Case(name, model, tree_rows(node, rng, 300)))
    return found
