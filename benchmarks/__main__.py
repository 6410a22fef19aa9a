"""`make bench`: measures, checks every answer, prints and writes build/bench/report.md and .json.

Ends with exit code 1 where an engine's answers are wrong.
"""

from __future__ import annotations

import json
import sys
import time

from benchmarks import (
    core_part,
    kernels_part,
    loading_part,
    machine,
    options,
    report,
    scaling_part,
    spark_part,
)
from benchmarks.places import BUILD
from benchmarks.processes import BenchError
from penstock.errors import PenstockError


def main() -> int:
    given = options.parse()
    BUILD.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {text}", file=sys.stderr, flush=True)

    results = {
        "when": time.strftime("%Y-%m-%d", time.gmtime()),
        "complete": given.complete,
        "machine": machine.describe(),
        "load_before": machine.load(),
    }
    try:
        if "spark" in given.parts:
            results["spark"] = spark_part.run(given, say)
        if "core" in given.parts:
            results["core"] = core_part.run(given, say)
        if "scaling" in given.parts:
            results["scaling"] = scaling_part.run(given, say)
        if "loading" in given.parts:
            results["loading"] = loading_part.run(given, say)
        if "kernels" in given.parts:
            results["kernels"] = kernels_part.run(given, say)
    except (BenchError, PenstockError) as error:
        print(error, file=sys.stderr)
        return 2
    results["seconds"] = round(time.monotonic() - start)
    text = report.render(results)
    (BUILD / "results.json").write_text(json.dumps(results, indent=1))
    (BUILD / "report.md").write_text(text)
    print(text)
    say(f"written: {BUILD / 'report.md'}, {BUILD / 'results.json'}")
    wrong = report.wrong(results)
    for sentence in wrong:
        print(f"WRONG ANSWERS: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
