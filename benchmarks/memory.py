"""How much memory a command and the processes that it starts hold at the same time."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from benchmarks.places import ROOT

_SECONDS = 0.01


def run(command: list[str]) -> tuple[subprocess.CompletedProcess[str], int]:
    """Runs the command, and looks every hundredth of a second at what its processes hold.

    Returns:
        The ended process with its text, and the largest sum of resident bytes that was seen.
        ``getrusage`` could not tell: to a child it counts what its parent held at the fork.
    """
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    most, known = 0, set[int]()
    while True:
        try:
            out, err = process.communicate(timeout=_SECONDS)
            break
        except subprocess.TimeoutExpired:
            found = _family(process.pid)
            # A process that was not there the last time may still show its parent's memory.
            most = max(most, sum(_held(pid) for pid in found if pid in known))
            known = set(found)
    return subprocess.CompletedProcess(command, process.returncode, out, err), most


def _family(pid: int) -> list[int]:
    """The process and all that it started, as far as they live."""
    found = [pid]
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            children = (thread / "children").read_text().split()
            found += [one for child in children for one in _family(int(child))]
    except OSError:  # it has ended
        pass
    return found


def _held(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
