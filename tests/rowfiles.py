"""Files of rows and of answers: how the tests move data to a JVM, in bulk and without loss.

A file of rows begins with ``{"columns": [...]}`` and then holds one JSON array per row; a file of
answers holds one JSON object per row. What JSON cannot hold is written ``{"number": "NaN"}``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def encode(value: Any) -> Any:
    """A cell as JSON can hold it: numbers as double, text, a boolean, or None."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isfinite(number):
            return number
        return {"number": {math.inf: "Infinity", -math.inf: "-Infinity"}.get(number, "NaN")}
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"a row cannot hold a {type(value).__name__}: {value!r}")


def decode(value: Any) -> Any:
    """The inverse of ``encode`` for any nesting of lists and objects."""
    if isinstance(value, dict):
        if value.keys() == {"number"}:
            return float(value["number"])
        if value.keys() == {"integer"}:
            return int(value["integer"])
        return {key: decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    return value


def write_rows(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    more: Mapping[str, Any] | None = None,
) -> Path:
    """Writes a file of rows; ``more`` joins ``columns`` in the header."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"columns": list(columns), **(more or {})}) + "\n")
        for row in rows:
            file.write(json.dumps([encode(cell) for cell in row], allow_nan=False) + "\n")
    return path


def read_answers(path: Path) -> list[dict[str, Any]]:
    """One object per row, its numbers decoded."""
    with path.open(encoding="utf-8") as file:
        return [decode(json.loads(line)) for line in file]


def with_leaves(answers: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """The answers, and the leaves of those that were scored, which have a file of their own."""
    scored = [answer for answer in answers if "refused" not in answer]
    told = np.fromfile(path, dtype="<i4").reshape(len(scored), -1) if scored else ()
    for answer, leaves in zip(scored, told, strict=True):
        answer["leaves"] = leaves.tolist()
    return answers
