"""What the tests tell at the end of pytest's output, gathered from all workers.

Rows compared with pyfunc, the lines that tests report whether they pass or not, and the tests that
were left out as slow, by their reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from tests.harness import SCORED

ROWS: dict[str, list[dict[str, int]]] = {}
LINES: dict[str, list[str]] = {}
LEFT_OUT: Counter[str] = Counter()
KEY = "penstock"


def count_rows(title: str, outcomes: Iterable[str]) -> None:
    """Counts a case: for each of its rows SCORED or the kind of the refusal."""
    ROWS.setdefault(title, []).append(dict(Counter(outcomes)))


def report(title: str, line: str) -> None:
    """Adds a line to a section."""
    LINES.setdefault(title, []).append(line)


def pytest_deselected(items: list[pytest.Item]) -> None:
    marks = (item.get_closest_marker("slow") for item in items)
    LEFT_OUT.update(mark.kwargs["reason"] for mark in marks if mark)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what its tests told; each has left out the same tests."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[KEY] = {
            "rows": ROWS, "lines": LINES, "left out": dict(LEFT_OUT)
        }  # fmt: skip


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Takes what a worker hands over; one that crashed hands over nothing."""
    handed = getattr(node, "workeroutput", {}).get(KEY)
    if not handed:
        return
    for title, cases in handed["rows"].items():
        ROWS.setdefault(title, []).extend(cases)
    for title, lines in handed["lines"].items():
        LINES.setdefault(title, []).extend(lines)
    LEFT_OUT.update(handed["left out"] if not LEFT_OUT else {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS:
        terminalreporter.section("rows compared with pyfunc")
    for title, cases in sorted(ROWS.items()):
        terminalreporter.line(_compared(title, cases))
    for title, lines in LINES.items():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.line(line)
    if LEFT_OUT:
        terminalreporter.section("left to make test-all")
    for reason, count in sorted(LEFT_OUT.items()):
        terminalreporter.line(f"{count:4}  {reason}")


def _compared(title: str, cases: list[dict[str, int]]) -> str:
    total = sum(map(Counter, cases), Counter())
    scored = total.pop(SCORED, 0)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(total.items()))
    refused = f"{total.total():,} refused" + (f" ({kinds})" if kinds else "")
    return f"{title}: {len(cases)} cases, {scored:,} rows scored, {refused}"
