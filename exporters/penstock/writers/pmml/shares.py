"""Class shares of leaves as record counts, where these give back the very same doubles.

PMML divides a leaf's record counts by their sum. A leaf that holds 1/3 and 2/3 as
doubles is written as the counts 1 and 2, which divide to just these doubles; its
shares themselves may sum to something beside one, and would be changed.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from penstock.graph import Tree

_LARGEST_COUNT = 10_000_000


def counts(tree: Tree) -> dict[int, list[str]] | None:
    """For each leaf of the tree the record count of each class, as text.

    None where no counts divide to exactly the leaf's values, as with weighted samples.
    """
    found: dict[int, list[str]] = {}
    known: dict[tuple[float, ...], list[str] | None] = {}
    for node in np.flatnonzero(tree.feature < 0).tolist():
        shares = tuple(tree.values[node].tolist())
        if shares not in known:
            known[shares] = _counts(shares)
        if known[shares] is None:
            return None
        found[node] = known[shares]
    return found


def _counts(shares: tuple[float, ...]) -> list[str] | None:
    if not all(0 <= share <= 1 for share in shares):
        return None
    fractions = [Fraction(share).limit_denominator(_LARGEST_COUNT) for share in shares]
    total = math.lcm(*(fraction.denominator for fraction in fractions))
    whole = [int(fraction * total) for fraction in fractions]
    if sum(whole) == total < 2**53 and all(
        count / total == share for count, share in zip(whole, shares, strict=True)
    ):
        return [str(count) for count in whole]
    running = 0.0
    for share in shares:
        running += share
    return [repr(share) for share in shares] if running == 1.0 else None
