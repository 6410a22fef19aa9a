"""``make demo``: the whole road, as a new user sees it first."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.slow(reason="the demo: each of its steps has tests of its own")
def test_the_demo_ends_with_scored_and_refused_rows(jar: Path, tmp_path: Path) -> None:
    theirs = f"sqlite:///{tmp_path / 'theirs.db'}"
    done = subprocess.run(
        [sys.executable, ROOT / "pipelines" / "wine_quality" / "demo.py"],
        cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "MLFLOW_TRACKING_URI": theirs,  # the demo has a registry of its own
            "MLFLOW_REGISTRY_URI": theirs,
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4,898 rows scored, 5 refused, none lost, none twice" in done.stdout
    assert re.search(r"largest difference from pyfunc: \S+ \(bound: \S+\)", done.stdout)
    for part in ("1. Wines", "6. Compare", "Scored\n", "Rejected\n", "What to try next"):
        assert part in done.stdout
