"""The ratios that must hold, each of two medians of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """``ours`` is to be at least ``least`` times as fast as ``theirs``, on one model.

    ``part`` is where both were measured: "spark", "core", "kernels", "loading" or "exporting".
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
    Target(
        "exporting", "boosting", "written", "sklearn2pmml", 1, "500 trees to PMML: sklearn2pmml"
    ),
    Target(
        "exporting", "boosting", "verified", "sklearn2pmml", 1, "the same, verified: sklearn2pmml"
    ),
)


@dataclass(frozen=True)
class Limit:
    """``measure`` gives what is to be ``most`` at the most, for one engine of ``part``."""

    part: str
    engine: str
    most: float
    text: str
    measure: Callable[[dict[str, Any], str], float]


def _of_theirs(key: str) -> Callable[[dict[str, Any], str], float]:
    return lambda engines, name: engines[name][key] / engines["sklearn2pmml"][key]


LIMITS = (
    *(
        Limit("loading", name, 3, f"memory of {title}: the bare arrays of its nodes",
              lambda engines, name: engines[name]["times_bare"])
        for name, title in (("bundle", "the bundle"), ("pmml", "the PMML"))
    ),
    Limit("exporting", "written", 1, "memory of that export: sklearn2pmml's",
          _of_theirs("held_bytes")),
    Limit("exporting", "verified", 1, "memory of the same, verified: sklearn2pmml's",
          _of_theirs("held_bytes")),
    Limit("exporting", "written", 1, "size of the PMML: sklearn2pmml's", _of_theirs("file_bytes")),
)  # fmt: skip
"""What must not grow, and beside what."""


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


@dataclass(frozen=True)
class Missed:
    """A target inside Spark that this run missed, and what bounds it.

    ``scan_share``: the scan's part of our time. ``most``: the ratio of an engine that costs nothing
    beside the scan. ``left``: the seconds a row and core that the wanted ratio would leave beside
    the scan. ``kernel``: those of our fastest kernel by itself, where they were measured.
    """

    target: Target
    scan_share: float
    most: float
    left: float
    kernel: float | None


def missed(results: dict[str, Any]) -> list[Missed]:
    """Those of which the run measured the scan too."""
    found = []
    for target, value in measure(results):
        if target.part != "spark" or value >= target.least:
            continue
        for result in _part(results, "spark"):
            engines = result["engines"]
            if result["model"] == target.model and "scan" in engines:
                scan, ours, theirs = (
                    engines[name]["median_seconds"] for name in ("scan", target.ours, target.theirs)
                )
                left = (theirs / target.least - scan) * result["cores"] / result["rows"]
                kernel = _kernel(results, target.model)
                found.append(Missed(target, scan / ours, theirs / scan, left, kernel))
    return found


def _kernel(results: dict[str, Any], model: str) -> float | None:
    for result in _part(results, "kernels"):
        if result["model"] == model:
            return min(engine["median_seconds"] for engine in result["engines"].values())
    return None


def limits(results: dict[str, Any]) -> list[tuple[Limit, float]]:
    """The limits of which this run measured both sides, with what it found."""
    return [
        (limit, limit.measure(results[limit.part]["engines"], limit.engine))
        for limit in LIMITS
        if limit.part in results and limit.engine in results[limit.part]["engines"]
    ]


def _part(results: dict[str, Any], part: str) -> list[dict[str, Any]]:
    found = results.get(part, [])
    return [found] if isinstance(found, dict) else found
