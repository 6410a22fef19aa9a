"""What Make builds before the tests: they use it and never build it, for there are two workers."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class StaleError(Exception):
    """Something was not built, or its sources have changed since."""


def built(target: str) -> None:
    """Raises StaleError where ``make target`` would have something to do."""
    asked = subprocess.run(
        ["make", "-s", "-q", target], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True
    )
    if asked.returncode:
        raise StaleError(f"the tests need what `make {target}` builds of the sources as they are")
