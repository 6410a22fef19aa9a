"""One row's answer, the same for the oracle and the JVM's scorer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Value = str | float | int | bool | None
"""What one cell of a row holds. A row is a sequence of these in the inputs' order."""

OTHER = "OTHER"
"""A refusal of a kind that the contract does not know; it never counts as agreement."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A score, or a refusal.

    ``prediction``: a float, a typed label, or a tuple of floats for several outputs.
    ``leaves``: integers (trees,), the leaf in each tree, as the side that answers numbers them.
    ``refused``: the kind of refusal, with ``message`` saying why; then the rest is None.
    """

    prediction: Value | tuple[float, ...] = None
    probabilities: tuple[float, ...] | None = None
    leaves: np.ndarray | None = field(default=None, compare=False)
    refused: str | None = None
    message: str = ""


def narrowed(numbers: np.ndarray) -> np.ndarray:
    """Integers from 0 on in the least type that holds them: leaves are many and small."""
    least = np.min_scalar_type(int(numbers.max(initial=0)))
    return numbers.astype(least, order="C", copy=False)
