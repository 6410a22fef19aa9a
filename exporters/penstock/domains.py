"""Which values of an input the contract accepts, and how a number becomes a cell."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from penstock.contract import (
    Category,
    Contract,
    ContractInput,
    MissingValue,
    OutOfRange,
    Role,
    UnknownCategory,
)
from penstock.floats import FLOAT32, FLOAT64, INTEGERS, Grid

GRIDS = {"float": FLOAT32, "integer": INTEGERS, "long": INTEGERS, "boolean": INTEGERS}
LIMITS = {"integer": (-(2.0**31), 2.0**31 - 1), "boolean": (0.0, 1.0)}


@dataclass(frozen=True)
class Domain:
    """The accepted values of one input.

    Numbers: those of ``grid`` with keys from ``low`` to ``high``, NaN where ``missing``.
    Text: any, and None where ``missing``. Where ``categories`` is not None, only these.
    """

    input: ContractInput
    grid: Grid
    low: int
    high: int
    missing: bool
    categories: tuple[Category, ...] | None

    @property
    def is_text(self) -> bool:
        return self.input.role is Role.STRING


def domain(contract: Contract, column: ContractInput) -> Domain:
    """The values of ``column`` that no check refuses."""
    grid = GRIDS.get(column.type, FLOAT64)
    low, high = LIMITS.get(column.type, (-math.inf, math.inf))
    missing, categories = True, None
    for check in contract.checks:
        match check:
            case MissingValue(columns) if column.name in columns:
                missing = False
            case OutOfRange(columns) if column.name in columns:
                i = columns.index(column.name)
                low, high = max(low, check.min[i]), min(high, check.max[i])
            case UnknownCategory(name, known) if name == column.name:
                categories = known if categories is None else _common(categories, known)
    if categories is not None:
        missing = missing and any(c is None or c != c for c in categories)
        categories = tuple(c for c in categories if c is not None and c == c)
    ends = np.clip([low, high], grid.value(grid.lowest), grid.value(grid.highest))
    return Domain(
        column, grid, int(grid.ceil(ends[:1])[0]), int(grid.floor(ends[1:])[0]), missing, categories
    )


def _common(left: tuple[Category, ...], right: tuple[Category, ...]) -> tuple[Category, ...]:
    nan = any(c is not None and c != c for c in right)
    return tuple(c for c in left if c in right or (nan and c is not None and c != c))
