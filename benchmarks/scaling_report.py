"""The tables of how the cost of a row grows."""

from __future__ import annotations

from typing import Any

from benchmarks.tables import number, spread, table


def render(results: dict[str, Any] | None) -> list[str]:
    """A table for each series, none where this run measured none."""
    if results is None:
        return []
    return [
        *(series(title, points) for title, points in results["series"].items()),
        wide(results["wide"]),
        cores(results["cores"]),
    ]


def series(title: str, points: list[dict[str, Any]]) -> str:
    """What a row costs on one core, row by row and in batches."""
    rows = []
    for point in points:
        found = point["engines"]
        costs = [_cost(found[name]) for name in ("bundle", "batch")]
        verdicts = {found[name]["verdict"]["text"] for name in ("bundle", "batch")}
        rows.append([point["title"], *costs, ", ".join(sorted(verdicts))])
    head = ["model", "row by row, ns (fastest .. slowest)", "in batches, ns", "answers"]
    return f"## What a row costs on one core: {title}\n\n{table(head, rows)}"


def _cost(engine: dict[str, Any]) -> str:
    """Nanoseconds a row."""
    return spread(*(1e9 / engine[which] for which in ("rows_per_second", "fastest", "slowest")))


def wide(points: list[dict[str, Any]]) -> str:
    """What a row costs in Spark beside what reading it costs."""
    rows = []
    for point in points:
        scan, ours = point["engines"]["scan"], point["engines"]["bundle"]
        read = 1e9 * scan["median_seconds"] / point["rows"]
        cost = 1e9 * ours["median_seconds"] / point["rows"]
        rows.append(
            [
                point["title"],
                f"{point['rows']:,}",
                number(read),
                number(cost),
                ours["verdict"]["text"],
            ]
        )
    head = ["model", "rows", "scan alone, ns a row", "Penstock, ns a row", "answers"]
    return f"## In Spark, local[2]: features\n\n{table(head, rows)}"


def cores(points: list[dict[str, Any]]) -> str:
    head = ["model", "cores", "scan alone, rows/s", "Penstock, rows/s", "answers"]
    rows = [
        [
            point["title"],
            str(point["cores"]),
            number(point["engines"]["scan"]["rows_per_second"]),
            number(point["engines"]["bundle"]["rows_per_second"]),
            point["engines"]["bundle"]["verdict"]["text"],
        ]
        for point in points
    ]
    return f"## In Spark: cores\n\n{table(head, rows)}"
