"""The command line of the parts: ``python -m tests.soak PART --minutes M --seed S [--case N]``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

from tests.soak.outcome import Asked, Tried

PARTS = {
    "mutations": "the parity gate finds each of a list of faults in files and in the scorer",
    "models": "drawn models, exported and compared with pyfunc by the harness",
    "fuzz": "damaged model files, manifests and rows: a score or one sentence",
    "kills": "exports killed at drawn moments leave a whole folder or none",
    "versions": "the core of the suite against other versions of the libraries",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="parts:\n" + "\n".join(f"  {name:10} {what}" for name, what in PARTS.items()),
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--minutes", type=float, default=5.0, help="for how long cases are drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=int, help="only this case")
    parser.add_argument("--package", type=Path, help="mutations: another checkout's exporters")
    parser.add_argument("--effort", default="standard", help="mutations: that of the gate")
    given = parser.parse_args(arguments)
    flags: list[str] = []
    if given.package:
        # Before the package is imported: its own gate, jar and Java sources are tried then.
        sys.path.insert(0, str(given.package.resolve()))
        flags += ["--package", str(given.package)]
    if given.effort != "standard":
        flags += ["--effort", given.effort]
    # As in the suite: pyfunc answers single rows, where more threads only wait.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    tried = Tried(Asked(given.part, given.minutes, given.seed, given.case, tuple(flags)))
    module = importlib.import_module(f"tests.soak.{given.part}")
    began = time.monotonic()
    if given.part == "mutations":
        module.run(tried, given.effort)
    else:
        module.run(tried)
    return tried.end(time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
