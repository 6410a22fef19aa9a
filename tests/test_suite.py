"""How the suite is run: what it prints last, and that no process goes uncounted."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import suite, workers

ORPHAN = """
import subprocess, sys
from tests import suite

burn = "import time; end = time.process_time() + 1\\nwhile time.process_time() < end: pass"
# The shell ends at once, and what it started has no parent any more.
suite.adopt_orphans()
subprocess.run(["sh", "-c", '"$0" -c "$1" &', sys.executable, burn], check=True)
print(suite.end_orphans(), suite.used())
"""


class Target:
    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> None:
        self.parts.append(part)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (b"....\n=== FAILURES ===\nE  1\n=== 3 passed ===\n", b"=== 3 passed ===\n"),
        (b"...\n\x1b[32m=== 3 passed ===\x1b[0m\n", b"\x1b[32m=== 3 passed ===\x1b[0m\n"),
        (b"...\n3 passed\n", b""),
        (b"", b""),
    ],
)
def test_only_the_closing_line_is_held_back(said: bytes, held: bytes) -> None:
    read, write = os.pipe()
    target = Target()
    with os.fdopen(read, "rb") as source:
        os.write(write, said)
        os.close(write)
        assert suite.pass_on(source, target) == held
    assert b"".join(target.parts) + held == said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans over")
def test_an_orphan_is_waited_for_and_counted() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ORPHAN],
        cwd=suite.ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    killed, user, system = told.replace("(", "").replace(")", "").replace(",", "").split()
    assert int(killed) == 0
    assert (float(user) + float(system)) * 60 >= 1


def test_maven_is_told_in_a_line_or_in_full() -> None:
    log = "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0\n"
    log += "[INFO] Tests run: 40, Failures: 0, Errors: 0, Skipped: 1\n"
    each = "[INFO] Tests run: 43, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 1 s\n"
    assert "43 passed" in suite.told_of_maven(0, each + log)
    failed = suite.told_of_maven(1, "[ERROR] expected: <1> but was: <2>\n")
    assert "was: <2>" in failed and "FAILED" in failed


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/spark/test_plan.py::test_x[a/b::c]", "spark"),
        ("tests/test_parity.py::test_x[a-pmml]", "parity"),
        ("tests/test_parity_gate.py::test_x", "parity_gate"),
        ("tests/test_pipelines.py::test_x", "pipelines"),
        ("tests/test_pipelines_wines.py::test_x", "pipelines"),
    ],
)
def test_tests_of_one_session_or_file_share_a_worker(test: str, group: str) -> None:
    assert workers.group(test) == group
