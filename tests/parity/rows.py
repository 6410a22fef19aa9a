"""Rows for a parity case: ordinary ones, and those where exporters go wrong.

Made here from the fitted model alone, without the package's own row generator, so that one checks
the other.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tests.parity.tables import TEXTS

NAN, INF = float("nan"), float("inf")
ORDINARY = 60
"""How many rows are as they are, before those with an odd cell."""
PROBED = 10
"""About how many columns of a wide table get odd values, evenly from the first on."""
FLOAT32_EDGE = 3.4028235677973366e38  # the first double that rounds to no float32
NUMBERS = [NAN, None, INF, -INF, 0.0, -0.0, 5e-324, 1e-40, 1e39, -1e39, 1e308, FLOAT32_EDGE]
NUMBERS += [float(np.nextafter(FLOAT32_EDGE, 0)), 2.5, 16777217.0, 0.1]
NUMBER_TEXTS = ["1.5", " 1.5 ", "1_000", "+.5", "5.", "1e-400", "1e400", "nan", "inf", "-Infinity"]
NUMBER_TEXTS += [
    "",
    " ",
    "None",
    "NA",
    "1,5",
    "0x10",
    "1.0d",
    "1__0",
    "_1",
    "٣",
    "\uff11\uff12.5",
    "\u20031",
]
NUMBER_TEXTS += [
    "NaN",
    "-nan",
    "1e",
    "1.7976931348623159e308",
    "0.1000000000000000055511151231257827",
]
ODD_TEXTS = [
    None,
    "",
    "unseen",
    "nan",
    "None",
    " Porto",
    "porto",
    "São João",
    "Sa\u0303o Joa\u0303o",
]
WHOLE = [None, 0, -1, 2**31 - 1, -(2**31), 16777217]
LONG = [*WHOLE, 2**53 - 1, 2**53 + 1, 2**63 - 1]
SPECIAL = {
    "double": NUMBERS,
    "float": [
        None if n is None else float(np.float32(n))
        for n in NUMBERS
        if n is None or not abs(n) > 3e38
    ],
    "integer": WHOLE,
    "long": LONG,
    "boolean": [None, True, False],
}


def rows(model: Any, frame: pd.DataFrame, types: dict[str, str]) -> list[list[Any]]:
    """Rows in the order of ``types``, which has MLflow's type of each column of ``frame``."""
    base = [
        [_cell(row[i], types[name], name in TEXTS) for i, name in enumerate(frame)]
        for row in frame.head(ORDINARY).astype(object).to_numpy().tolist()
    ]
    found = list(base)
    probed = max(1, len(types) // PROBED)
    for position, (name, type_) in list(enumerate(types.items()))[::probed]:
        for number, special in enumerate(_specials(type_, name in TEXTS)):
            row = list(base[number % len(base)])
            row[position] = special
            found.append(row)
        for number, value in enumerate(_thresholds(model, position, types)):
            row = list(base[number % len(base)])
            row[position] = repr(value) if type_ == "string" else value
            found.append(row)
    return found


def kinds(rows: Sequence[Sequence[Any]]) -> list[Hashable]:
    """For each row the kinds of its odd cells: missing, infinite, tiny, text that is no number."""
    ordinary = {_kind(cell) for row in rows[:ORDINARY] for cell in row}
    return [frozenset(map(_kind, row)) - ordinary for row in rows]


def _kind(cell: Any) -> Hashable:
    """The cell itself, but for ordinary numbers: their sign and order of magnitude."""
    if isinstance(cell, str):
        with suppress(ValueError):
            if repr(float(cell)) == cell:
                return "text", _kind(float(cell))
        return cell
    if not isinstance(cell, float) or not math.isfinite(cell) or cell == 0.0:
        return repr(cell)
    return math.copysign(1.0, cell), math.frexp(cell)[1] // 32


def _specials(type_: str, text: bool) -> Sequence[Any]:
    if type_ == "string" and text:
        return ODD_TEXTS
    if type_ == "string":
        return [*NUMBER_TEXTS, None]
    return SPECIAL[type_]


def _cell(value: Any, type_: str, text: bool) -> Any:
    """A cell of the training frame as a column of this type holds it."""
    if text:
        return value
    if type_ == "string":
        return None if np.isnan(value) else repr(value)
    if type_ in ("integer", "long"):
        return 0 if np.isnan(value) else int(value)
    if type_ == "boolean":
        return bool(value > 3)
    return float(np.float32(value)) if type_ == "float" else value


def _thresholds(model: Any, position: int, types: dict[str, str]) -> Iterator[float]:
    """Each threshold of a tree over raw inputs, as double and float32, and both neighbours."""
    last = model[-1] if isinstance(model, Pipeline) else model
    if isinstance(model, Pipeline) or list(types.values())[position] not in ("double", "string"):
        return
    found = {value for feature, value in _splits(last) if feature == position}
    for value in sorted(found)[::3][:12]:
        narrow = np.float32(value)
        for near in (
            narrow,
            np.nextafter(narrow, np.float32(INF)),
            np.nextafter(narrow, np.float32(-INF)),
        ):
            yield float(near)
            # Halfway to the next float32 is where rounding turns.
            yield (float(near) + float(np.nextafter(near, np.float32(INF)))) / 2
        yield from (value, float(np.nextafter(value, INF)), float(np.nextafter(value, -INF)))


def _splits(model: Any) -> Iterator[tuple[int, float]]:
    """The feature and the threshold of each split of a tree or of an ensemble's trees."""
    if hasattr(model, "_predictors"):
        for nodes in (tree.nodes for trees in model._predictors for tree in trees):
            inner = nodes[nodes["is_leaf"] == 0]
            yield from zip(inner["feature_idx"], inner["num_threshold"].tolist(), strict=True)
        return
    members = [model] if hasattr(model, "tree_") else getattr(model, "estimators_", [])
    for tree in np.ravel(np.array(members, dtype=object)):
        if hasattr(tree, "tree_"):
            yield from zip(tree.tree_.feature, tree.tree_.threshold.tolist(), strict=True)
