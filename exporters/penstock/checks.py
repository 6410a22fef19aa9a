"""Rows as the model's users give them: parsed into the graph's columns, refused or not.

A row is a sequence of cells in the order of the contract's inputs; a cell is a
number, text, a boolean or None.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import NoneType

import numpy as np

from penstock.contract import (
    Check,
    Contract,
    ContractInput,
    MissingValue,
    NotANumber,
    OutOfRange,
    Refusal,
    Role,
    UnknownCategory,
)

Cell = str | float | int | bool | None
Row = Sequence[Cell]


def parse(contract: Contract, rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """The graph's columns: float64 with NaN for a missing number, or object for a STRING.

    Text that is no number gives NaN too; ``refusals`` tells the two apart.
    """
    return {
        column.name: _column(column, [row[i] for row in rows])
        for i, column in enumerate(contract.inputs)
    }


def refusals(contract: Contract, rows: Sequence[Row]) -> list[Refusal | None]:
    """For each row the kind of the first check that refuses it, or None."""
    return [None if check is None else check.kind for check in first_failed(contract, rows)]


def first_failed(contract: Contract, rows: Sequence[Row]) -> list[Check | None]:
    """For each row the first check that refuses it, or None."""
    columns = parse(contract, rows)
    cells = {c.name: [row[i] for row in rows] for i, c in enumerate(contract.inputs)}
    found: list[Check | None] = [None] * len(rows)
    open_ = np.ones(len(rows), dtype=bool)
    for check in contract.checks:
        failed = open_ & _fails(check, columns, cells)
        for i in np.flatnonzero(failed):
            found[i] = check
        open_ &= ~failed
    return found


def failed_kinds(contract: Contract, row: Row) -> list[Refusal]:
    """The kinds of all checks that refuse the row, in the contract's order."""
    columns = parse(contract, [row])
    cells = {c.name: [row[i]] for i, c in enumerate(contract.inputs)}
    return [check.kind for check in contract.checks if _fails(check, columns, cells)[0]]


def _fails(
    check: Check, columns: dict[str, np.ndarray], cells: dict[str, list[Cell]]
) -> np.ndarray:
    match check:
        case NotANumber():
            failed = [[to_number(cell) is None for cell in cells[name]] for name in check.columns]
        case MissingValue():
            failed = [_is_missing(columns[name]) for name in check.columns]
        case OutOfRange():
            failed = [
                _is_below(columns[name], low) | _is_below(-columns[name], -high)
                for name, low, high in zip(check.columns, check.min, check.max, strict=True)
            ]
        case UnknownCategory():
            failed = [_is_unknown(columns[check.column], check)]
    return np.any(np.array(failed), axis=0)


def _is_below(column: np.ndarray, end: float) -> np.ndarray:
    """Where a number lies below ``end``, -0.0 below 0.0 too."""
    signed = np.signbit(column) & (not np.signbit(end))
    return (column < end) | ((column == end) & signed)


def to_number(cell: Cell) -> float | None:
    """The cell as Python's float takes it, NULL as NaN; None for text that is no number."""
    if cell is None:
        return math.nan
    try:
        return float(cell)
    except ValueError:
        return None


def _column(column: ContractInput, cells: list[Cell]) -> np.ndarray:
    if column.role is Role.STRING:
        text = np.empty(len(cells), dtype=object)
        text[:] = cells
        return text
    if set(map(type, cells)) <= {float, NoneType}:
        return np.array(cells, dtype=np.float64)
    numbers = [to_number(cell) for cell in cells]
    return np.array([math.nan if x is None else x for x in numbers], dtype=np.float64)


def _is_missing(column: np.ndarray) -> np.ndarray:
    if column.dtype == object:
        return np.array([cell is None for cell in column], dtype=bool)
    return np.isnan(column)


def _is_unknown(column: np.ndarray, check: UnknownCategory) -> np.ndarray:
    if column.dtype == object:
        known = set(check.categories)
        return np.array([cell not in known for cell in column], dtype=bool)
    numbers = np.array(check.categories, dtype=np.float64)
    found = np.isin(column, numbers)
    return ~(found | np.isnan(column)) if np.isnan(numbers).any() else ~found
