"""Runs the suite: pytest in two workers, the JVM's own tests beside them; says what it cost.

    python -m tests.suite [PYTEST'S ARGUMENTS]

Make builds what the tests need before; Maven's ``test`` compiles into its own folders and leaves
the jar that pytest uses alone. The cost is that of all processes, those that outlive their parents
too: on Linux they become children of this one. pytest's closing line comes last.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[1]
MAVEN = ["mvn", "-B", "-ntp", "-f", "scala_bridge/pom.xml", "test"]
MAVENS_LOG = ROOT / "build" / "test-jvm.log"
# In the order of tests/workers.py, which says what shares a worker.
PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "--no-loadscope-reorder"]
# One thread each: there are as many workers as cores.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 15.0
"""Seconds in which what the tests started has to end after them."""


def main(arguments: list[str]) -> int:
    """The exit code of pytest, or Maven's where pytest's is 0."""
    began, load_before = time.monotonic(), os.getloadavg()[0]
    adopt_orphans()
    MAVENS_LOG.parent.mkdir(exist_ok=True)
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    with MAVENS_LOG.open("wb") as log, Commands() as commands:
        maven = commands.start(MAVEN, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        pytest = commands.start(
            [*PYTEST, *colour, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
        )
        closing = pass_on(pytest.stdout, sys.stdout.buffer)
        codes = [pytest.wait(), maven.wait()]
    say(told_of_maven(codes[1], MAVENS_LOG.read_text(encoding="utf-8", errors="replace")))
    left = end_orphans()
    if left:
        say(f"{left} processes outlived the tests by {PATIENCE:.0f} s and were killed")
    say(cost(time.monotonic() - began, load_before))
    sys.stdout.buffer.write(closing)
    sys.stdout.buffer.flush()
    return codes[0] or codes[1]


class Commands:
    """Commands that run side by side, none of which is left running."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], **options) -> subprocess.Popen[bytes]:
        self._running.append(subprocess.Popen(command, cwd=ROOT, **options))
        return self._running[-1]

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            if process.poll() is None:
                process.terminate()
                process.wait()


def pass_on(source: BinaryIO, target: BinaryIO) -> bytes:
    """Copies what comes, as it comes, but for the last line where that is a rule of "="."""
    held = b""
    while chunk := os.read(source.fileno(), 1 << 16):
        held += chunk
        start = held.rstrip(b"\n").rfind(b"\n") + 1
        if not re.match(rb"(\x1b\[[\d;]*m)*=", held[start:]):
            start = len(held)
        target.write(held[:start])
        target.flush()
        held = held[start:]
    return held


def told_of_maven(code: int, log: str) -> str:
    """One line where all went well, else all that Maven said."""
    if code:
        return f"{log}\nThe JVM side's own tests FAILED (Maven ended with {code})"
    totals = re.findall(r"Tests run: (\d+), Failures: 0, Errors: 0, Skipped: \d+$", log, re.M)
    return f"The JVM side's own tests: {sum(map(int, totals))} passed"


def cost(seconds: float, load_before: float) -> str:
    """The line that says what all of it took."""
    user, system = used()
    return (
        f"{user + system:.1f} CPU-minutes (user {user:.1f}, system {system:.1f}) "
        f"in {seconds / 60:.1f} minutes; {os.cpu_count()} cores, "
        f"load {load_before:.1f} before and {os.getloadavg()[0]:.1f} at the end"
    )


def used() -> tuple[float, float]:
    """Minutes of user and of system time of this process and its descendants that have ended."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(t.ru_utime for t in times) / 60, sum(t.ru_stime for t in times) / 60


def adopt_orphans() -> None:
    """Processes whose parents end become children of this one, so that they are counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> int:
    """Waits for all adopted processes, kills those that do not end, and returns their number."""
    deadline, killed = time.monotonic() + PATIENCE, 0
    with suppress(ChildProcessError):
        while True:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if ended:
                continue
            if time.monotonic() > deadline:
                left = children()
                killed += len(left)
                for process in left:
                    os.kill(process, signal.SIGKILL)
                deadline = time.monotonic() + PATIENCE
            time.sleep(0.05)
    return killed


def children() -> list[int]:
    """The processes that are children of this one; none are known where there is no /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name in parentheses: the state, and the parent.
            if int(status.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(status.parent.name))
    return found


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(130)
