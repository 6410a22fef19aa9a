"""How MLeap says each word of the graph: the composition, and how exactly it says it.

``OPERATIONS`` is the one table: a word, its support level (or a function of the
node that gives it) and the function that composes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from penstock import graph as g
from penstock.graph import BinaryOp, LinkFunction, UnaryOp
from penstock.support import Exact, Refused, Support, Within
from penstock.writers.mleap import ensembles, medians
from penstock.writers.mleap.columns import Element, Text
from penstock.writers.mleap.composer import Composer, Source


@dataclass(frozen=True)
class Operation:
    """How one word is composed, and how exactly."""

    compose: Callable[[Composer, g.Node], None]
    support: Callable[[g.Node], Support]


def _imputer(c: Composer, node: g.Imputer) -> None:
    for source, fill, output in zip(node.inputs, node.fill, node.outputs, strict=True):
        c.define(output, c.impute(c.scalar(source), fill, output))


def _string_imputer(c: Composer, node: g.StringImputer) -> None:
    """No operation yields text, so what reads the output takes the fill into account."""
    text = c.text(node.input)
    fill = node.fill if text.fill is None else text.fill
    c.define_text(node.output, Text(text.input, fill))


def _one_hot_encoder(c: Composer, node: g.OneHotEncoder) -> None:
    if c.is_text(node.input):
        _one_hot_text(c, node, c.text(node.input))
        return
    value = c.scalar(node.input)
    for category, output in zip(node.categories, node.outputs, strict=True):
        if math.isnan(category):
            c.define(output, c.is_nan(value, output))
        else:
            below = math.nextafter(category, -math.inf)
            bounds, values = [below, category], [0.0, 1.0]
            if below == category:  # minus infinity
                bounds, values = [category], [1.0]
            c.define(output, c.steps(value, bounds, values, 0.0, output))


def _one_hot_text(c: Composer, node: g.OneHotEncoder, text: Text) -> None:
    plain = [k for k in node.categories if k is not None and k != text.fill]
    vector = c.indicators(text.input, plain) if plain else None
    for category, output in zip(node.categories, node.outputs, strict=True):
        if category is None and text.fill is None:
            c.define(output, c.is_null(text.input))
        elif category is None:
            c.define(output, c.string_map(text.input, {}, 0.0, output))
        elif category == text.fill:
            same = c.string_map(text.input, {category: 1.0}, 0.0)
            c.define(output, c.math("add", same, c.is_null(text.input), output))
        else:
            place = Element(vector, plain.index(category), text.input, category)
            c.define(output, place)


def _category_mapper(c: Composer, node: g.CategoryMapper) -> None:
    text = c.text(node.input)
    values = dict(zip(node.categories, node.values, strict=True))
    null = values.pop(None, node.unknown) if text.fill is None else values.get(text.fill)
    values.pop(None, None)
    if null is None:
        null = node.unknown
    if null is None or null == node.unknown:
        c.define(node.output, c.string_map(text.input, values, node.unknown, node.output))
        return
    # NULL has a value of its own: number the categories, NULL last, and look the value up.
    index = {category: float(i) for i, category in enumerate(values)}
    known = c.string_map(text.input, index, float(len(index)))
    number = c.math("add", known, c.is_null(text.input))
    bounds = [float(i) for i in range(len(index) + 2)]
    answers = [*values.values(), node.unknown, null]
    c.define(node.output, c.steps(number, bounds, answers, null, node.output))


def _binary(c: Composer, node: g.Binary) -> None:
    a, b, out = c.source(node.left), c.source(node.right), node.output
    arithmetic = {
        BinaryOp.ADD: "add",
        BinaryOp.SUB: "sub",
        BinaryOp.MUL: "mul",
        BinaryOp.DIV: "div",
        BinaryOp.MIN: "min",
        BinaryOp.MAX: "max",
    }
    if node.op in arithmetic:
        name = c.math(arithmetic[node.op], a, b, out)
    elif node.op is BinaryOp.GREATER:
        name = greater(c, a, b, out)
    elif node.op is BinaryOp.LESS:
        name = greater(c, b, a, out)
    elif node.op is BinaryOp.GREATER_OR_EQUAL:
        name = _not_less(c, a, b, out)
    elif node.op is BinaryOp.LESS_OR_EQUAL:
        name = _not_less(c, b, a, out)
    else:
        name = c.math("mul", _not_less(c, a, b), _not_less(c, b, a), out)
    c.define(out, name)


def greater(c: Composer, a: Source, b: Source, out: str | None = None) -> str:
    """1.0 where a > b, else 0.0, also where one is NaN.

    Of two columns the difference is compared: with gradual underflow a - b > 0 is a > b.
    """
    if isinstance(b, float):
        return c.above(a, b, out)
    if isinstance(a, float):
        return c.above(c.math("mul", b, -1.0), -a, out)
    return c.above(c.math("sub", a, b), 0.0, out)


def _not_less(c: Composer, a: Source, b: Source, out: str | None = None) -> str:
    """1.0 where a >= b: not a < b, and neither is NaN."""
    result = c.math("sub", 1.0, greater(c, b, a))
    columns = list(dict.fromkeys(source for source in (a, b) if isinstance(source, str)))
    for source in columns:
        number = c.math("sub", 1.0, c.is_nan(source))
        result = c.math("mul", result, number, out if source is columns[-1] else None)
    return result


_UNARY = {UnaryOp.ABS: "abs", UnaryOp.EXP: "exp", UnaryOp.LOG: "log", UnaryOp.SQRT: "sqrt"}


def _unary(c: Composer, node: g.Unary) -> None:
    value = c.scalar(node.input)
    if node.op is UnaryOp.NEGATE:
        name = c.math("mul", value, -1.0, node.output)
    elif node.op is UnaryOp.IS_NAN:
        name = c.is_nan(value, node.output)
    elif node.op is UnaryOp.SIGN_BIT:  # 1 / -0.0 is below zero, and 1 / -Infinity is not
        below = (c.above(c.math("mul", x, -1.0), 0.0) for x in (value, c.math("div", 1.0, value)))
        name = c.math("max", *below, node.output)
    else:
        name = c.unary(_UNARY[node.op], value, node.output)
    c.define(node.output, name)


def _where(c: Composer, node: g.Where) -> None:
    """The larger of two operands of which the one not chosen is minus infinity."""
    below_zero = math.nextafter(0.0, -math.inf)

    def choose(chosen: float, other: float) -> str:
        return c.steps(c.scalar(node.condition), [below_zero, 0.0], [chosen, other], chosen)

    branches, nan = [], []
    for operand, (chosen, other) in (
        (node.then, (1.0, 0.0)),
        (node.otherwise, (0.0, 1.0)),
    ):
        source = c.source(operand)
        keep = choose(*(math.inf if flag else -math.inf for flag in (chosen, other)))
        if isinstance(source, str):
            # NaN would win even where it is not chosen: set it aside, bring it back at the end.
            nan.append(c.math("mul", c.is_nan(source), choose(chosen, other)))
            source = c.impute(source, 0.0)
        elif math.isnan(source):
            nan.append(choose(chosen, other))
            source = 0.0
        branches.append(c.math("min", keep, source))
    result = c.math("max", *branches, None if nan else node.output)
    for i, flag in enumerate(nan):
        zero_or_nan = c.math("div", 0.0, c.math("sub", 1.0, flag))
        last = i == len(nan) - 1
        result = c.math("add", result, zero_or_nan, node.output if last else None)
    c.define(node.output, result)


def _linear(c: Composer, node: g.Linear) -> None:
    vector = c.vector(node.inputs)
    for weights, intercept, output in zip(node.weights, node.intercepts, node.outputs, strict=True):
        c.define(output, c.linear(vector, weights, intercept, output))


def _link(c: Composer, node: g.Link) -> None:
    scores = [c.scalar(column) for column in node.inputs]
    if node.function is LinkFunction.LOGISTIC:
        for score, output in zip(scores, node.outputs, strict=True):
            tail = c.unary("exp", c.math("mul", score, -1.0))
            c.define(output, c.math("div", 1.0, c.math("add", tail, 1.0), output))
        return
    largest = _fold(c, "max", scores)
    powers = [c.unary("exp", c.math("sub", score, largest)) for score in scores]
    total = _fold(c, "add", powers)
    for power, output in zip(powers, node.outputs, strict=True):
        c.define(output, c.math("div", power, total, output))


def _arg_max(c: Composer, node: g.ArgMax) -> None:
    """A running maximum; ``j`` counts only where input j is strictly above all before it."""
    best = c.scalar(node.inputs[0])
    if len(node.inputs) == 1:
        c.define(node.output, c.above(best, math.inf))  # zero: nothing is above infinity
        return
    records = []
    for j, column in enumerate(node.inputs[1:], start=1):
        score = c.scalar(column)
        records.append(c.math("mul", greater(c, score, best), float(j)))
        if j < len(node.inputs) - 1:
            best = c.math("max", best, score)
    c.define(node.output, _fold(c, "max", records))


def _fold(c: Composer, operation: str, names: list[str]) -> str:
    """The columns combined from left to right."""
    result = names[0]
    for name in names[1:]:
        result = c.math(operation, result, name)
    return result


def _exactly(node: g.Node) -> Support:
    return Exact()


def _linear_support(node: g.Linear) -> Support:
    return Within("(n + 2) * eps * S", "the engine may take the sum in any order")


def _link_support(node: g.Link) -> Support:
    why = "exp differs in its last bits between libraries"
    if node.function is LinkFunction.LOGISTIC:
        return Within("(9 - 6 * p) * eps * p", why)
    return Within("(k + 13 + d + D) * eps * p", why)


_NO_OPERATION = {
    UnaryOp.FLOAT32: ("rounds to float32", "export the model to PMML (--to pmml)"),
    UnaryOp.FLOOR: ("rounds down", "round before the model, in the pipeline"),
    UnaryOp.CEIL: ("rounds up", "round before the model, in the pipeline"),
}


def _unary_support(node: g.Unary) -> Support:
    if node.op in _NO_OPERATION:
        what, remedy = _NO_OPERATION[node.op]
        return Refused(f"no operation of MLeap 0.20.0 {what}", remedy)
    if node.op in (UnaryOp.EXP, UnaryOp.LOG):
        bound = "6 * eps * |y|" if node.op is UnaryOp.EXP else "8 * eps * |y|"
        return Within(bound, f"{node.op.value} differs in its last bits between libraries")
    return Exact()


OPERATIONS: dict[type, Operation] = {
    g.Imputer: Operation(_imputer, _exactly),
    g.StringImputer: Operation(_string_imputer, _exactly),
    g.OneHotEncoder: Operation(_one_hot_encoder, _exactly),
    g.CategoryMapper: Operation(_category_mapper, _exactly),
    g.Binary: Operation(_binary, _exactly),
    g.Unary: Operation(_unary, _unary_support),
    g.Where: Operation(_where, _exactly),
    g.Linear: Operation(_linear, _linear_support),
    g.TreeEnsemble: Operation(ensembles.compose, ensembles.support),
    g.Link: Operation(_link, _link_support),
    g.ArgMax: Operation(_arg_max, _exactly),
    g.WeightedMedian: Operation(medians.compose, medians.support),
}
