"""The files of an export, held against pyfunc one after another: for export and verify."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from penstock.parity import FormatResult, Gate, Sent
from penstock.progress import Progress
from penstock.scorer import Scorer


def judged(
    gate: Gate,
    scorer: Scorer,
    folder: Path,
    files: Sequence[dict[str, Any]],
    verb: str,
    progress: Progress,
    changed: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[dict[str, Any], FormatResult, Callable[[str], None]]]:
    """Each of the manifest's ``files`` with its result and what notes more of the step.

    The JVM has all of them to score while pyfunc is asked, and again where ``changed`` says then
    that the folder has changed. Raises as ``Gate.judge`` does.
    """
    rows = gate.write(scorer)

    def send() -> list[Sent]:
        return [gate.send(scorer, rows, folder, f["format"], f["converter"]) for f in files]

    sent = send()
    with progress.step("Ask pyfunc") as note:
        gate.ask()
        note(f"{len(gate.rows):,} rows in bulk, {gate.asked_singly:,} row by row")
    if changed():
        sent = send()
    for file, one in zip(files, sent, strict=True):
        with progress.step(f"{verb} {file['path']}") as note:
            result = gate.judge(one)
            note(result.text())
            yield file, result, note
