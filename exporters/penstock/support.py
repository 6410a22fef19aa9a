"""Support levels: how well one operation can be said in one format.

They are data, declared once beside the code that writes the operation. The error
message, the tests' tolerances, ``penstock check`` and docs/compatibility.md all
come from that one declaration.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exact:
    """The format says the operation bit for bit."""

    level = "exact"


@dataclass(frozen=True)
class Within:
    """The answers agree within ``bound``, a formula in the size of the operation.

    ``bound``: the formula as a person reads it, such as ``(n + 2) * eps * S``.
    ``why``: what makes the difference, such as "the sum may be taken in any order".
    """

    bound: str
    why: str
    level = "within"


@dataclass(frozen=True)
class Refused:
    """The format cannot say the operation: ``why``, and the ``remedy`` for the user."""

    why: str
    remedy: str
    level = "refused"


Support = Exact | Within | Refused

UNORDERED = Within("(n + 2) * eps * S", "the library sums its trees in an order of its own")
"""What both formats say of an ensemble whose library states no order of the sum."""

LEGEND = (
    "n: terms of a sum, S: the sum of their absolute values, k: classes, p: a probability, "
    "y: the value,\neps: 2^-52. A difference within the bound is rounding and no more."
)
"""What the letters of ``Within.bound`` mean, for a person."""
