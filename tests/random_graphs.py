"""Graphs of random words wired at random: what no list of cases thinks of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from penstock import graph as g
from penstock.graph import Aggregate, BinaryOp, Compare, LinkFunction, UnaryOp
from tests.graphs import NAN, Case, graph, number, random_tree, text

VALUES = [0.0, -0.0, 1.0, -1.0, 0.1, 2.5, -3.75, 1e-300, 1e6, NAN]
TEXTS = ["a", "b", "", None, "c"]
UNARY = [UnaryOp.NEGATE, UnaryOp.ABS, UnaryOp.IS_NAN]
WITH_MEDIANS = 200
BINARY = [op for op in BinaryOp if op is not BinaryOp.DIV]  # a division by zero has a sign


class _Maker:
    """Adds random nodes; ``numbers`` and ``texts`` are the columns so far."""

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)
        self.numbers = ["x", "y z", "<w>"]
        self.texts = ["s", "t"]
        self.nodes: list[g.Node] = []

    def make(self, count: int, more: Sequence[Callable[[], None]] = ()) -> None:
        kinds = [
            self.imputer, self.string_imputer, self.one_hot, self.number_one_hot, self.mapper,
            self.binary, self.binary, self.unary, self.where, self.linear, self.trees, self.arg_max,
        ]  # fmt: skip
        for _ in range(count):
            self.rng.choice([*kinds, *more])()

    def name(self, stem: str) -> str:
        return f"{stem} {len(self.nodes)}"

    def names(self, stem: str, count: int) -> tuple[str, ...]:
        return tuple(f"{stem} {len(self.nodes)}.{i}" for i in range(count))

    def pick(self, count: int) -> tuple[str, ...]:
        return tuple(str(name) for name in self.rng.choice(self.numbers, count))

    def constant(self) -> float:
        return float(self.rng.choice(VALUES[:-1]))

    def operand(self) -> str | float:
        return self.pick(1)[0] if self.rng.random() < 0.7 else self.constant()

    def add(self, node: g.Node, *outputs: str) -> None:
        self.nodes.append(node)
        self.numbers += outputs

    def imputer(self) -> None:
        inputs, outputs = self.pick(2), self.names("imputed", 2)
        self.add(g.Imputer(inputs, (self.constant(), self.constant()), outputs), *outputs)

    def string_imputer(self) -> None:
        name = self.name("filled")
        self.nodes.append(g.StringImputer(str(self.rng.choice(self.texts)), "b", name))
        self.texts.append(name)

    def one_hot(self) -> None:
        categories = [TEXTS[i] for i in self.rng.permutation(len(TEXTS))[:3]]
        outputs = self.names("is", 3)
        source = str(self.rng.choice(self.texts))
        self.add(g.OneHotEncoder(source, tuple(categories), outputs), *outputs)

    def number_one_hot(self) -> None:
        outputs = self.names("equals", 3)
        self.add(g.OneHotEncoder(self.pick(1)[0], (0.0, 2.5, NAN), outputs), *outputs)

    def mapper(self) -> None:
        name = self.name("mapped")
        values = (self.constant(), self.constant(), self.constant())
        source = str(self.rng.choice(self.texts))
        self.add(g.CategoryMapper(source, ("a", "", None), values, self.constant(), name), name)

    def binary(self) -> None:
        name = self.name("binary")
        op = BINARY[self.rng.integers(len(BINARY))]
        left, right = self.pick(1)[0], self.operand()
        if self.rng.random() < 0.5:
            left, right = right, left
        self.add(g.Binary(op, left, right, name), name)

    def unary(self) -> None:
        name = self.name("unary")
        self.add(g.Unary(UNARY[self.rng.integers(len(UNARY))], self.pick(1)[0], name), name)

    def where(self) -> None:
        name = self.name("where")
        self.add(g.Where(self.pick(1)[0], self.operand(), self.operand(), name), name)

    def linear(self) -> None:
        """Of small integers, so that any order of the sum gives the same."""
        inputs, outputs = self.pick(3), self.names("linear", 2)
        filled = self.names("whole", 3)
        self.add(g.Imputer(inputs, (1.0, 2.0, 3.0), filled), *filled)
        flags = self.names("flag", 3)
        for source, flag in zip(filled, flags, strict=True):
            self.add(g.Binary(BinaryOp.GREATER, source, 0.5, flag), flag)
        weights = tuple(tuple(map(float, self.rng.integers(-9, 9, 3))) for _ in outputs)
        self.add(g.Linear(flags, weights, (1.0, -2.0), outputs), *outputs)

    def trees(self) -> None:
        count = int(self.rng.integers(1, 4))
        inputs, outputs = self.pick(3), self.names("trees", int(self.rng.integers(1, 3)))
        trees = tuple(random_tree(self.rng, 3, 4, len(outputs)) for _ in range(count))
        aggregate = list(Aggregate)[self.rng.integers(2)]
        compare = list(Compare)[self.rng.integers(2)]
        self.add(g.TreeEnsemble(inputs, trees, aggregate, compare, outputs), *outputs)

    def arg_max(self) -> None:
        inputs, name = self.names("score", 3), self.name("winner")
        self.add(g.Imputer(self.pick(3), (0.0, 0.0, 0.0), inputs), *inputs)
        self.add(g.ArgMax(inputs, name), name)

    def median(self) -> None:
        """With small integers as weights, so that any order of their sum gives the same."""
        inputs, name = self.names("answer", 4), self.name("median")
        self.add(g.Imputer(self.pick(4), (0.0, 2.0, -1.0, 3.0), inputs), *inputs)
        weights = tuple(map(float, self.rng.integers(1, 5, 4)))
        self.add(g.WeightedMedian(inputs, weights, name), name)


def random_case(seed: int) -> Case:
    """A regression, a regression of several outputs or a classification, after the seed."""
    maker = _Maker(seed)
    # Words that came later have seeds of their own, so that the graphs of the others stay.
    maker.make(12, [maker.median] * 3 if seed >= WITH_MEDIANS else [])
    rng = maker.rng
    inputs = (*number("x", "y z", "<w>"), *text("s", "t"))
    if seed % 3 == 2:
        scores = maker.names("final", 2)
        maker.add(g.Imputer(maker.pick(2), (0.0, 0.0), scores), *scores)
        maker.add(g.Binary(BinaryOp.GREATER, scores[0], 0.1, "label"), "label")
        maker.add(g.Link(LinkFunction.SOFTMAX, scores, ("p0", "p1")), "p0", "p1")
        model = graph(
            inputs, maker.nodes, "label", labels=("no", "yes"), probabilities=("p0", "p1")
        )
    else:
        # The last outputs, so that they depend on much of the graph.
        model = graph(inputs, maker.nodes, *maker.numbers[-(1 + 2 * (seed % 3)) :])
    rows = [
        [*map(float, rng.choice(VALUES, 3)), *(TEXTS[i] for i in rng.integers(len(TEXTS), size=2))]
        for _ in range(60)
    ]
    return Case(f"random {seed}", model, rows, 1e-15)
