"""PMML expressions as XML text.

A missing operand makes + - * / missing, as NaN does in the graph; any other
function may fail on it, and is guarded where a row may go on with a missing value.
Numbers are always declared double: PMML infers an integer from "5".
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from penstock.writers.pmml.xml import element, number


def ref(field: str) -> str:
    return element("FieldRef", {"field": field})


def constant(value: float) -> str:
    """The number; NaN is a missing value."""
    if math.isnan(value):
        return element("Constant", {"dataType": "double", "missing": "true"})
    return element("Constant", {"dataType": "double"}, number(value))


def apply(function: str, *arguments: str) -> str:
    return element("Apply", {"function": function}, "".join(arguments))


def operand(value: str | float) -> str:
    """A field by its name, or a constant."""
    return ref(value) if isinstance(value, str) else constant(value)


def choose(condition: str, then: str, otherwise: str) -> str:
    return apply("if", condition, then, otherwise)


def is_missing(field: str) -> str:
    return apply("isMissing", ref(field))


def keep_missing(operands: Iterable[str | float], expression: str) -> str:
    """Missing where one of the operands is, else the expression."""
    for field in reversed([name for name in operands if isinstance(name, str)]):
        expression = choose(is_missing(field), ref(field), expression)
    return expression


def flag(condition: str) -> str:
    """1.0 where the condition holds, else 0.0."""
    return choose(condition, constant(1.0), constant(0.0))
