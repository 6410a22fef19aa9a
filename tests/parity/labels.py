"""A label or number as an engine tells it, in the type of the one that is wanted."""

from __future__ import annotations

import math
from typing import Any


def is_nan(*numbers: Any) -> bool:
    return any(isinstance(number, float) and math.isnan(number) for number in numbers)


def in_type(want: Any, got: Any) -> Any:
    """A label as the engine tells it (text, or a double), in the type of the label wanted.

    PMML's word for NaN is a missing result; where NaN comes from a function that JPMML defines for
    some numbers only (the logarithm), it refuses to compute it.
    """
    refused = got is None or str(got).startswith("EvaluationException")
    if refused and is_nan(*(want if isinstance(want, list) else [want])):
        return want
    if isinstance(want, bool):
        return {"true": True, "false": False}.get(str(got).lower(), got)
    if isinstance(want, int):
        return int(float(got)) if str(got).removesuffix(".0") == str(want) else got
    if isinstance(want, list) and isinstance(got, float):
        return [got]
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [in_type(*pair) for pair in zip(want, got, strict=True)]
    return got
