"""The results as Markdown."""

from __future__ import annotations

from typing import Any

from benchmarks import scaling_report as scaling
from benchmarks import targets
from benchmarks.tables import number, ratio, spread, table

OURS = "bundle"
PLAIN = "plainLoop"


def render(results: dict[str, Any]) -> str:
    """All tables of a run."""
    sections = [
        verdict(results),
        *(in_spark(result) for result in results.get("spark", [])),
        *(on_one_core(result) for result in results.get("core", [])),
        kernels(results.get("kernels", [])),
        loading(results.get("loading")),
        exporting(results.get("exporting")),
        *scaling.render(results.get("scaling")),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def verdict(results: dict[str, Any]) -> str:
    """The ratios that must hold, as far as this run measured them."""
    measured = targets.measure(results)
    if not measured:
        return ""
    rows = [
        [target.text, f"at least {target.least:g} x", ratio(value), holds(value >= target.least)]
        for target, value in measured
    ]
    for limit, value in targets.limits(results):
        rows.append(
            [limit.text, f"at most {limit.most:g} x", ratio(value), holds(value <= limit.most)]
        )
    text = "## What must hold\n\n" + table(["ratio of medians", "wanted", "is", "holds"], rows)
    return "\n\n".join([text, *map(_out_of_reach, targets.missed(results))])


def _out_of_reach(missed: targets.Missed) -> str:
    """What bounds a ratio inside Spark that does not hold."""
    told = (
        f"{missed.target.text}: reading the rows takes {missed.scan_share:.0%} of Penstock's time, "
        f"and an engine that cost nothing else would be {ratio(missed.most)}."
    )
    if missed.left <= 0:
        return told
    told += (
        f" {missed.target.least:g} x would leave {number(1e9 * missed.left)} ns a row and core for "
        "all that is not reading"
    )
    if missed.kernel is None:
        return told + "."
    return told + f"; the kernel by itself, in JMH, takes {number(1e9 * missed.kernel)}."


def holds(is_so: bool) -> str:
    return "yes" if is_so else "NO"


def in_spark(result: dict[str, Any]) -> str:
    head = ["engine", "Penstock is", "rows/s (slowest .. fastest)", "answers"]
    return (
        f"## {result['title']}: in Spark, local[{result['cores']}], {result['rows']:,} rows\n\n"
        + engines(result["engines"], head)
        + settings(result["engines"])
    )


def on_one_core(result: dict[str, Any]) -> str:
    head = ["engine", "Penstock is", "rows/s (slowest .. fastest)", "answers"]
    failed = [f"{title} could not score it: {why}" for title, why in result["failed"].items()]
    return (
        f"## {result['title']}: outside Spark, one core, {result['rows']:,} rows\n\n"
        + engines(result["engines"], head)
        + "".join(f"\n\n{sentence}" for sentence in failed)
    )


def kernels(measured: list[dict[str, Any]]) -> str:
    """A line for each kernel of each model, beside the plain loop of the same run."""
    rows = []
    for result in measured:
        plain = result["engines"][PLAIN]["median_seconds"]
        for name, found in result["engines"].items():
            times = ratio(plain / found["median_seconds"])
            rows.append([result["title"], name, times, seconds(found, 1e9)])
    if not rows:
        return ""
    head = ["model", "kernel", "times the plain loop", "ns a row (fastest .. slowest)"]
    return f"## Kernels (JMH), {measured[0]['rows']:,} rows\n\n{table(head, rows)}"


def loading(measured: dict[str, Any] | None) -> str:
    """From the file to the first score, and the memory held."""
    if measured is None:
        return ""
    rows = [
        [
            engine["title"],
            seconds(engine, 1e3),
            f"{number(engine['held_bytes'] / 2**20)} MiB",
            ratio(engine["times_bare"]),
            engine["verdict"]["text"],
        ]
        for engine in measured["engines"].values()
    ]
    head = [
        "engine",
        "ms to the first score (fastest .. slowest)",
        "held",
        "times the bare nodes",
        "answer",
    ]
    return (
        f"## {measured['title']}: from the file to the first verified score, in fresh JVMs\n\n"
        f"{table(head, rows)}\n\nThe bare arrays of the nodes are "
        f"{number(measured['bare_bytes'] / 2**20)} MiB."
    )


def exporting(measured: dict[str, Any] | None) -> str:
    """From the registry to the written file."""
    if measured is None:
        return ""
    rows = [
        [
            engine["title"],
            seconds(engine, 1.0),
            f"{number(engine['held_bytes'] / 2**20)} MiB",
            f"{number(engine['file_bytes'] / 2**20)} MiB",
            engine["verdict"]["text"],
        ]
        for engine in measured["engines"].values()
    ]
    head = ["engine", "seconds (fastest .. slowest)", "held at most", "file", "answers of the file"]
    return (
        f"## {measured['title']}: from the registry to PMML\n\n{table(head, rows)}\n\n"
        "Held at most: by Python and the JVM together, at the same time."
    )


def engines(measured: dict[str, Any], head: list[str]) -> str:
    """A line for each engine, with how many times as fast Penstock's bundle is."""
    ours = measured.get(OURS)
    rows = []
    for engine in measured.values():
        times = ratio(engine["median_seconds"] / ours["median_seconds"]) if ours else ""
        rate = spread(engine["rows_per_second"], engine["slowest"], engine["fastest"])
        right = engine["verdict"]["text"] if "verdict" in engine else ""
        rows.append([engine["title"], times, rate, right])
    return table(head, rows)


def seconds(measured: dict[str, Any], unit: float) -> str:
    """The median and its spread; ``unit`` is how many there are in a second."""
    return spread(
        *(unit * measured[f"{which}_seconds"] for which in ("median", "fastest", "slowest"))
    )


def settings(measured: dict[str, Any]) -> str:
    told = [
        f"{engine['title']}: "
        + ", ".join(f"{name} = {value}" for name, value in engine["settings"].items())
        for engine in measured.values()
        if engine.get("settings")
    ]
    return "\n\nSettings of " + "; ".join(told) + "." if told else ""


def wrong(results: dict[str, Any]) -> list[str]:
    """Every engine that gave wrong answers without an excuse, a sentence each."""
    found = []
    single = [results[part] for part in ("loading", "exporting") if part in results]
    scaled = results.get("scaling", {"series": {}, "wide": [], "cores": []})
    grown = [*scaled["series"].values(), scaled["wide"], scaled["cores"]]
    for part in (results.get("spark", []), results.get("core", []), single, *grown):
        for result in part:
            for engine in result["engines"].values():
                judged = engine.get("verdict")
                if judged and not judged["right"] and not engine.get("excuse"):
                    found.append(f"{engine['title']} on {result['title']}: {judged['text']}")
    return found
