"""Compares an engine's answers with the plain reading of a graph."""

from __future__ import annotations

import math
from typing import Any

from tests.graphs import Case
from tests.interpreter import interpret


def disagreements(
    case: Case, answers: list[dict[str, Any]], *, undefined_may_fail: bool = False
) -> list[str]:
    """One line for each row on which the engine and the interpreter differ.

    With ``undefined_may_fail`` the engine may refuse a row without missing values for
    which arithmetic gives NaN, such as infinity minus infinity.
    """
    assert len(answers) == len(case.rows) > 0
    found = []
    for row, answer in zip(case.rows, answers, strict=True):
        names = [column.name for column in case.graph.inputs]
        expected = interpret(case.graph, dict(zip(names, row, strict=True)))
        if "error" in answer:
            if not (undefined_may_fail and _is_undefined(row, expected)):
                found.append(f"{row}: {answer['error']}")
            continue
        for key, value in expected.items():
            if not _agree(value, answer.get(key), case.relative):
                found.append(f"{row}: {key} is {answer.get(key, answer)}, not {value}")
    return found


def _is_undefined(row: list[Any], expected: dict[str, Any]) -> bool:
    missing = any(value is None or value != value for value in row)
    return not missing and expected["prediction"] != expected["prediction"]


def _agree(expected: Any, given: Any, relative: float) -> bool:
    if isinstance(expected, list):
        return (
            isinstance(given, list)
            and len(given) == len(expected)
            and all(_agree(e, v, relative) for e, v in zip(expected, given, strict=True))
        )
    if not isinstance(expected, float) or not isinstance(given, float | int):
        # PMML's word for a missing result is null.
        return expected == given or (given is None and expected != expected)
    if math.isnan(expected):
        return math.isnan(given)
    return expected == given or abs(expected - given) <= relative * max(abs(expected), 1.0)
