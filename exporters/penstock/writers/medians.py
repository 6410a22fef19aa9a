"""How exactly the files say a weighted median."""

from __future__ import annotations

import numpy as np

from penstock.graph import WeightedMedian
from penstock.medians import sums_exactly
from penstock.support import Exact, Support, Within


def support(node: WeightedMedian) -> Support:
    if sums_exactly(np.array(node.weights)):
        return Exact()
    return Within(
        "0, or to the next answer where n weights sum to half of all within 2 n eps",
        "the engine may take the sums of weights in any order",
    )
