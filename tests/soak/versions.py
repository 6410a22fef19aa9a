"""The core of the suite against other versions of the libraries, as tests/test_library_versions.py
has it: a case for each set of versions and each part of the core. What is drawn there is drawn from
seeds of its own."""

from __future__ import annotations

import subprocess
import sys
from itertools import product

from tests.built import ROOT
from tests.soak.outcome import Tried, say
from tests.test_library_versions import CORE, VERSIONS

CASES = list(product(VERSIONS, CORE))


def run(tried: Tried) -> None:
    """Each case once, as far as the minutes last."""
    for case in tried.asked.cases():
        if case >= len(CASES):
            return
        name = "-".join(CASES[case])
        test = f"tests/test_library_versions.py::test_the_core_of_the_suite_passes[{name}]"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", test],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        last = (done.stdout.strip().splitlines() or ["no output"])[-1]
        say(f"{name}: {last}")
        outcome = "skipped" if " skipped" in last else "passed" if not done.returncode else "failed"
        tried.counts[f"parts of the core {outcome}"] += 1
        if done.returncode:
            tried.fail(case, f"{name}: {last}\n{done.stdout[-6000:]}")
