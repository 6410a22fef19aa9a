"""Single cells at which scorers go wrong: limits of number formats, spellings, odd text."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from penstock.checks import Cell
from penstock.contract import Contract, ContractInput, OutOfRange, Role, UnknownCategory
from penstock.graph import CategoryMapper, Graph, Node, OneHotEncoder, StringImputer
from penstock.lineage import trace

NAN, INF = float("nan"), float("inf")
FLOAT32_LIMIT = 3.4028235677973362e38
"""The greatest double that float32 holds when rounded; the next one overflows."""

NUMBERS = (
    None, NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3, 5e-324, -5e-324, 1e-320,
    2.2250738585072014e-308, 1e-46, 1.401298464324817e-45, 1e-10, 16777217.0, 2.0**53,
    2.0**53 + 2, 3.4028234663852886e38, FLOAT32_LIMIT, -FLOAT32_LIMIT,
    math.nextafter(FLOAT32_LIMIT, INF), 1e39, -1e39, 1e300, -1e300, 1e308,
    1.7976931348623157e308, -1.7976931348623157e308,
)  # fmt: skip

INTEGERS = {
    "integer": (None, 0, 1, -1, 7, 16777217, 2**31 - 1, -(2**31)),
    "long": (
        None, 0, 1, -1, 7, 16777217, 2**31, -(2**31) - 1, 2**53, 2**53 + 1, -(2**53) - 1,
        2**63 - 1, -(2**63),
    ),
    "boolean": (None, True, False),
}  # fmt: skip

SPELLINGS = (
    "1_000", " 1.5 ", "\u20031.5\u2003", "\u0661\u0662.\u0665", "\uff11\uff12", "+.5", "5.",
    "-.5e1",
    "1e-400", "1e400", "-1e400", "1E5", "1e+05", "inf", "-inf", "+Infinity", "iNfInItY", "nan",
    "NaN", "-nan", "0", "-0", "-0.0", "00012", "0.1", "3.4028235677973362e38",
    "3.4028235677973366e38", "1.7976931348623157e308", "1.7976931348623159e308", "4.9e-324",
    "2e-324", "9007199254740993", "0.30000000000000004", "1" + "0" * 400, "0." + "0" * 400 + "1",
    "\t3\n", "", " ", "None", "NA", "null", "1,5", "0x10", "0x1p3", "1.0d", "1.0f", "1__0", "_1",
    "1_", "1_.5", "1e1_0", "1 2", "--1", "+-1", "e5", ".", "+", "-", "infinit", "nan()", "\u221e",
    "\u00bd", "\u00b2", "1\u00a0", "\ufeff1", "1\u200b", "true", "1%", "$1",
)  # fmt: skip

TEXTS = (
    None, "", " ", "nan", "NaN", "None", "null", "0", "0.0", "-0.0", "1", "~unseen~",
    "\u00fc\u00e9\u4e2d\U0001f347", "a" * 300, "with,comma", 'with"quote', "with\nnewline", "<&>",
)  # fmt: skip


def trap_cells(
    graph: Graph, defined: Mapping[str, Node], contract: Contract, column: ContractInput
) -> list[Cell]:
    """The trap values for one input, those that the model itself names included.

    ``defined``: the graph's ``definitions``.
    """
    found = _named(graph, defined, contract, column)
    if column.role is Role.STRING and column.type == "string":
        named = [c for c in found if isinstance(c, str)]
        return list(dict.fromkeys([*TEXTS, *named, *(_near_text(c) for c in named[:50])]))
    limits = _limits(contract, column)
    named = [c for c in found if c is not None and c == c]
    floats = [*limits, *named, *(x for c in named for x in _neighbours(c))]
    if column.type in INTEGERS:
        whole = [int(c) for c in named if c == int(c)] if column.type != "boolean" else []
        return [*INTEGERS[column.type], *whole]
    if column.type == "float":
        with np.errstate(over="ignore"):
            return [None if x is None else float(np.float32(x)) for x in (*NUMBERS, *floats)]
    if column.type == "double":
        return [*NUMBERS, *floats]
    return [*SPELLINGS, *NUMBERS, *floats, *(repr(x) for x in floats)]


def spell(x: float, style: int) -> Cell:
    """One of several ways to write the double ``x`` that all mean exactly ``x``."""
    if x != x:
        return (None, "nan", NAN)[style % 3]
    text = repr(x)
    styles = (
        text, text, text, x, f"{x:.17g}", f"{x:.16e}", f"  {text}", f"\u2003{text}\n",
        text if text[0] == "-" else f"+{text}", text.upper() if "inf" not in text else text,
        text.translate(FULL_WIDTH), text if "e" in text or "inf" in text else f"{text}_0",
    )  # fmt: skip
    return styles[style % len(styles)]


FULL_WIDTH = {ord("0") + i: 0xFF10 + i for i in range(10)}


def _limits(contract: Contract, column: ContractInput) -> list[float]:
    """The ends of the accepted range and the first doubles beyond them."""
    found = []
    for check in contract.checks:
        if isinstance(check, OutOfRange) and column.name in check.columns:
            i = check.columns.index(column.name)
            for end in (check.min[i], check.max[i]):
                found += [end, *_neighbours(end)]
    return found


def _named(
    graph: Graph, defined: Mapping[str, Node], contract: Contract, column: ContractInput
) -> list[Cell]:
    """The categories of the input in the graph and in the checks."""
    found: dict[Cell, None] = {}
    for node in graph.nodes:
        if isinstance(node, (OneHotEncoder, CategoryMapper)):
            if trace(defined, node.input).inputs == (column.name,):
                found.update(dict.fromkeys(node.categories))
        elif isinstance(node, StringImputer) and node.input == column.name:
            found[node.fill] = None
    for check in contract.checks:
        if isinstance(check, UnknownCategory) and check.column == column.name:
            found.update(dict.fromkeys(check.categories))
    return list(found)


def _near_text(text: str) -> str:
    return text + " " if len(text) % 2 else text.swapcase() + "x"


def _neighbours(x: float) -> tuple[float, float]:
    return math.nextafter(x, -INF), math.nextafter(x, INF)
