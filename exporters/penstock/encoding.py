"""JSON as Penstock writes it: every double and every integer survives.

What JSON cannot hold is an object: ``{"number": "NaN"}``, ``"Infinity"``,
``"-Infinity"``, and ``{"integer": "9007199254740993"}`` beyond 2^53. -0.0 is -0.0.
"""

from __future__ import annotations

import json
import math
from typing import Any

_EXACT_INTEGERS = 2**53
_LINE = json.JSONEncoder(allow_nan=False)
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def encode(value: Any) -> Any:
    """``value`` as JSON data; NumPy scalars become Python's, tuples lists."""
    if type(value) is float and math.isfinite(value):  # nearly all that there is
        return value
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if hasattr(value, "tolist"):
        return encode(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": "NaN" if math.isnan(value) else str(value).replace("inf", "Infinity")}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT_INTEGERS:
        return {"integer": str(value)}
    return value


def decode(value: Any) -> Any:
    """The inverse of ``encode`` (lists stay lists). Raises ValueError on a wrong encoding."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"number"} and isinstance(value["number"], str):
        if value["number"] not in _SPECIAL:
            raise ValueError(f"{value['number']!r} is no number; it must be one of {_special()}")
        return _SPECIAL[value["number"]]
    if set(value) == {"integer"} and isinstance(value["integer"], str):
        return int(value["integer"])
    return {key: decode(item) for key, item in value.items()}


def parse(text: str) -> Any:
    """JSON data without duplicate keys and without NaN literals. Raises ValueError."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, item in pairs:
            if key in found:
                raise ValueError(f"the key {key!r} stands twice in one object")
            found[key] = item
        return found

    def refuse(literal: str) -> None:
        raise ValueError(f"{literal} is no JSON; write {{'number': '{literal}'}}")

    return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)


def line(value: Any) -> str:
    """``value`` encoded on one line."""
    return _LINE.encode(encode(value))


def pretty(value: Any, indent: str = "") -> str:
    """``value`` (encoded already) for a person: one key per line, plain lists in a line."""
    inner = indent + "  "
    if isinstance(value, dict) and value and not _is_flat(value):
        items = [f"{inner}{json.dumps(key)}: {pretty(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        items = [f"{inner}{pretty(item, inner)}" for item in value]
        return "[\n" + ",\n".join(items) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


def _is_flat(value: dict[str, Any]) -> bool:
    """Small enough for one line: a column, an encoded number, one golden answer."""
    return len(json.dumps(value)) <= 120 and not any(
        isinstance(item, dict) and item for item in value.values()
    )


def _special() -> str:
    return ", ".join(_SPECIAL)
