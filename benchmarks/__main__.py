"""`make bench`: measures, checks every answer, prints and writes build/bench/report.md and .json.

Ends with exit code 1 where an engine's answers are wrong.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks import (
    core_part,
    exporting_part,
    kernels_part,
    loading_part,
    machine,
    options,
    page,
    report,
    scaling_part,
    spark_part,
)
from benchmarks.places import BUILD, PAGE
from benchmarks.processes import BenchError
from penstock.errors import PenstockError

PART = {
    "spark": spark_part.run,
    "core": core_part.run,
    "kernels": kernels_part.run,
    "loading": loading_part.run,
    "exporting": exporting_part.run,
    "scaling": scaling_part.run,
}


def save(results: dict[str, Any]) -> None:
    (BUILD / "results.json").write_text(json.dumps(results, indent=1))


def main() -> int:
    given = options.parse()
    BUILD.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {text}", file=sys.stderr, flush=True)

    results: dict[str, Any] = {
        "when": time.strftime("%Y-%m-%d", time.gmtime()),
        "complete": given.complete,
        "machine": machine.describe(),
        "load_before": machine.load(),
    }
    try:
        for part in given.parts:
            results[part] = PART[part](given, say)
            save(results)  # a part that fails does not take the others with it
    except (BenchError, PenstockError) as error:
        print(error, file=sys.stderr)
        return 2
    results["load_after"] = machine.load()
    results["seconds"] = round(time.monotonic() - start)
    text = report.render(results)
    save(results)
    (BUILD / "report.md").write_text(text)
    print(text)
    say(f"written: {BUILD / 'report.md'}, {BUILD / 'results.json'}")
    wrong = report.wrong(results)
    if given.page and not wrong:
        PAGE.write_text(page.render(results))
        say(f"written: {PAGE}")
    for sentence in wrong:
        print(f"WRONG ANSWERS: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
