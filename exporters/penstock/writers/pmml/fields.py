"""How PMML says each word of the graph that is an expression: the derived fields it becomes.

``OPERATIONS`` is the one table: a word, its support level (a function of the node)
and the function that gives its fields. Models (trees, sums of several columns) are in models.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from penstock import graph as g
from penstock.graph import BinaryOp, LinkFunction, UnaryOp
from penstock.support import Exact, Refused, Support, Within
from penstock.writers.pmml.expressions import (
    apply,
    choose,
    constant,
    flag,
    is_missing,
    keep_missing,
    operand,
    ref,
)
from penstock.writers.pmml.xml import element, escape, number

# How deep expressions nest: engines evaluate them, and chains of fields, by recursion.
_NESTED = 32

Helper = Callable[[str], str]
"""Gives a new field name that begins with the given one."""


@dataclass(frozen=True)
class Field:
    """A derived field and its expression (XML)."""

    name: str
    expression: str
    type: str = "double"

    def xml(self) -> str:
        optype = "categorical" if self.type == "string" else "continuous"
        attributes = {"name": self.name, "optype": optype, "dataType": self.type}
        return element("DerivedField", attributes, self.expression)


@dataclass(frozen=True)
class Operation:
    """The fields of one word, and how exactly they say it."""

    fields: Callable[[g.Node, Helper, frozenset[str]], Iterator[Field]]
    support: Callable[[g.Node], Support]


def _imputer(node: g.Imputer, *_: object) -> Iterator[Field]:
    for source, fill, output in zip(node.inputs, node.fill, node.outputs, strict=True):
        yield Field(output, choose(is_missing(source), constant(fill), ref(source)))


def _text(value: str) -> str:
    return f'<Constant dataType="string">{escape(value)}</Constant>'


def _string_imputer(node: g.StringImputer, *_: object) -> Iterator[Field]:
    filled = choose(is_missing(node.input), _text(node.fill), ref(node.input))
    yield Field(node.output, filled, "string")


def _one_hot_encoder(node: g.OneHotEncoder, _: Helper, texts: frozenset[str]) -> Iterator[Field]:
    for category, output in zip(node.categories, node.outputs, strict=True):
        yield Field(output, _indicator(node.input, category, node.input in texts))


def _indicator(field: str, category: str | float | None, is_text: bool) -> str:
    if category is None or (not is_text and math.isnan(category)):
        return flag(is_missing(field))
    if is_text:
        attributes = {"field": field, "value": category, "mapMissingTo": "0"}
        return element("NormDiscrete", attributes)
    return _comparison("equal", field, category)


def _category_mapper(node: g.CategoryMapper, *_: object) -> Iterator[Field]:
    values = dict(zip(node.categories, node.values, strict=True))
    null = values.pop(None, node.unknown)
    rows = "".join(
        element(
            "row", content=f"<category>{escape(category)}</category><value>{number(value)}</value>"
        )
        for category, value in values.items()
    )
    pair = element("FieldColumnPair", {"field": node.input, "column": "category"})
    attributes = {
        "outputColumn": "value",
        "dataType": "double",
        "defaultValue": number(node.unknown),
        "mapMissingTo": number(null),
    }
    table = element("InlineTable", content=rows)
    yield Field(node.output, element("MapValues", attributes, pair + table))


_ARITHMETIC = {BinaryOp.ADD: "+", BinaryOp.SUB: "-", BinaryOp.MUL: "*", BinaryOp.DIV: "/"}
_EXTREME = {BinaryOp.MIN: "lessThan", BinaryOp.MAX: "greaterThan"}
_COMPARISON = {
    BinaryOp.LESS: "lessThan",
    BinaryOp.LESS_OR_EQUAL: "lessOrEqual",
    BinaryOp.GREATER: "greaterThan",
    BinaryOp.GREATER_OR_EQUAL: "greaterOrEqual",
    BinaryOp.EQUAL: "equal",
}


def _binary(node: g.Binary, *_: object) -> Iterator[Field]:
    left, right = operand(node.left), operand(node.right)
    if node.op in _ARITHMETIC:
        expression = apply(_ARITHMETIC[node.op], left, right)
    elif node.op in _EXTREME:  # not the functions min and max, which pass over missing values
        chosen = choose(apply(_EXTREME[node.op], left, right), left, right)
        expression = keep_missing((node.left, node.right), chosen)
    else:
        expression = _comparison(_COMPARISON[node.op], node.left, node.right)
    yield Field(node.output, expression)


def _comparison(function: str, left: str | float, right: str | float) -> str:
    """1.0 where it holds, else 0.0, also where a side is missing."""
    missing = [is_missing(side) for side in (left, right) if isinstance(side, str)]
    absent = apply("or", *missing) if len(missing) > 1 else missing[0]
    holds = flag(apply(function, operand(left), operand(right)))
    return choose(absent, constant(0.0), holds)


_FUNCTIONS = {
    UnaryOp.ABS: "abs",
    UnaryOp.EXP: "exp",
    UnaryOp.LOG: "ln",
    UnaryOp.SQRT: "sqrt",
}


def _unary(node: g.Unary, fresh: Helper, _: object) -> Iterator[Field]:
    value = ref(node.input)
    if node.op is UnaryOp.FLOAT32:
        rounded = fresh(node.output)
        yield Field(rounded, value, "float")
        yield Field(node.output, ref(rounded))
    elif node.op is UnaryOp.NEGATE:
        yield Field(node.output, apply("*", constant(-1.0), value))
    elif node.op is UnaryOp.IS_NAN:
        yield Field(node.output, flag(is_missing(node.input)))
    else:
        result = apply(_FUNCTIONS[node.op], value)
        yield Field(node.output, keep_missing([node.input], result))


def _where(node: g.Where, *_: object) -> Iterator[Field]:
    then, otherwise = operand(node.then), operand(node.otherwise)
    zero = apply("equal", ref(node.condition), constant(0.0))
    chosen = choose(is_missing(node.condition), then, choose(zero, otherwise, then))
    yield Field(node.output, chosen)


def _line(node: g.Linear, *_: object) -> Iterator[Field]:
    """A sum of one column, which may be missing: a model without an answer ends a chain."""
    for output, weights, intercept in zip(node.outputs, node.weights, node.intercepts, strict=True):
        product = apply("*", ref(node.inputs[0]), constant(weights[0]))
        yield Field(output, apply("+", product, constant(intercept)))


def _link(node: g.Link, fresh: Helper, _: object) -> Iterator[Field]:
    if node.function is LinkFunction.LOGISTIC:
        for source, output in zip(node.inputs, node.outputs, strict=True):
            power = apply("exp", apply("*", constant(-1.0), ref(source)))
            yield Field(output, apply("/", constant(1.0), apply("+", constant(1.0), power)))
        return
    largest = fresh(f"{node.outputs[0]} max")
    yield Field(largest, apply("max", *map(ref, node.inputs)))
    powers = [fresh(f"{output} exp") for output in node.outputs]
    for source, power in zip(node.inputs, powers, strict=True):
        yield Field(power, apply("exp", apply("-", ref(source), ref(largest))))
    total = ref(powers[0])
    for k, power in enumerate(powers[1:], start=1):
        total = apply("+", total, ref(power))
        if k % _NESTED == 0 or k == len(powers) - 1:
            name = fresh(f"{node.outputs[0]} sum")
            yield Field(name, total)
            total = ref(name)
    for power, output in zip(powers, node.outputs, strict=True):
        yield Field(output, apply("/", ref(power), total))


def _arg_max(node: g.ArgMax, fresh: Helper, _: object) -> Iterator[Field]:
    """The first input that reaches the largest.

    0.0 is added to both, because engines may order -0.0 below 0.0.
    """
    largest = fresh(f"{node.output} max")
    yield Field(largest, apply("+", apply("max", *map(ref, node.inputs)), constant(0.0)))
    last = len(node.inputs) - 1
    index = constant(float(last))
    for j in range(last - 1, -1, -1):
        score = apply("+", ref(node.inputs[j]), constant(0.0))
        reached = apply("greaterOrEqual", score, ref(largest))
        index = choose(reached, constant(float(j)), index)
        if (last - j) % _NESTED == 0 and j > 0:
            name = fresh(node.output)
            yield Field(name, index)
            index = ref(name)
    yield Field(node.output, index)


def _exactly(node: g.Node) -> Support:
    return Exact()


def _category_mapper_support(node: g.CategoryMapper) -> Support:
    if node.unknown is None:
        return Refused(
            "an expression of PMML cannot refuse an unknown category",
            "give the encoder a value for unknown categories, or export the model to MLeap "
            "(--to mleap)",
        )
    return Exact()


def _unary_support(node: g.Unary) -> Support:
    if node.op in (UnaryOp.FLOOR, UnaryOp.CEIL):
        return Refused(
            f"{node.op.value} gives an integer in PMML, which overflows for large numbers",
            "round before the model, in the pipeline",
        )
    if node.op is UnaryOp.SIGN_BIT:
        return Refused(
            "engines of PMML take -0.0 for 0.0, between which the step distinguishes",
            "export the model to MLeap (--to mleap)",
        )
    if node.op in (UnaryOp.EXP, UnaryOp.LOG):
        bound = "6 * eps * |y|" if node.op is UnaryOp.EXP else "8 * eps * |y|"
        return Within(bound, f"{node.op.value} differs in its last bits between libraries")
    return Exact()


def linear_support(node: g.Linear) -> Support:
    return Within("(n + 2) * eps * S", "the engine may take the sum in any order")


def _link_support(node: g.Link) -> Support:
    why = "exp differs in its last bits between libraries"
    if node.function is LinkFunction.LOGISTIC:
        return Within("(9 - 6 * p) * eps * p", why)
    return Within("(k + 13 + d + D) * eps * p", why)


OPERATIONS: dict[type, Operation] = {
    g.Imputer: Operation(_imputer, _exactly),
    g.StringImputer: Operation(_string_imputer, _exactly),
    g.OneHotEncoder: Operation(_one_hot_encoder, _exactly),
    g.CategoryMapper: Operation(_category_mapper, _category_mapper_support),
    g.Binary: Operation(_binary, _exactly),
    g.Unary: Operation(_unary, _unary_support),
    g.Where: Operation(_where, _exactly),
    g.Linear: Operation(_line, linear_support),
    g.Link: Operation(_link, _link_support),
    g.ArgMax: Operation(_arg_max, _exactly),
}
