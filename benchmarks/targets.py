"""The ratios that must hold, each of two medians of one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """``ours`` is to be at least ``least`` times as fast as ``theirs``, on one model."""

    part: str
    model: str
    ours: str
    theirs: str
    least: float
    text: str


def _spark(model: str, theirs: str, least: float, text: str) -> Target:
    return Target("spark", model, "bundle", theirs, least, text)


TARGETS = (
    _spark("elasticnet", "sql", 0.85, "linear: the hand-written SQL expression"),
    _spark("elasticnet", "udf", 8, "linear: spark_udf"),
    _spark("forest", "udf", 12, "forest: spark_udf"),
    _spark("forest", "jpmml", 25, "forest: jpmml-evaluator-spark"),
    _spark("boosting", "udf", 6, "boosting: spark_udf"),
    _spark("boosting", "jpmml", 40, "boosting: jpmml-evaluator-spark"),
    _spark("mixed", "udf", 10, "mixed pipeline with strings: spark_udf"),
    _spark("mixed", "jpmml", 4, "mixed pipeline with strings: jpmml-evaluator-spark"),
)


def measure(results: dict[str, Any]) -> list[tuple[Target, float]]:
    """The targets of which this run measured both sides, with the ratio."""
    found = []
    for target in TARGETS:
        for result in results.get(target.part, []):
            measured = result["engines"]
            if result["model"] == target.model and {target.ours, target.theirs} <= measured.keys():
                ours, theirs = measured[target.ours], measured[target.theirs]
                found.append((target, ours["rows_per_second"] / theirs["rows_per_second"]))
    return found
