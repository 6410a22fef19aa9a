"""The ratios that must hold, each of two medians of one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """``ours`` is to be at least ``least`` times as fast as ``theirs``, on one model.

    ``part`` is where both were measured: "spark", "core", "kernels" or "loading".
    """

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
    Target("core", "forest", "batch", "onnx", 3, "forest, one core: ONNX Runtime, both in batches"),
    _spark("boosting", "udf", 6, "boosting: spark_udf"),
    _spark("boosting", "jpmml", 40, "boosting: jpmml-evaluator-spark"),
    Target(
        "core", "boosting", "batch", "onnx", 2, "boosting, one core: ONNX Runtime, both in batches"
    ),
    _spark("mixed", "udf", 10, "mixed pipeline with strings: spark_udf"),
    _spark("mixed", "jpmml", 4, "mixed pipeline with strings: jpmml-evaluator-spark"),
    *(
        Target("kernels", model, kernel, "plainLoop", least, f"{model}, {text}: the plain loop")
        for kernel, least, text in (("rowByRow", 2, "row by row"), ("batches", 3, "in batches"))
        for model in ("forest", "boosting")
    ),
    Target("loading", "boosting", "pmml", "jpmml", 1, "PMML of 500 trees to first score: JPMML"),
    Target("loading", "boosting", "pmml", "pmml4s", 1, "PMML of 500 trees to first score: PMML4S"),
)
MOST_HELD = 3.0
"""How many times the bare arrays of its nodes a model may hold."""


def measure(results: dict[str, Any]) -> list[tuple[Target, float]]:
    """The targets of which this run measured both sides, with the ratio of the medians."""
    found = []
    for target in TARGETS:
        for result in _part(results, target.part):
            measured = result["engines"]
            if result["model"] == target.model and {target.ours, target.theirs} <= measured.keys():
                ours, theirs = measured[target.ours], measured[target.theirs]
                found.append((target, theirs["median_seconds"] / ours["median_seconds"]))
    return found


def _part(results: dict[str, Any], part: str) -> list[dict[str, Any]]:
    found = results.get(part, [])
    return [found] if isinstance(found, dict) else found
