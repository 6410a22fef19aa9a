"""The gate's proof: a list of faults, each in an export of some models, each of which is found.

One pass tries the whole list: the minutes say nothing here, and the seed is that of the rows that
the gate makes. Before it, each model has to pass without a fault.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from penstock.errors import JavaError, ParityError, PenstockError
from tests.soak import fixed_models
from tests.soak.edits import BOTH, EditError, Java
from tests.soak.gate import Judged, scorer
from tests.soak.mutated_jar import mutated_jar
from tests.soak.mutation import Mutation
from tests.soak.mutation_list import MUTATIONS
from tests.soak.outcome import Tried, say

GATE = "the gate"
GOLDEN = "PENSTOCK_GOLDEN_ROWS_DIFFER"


def run(tried: Tried, effort: str = "standard", mutations: Sequence[Mutation] = MUTATIONS) -> None:
    """Tries each mutation, or the one case; its number is its place in the list, from 1."""
    chosen = [
        (number, mutation)
        for number, mutation in enumerate(mutations, 1)
        if tried.asked.case in (None, number)
    ]
    names = dict.fromkeys(name for _, mutation in chosen for name in mutation.models)
    with (
        TemporaryDirectory(prefix="penstock-soak-") as folder,
        scorer() as plain,
        fixed_models.quiet(),
    ):
        fixed_models.registry(Path(folder))
        models = {}
        for name in names:
            began = time.process_time()
            models[name] = Judged(fixed_models.logged(name), tried.asked.seed, effort)
            close = {format_: models[name].judge(format_, plain) for format_ in BOTH}
            tried.counts["models"] += 1
            seconds = time.process_time() - began
            say(
                f"{name}: {len(models[name].rows):,} rows, {seconds:.1f} s of this process; {close}"
            )
        for number, mutation in chosen:
            _try(number, mutation, models, plain, tried)


def _try(
    number: int, mutation: Mutation, models: dict[str, Judged], plain: Any, tried: Tried
) -> None:
    began = time.process_time()
    found, wrong = [], []
    try:
        with _in_force(mutation, plain) as running:
            for name in mutation.models:
                found += _verdicts(mutation, name, models[name], running)
    except EditError as error:
        wrong.append(f"cannot be applied: {error}")
    wrong += [f"{where}: {by}" for where, by, as_wanted in found if not as_wanted]
    seconds = time.process_time() - began
    verdict = "WRONG" if wrong else "passes, as it must" if mutation.allowed else "caught"
    by = "; ".join(f"{where}: {by}" for where, by, _ in found)
    say(f"{number:3} | {mutation.name} | {mutation.kind} | {mutation.edit.target} | {verdict} | "
        f"{by or '-'} | {seconds:.1f} s")  # fmt: skip
    tried.counts["mutations"] += 1
    tried.counts["files judged"] += len(found)
    if wrong:
        tried.fail(number, f"{mutation.name}: {'; '.join(wrong)}")


def _verdicts(
    mutation: Mutation, name: str, model: Judged, running: Any
) -> Iterator[tuple[str, str, bool]]:
    """Where, what became of it, and whether that is what shall be.

    A writer's fault has to be found in each format that it is in. A scorer's, or the manifest's,
    is in both; an export asks for both, so once is enough.
    """
    target = mutation.edit.target
    formats = mutation.edit.formats if target != "converter" else ()
    for place, format_ in enumerate(formats, 1):
        refused_by, told = _judged(lambda: model.judge(format_, running))  # noqa: B023
        good = refused_by == _wanted(mutation)
        last = place == len(formats)
        if target not in ("JVM scorer", "manifest") or good or last:
            yield f"{name}, {format_}", told, good
        if target in ("JVM scorer", "manifest") and good:
            break
    if target == "converter" or (mutation.whole and name == mutation.models[0]):
        with TemporaryDirectory(prefix="penstock-soak-") as folder:
            out = Path(folder) / "out"
            refused_by, told = _judged(lambda: model.export(mutation.edit.formats, out))
            left = any(Path(folder).iterdir())
            yield f"{name}, a whole export", told, refused_by == _wanted(mutation) and not left


def _wanted(mutation: Mutation) -> str | None:
    """By what it has to be refused, if at all."""
    return None if mutation.allowed else mutation.by or GATE


def _judged(judge: Callable[[], str]) -> tuple[str | None, str]:
    """By what the file was refused, None where it passed; and that in some more words."""
    try:
        return None, f"missed ({judge()})"
    except ParityError as error:
        rows = re.search(r"([\d,]+) of ([\d,]+) rows differ", str(error))
        first = error.table.splitlines()[0].partition(": ")[2] if error.table else ""
        return GATE, f"{rows[1]} of {rows[2]} rows ({first[:70]})" if rows else str(error)
    except JavaError as error:
        found = GATE if error.code == GOLDEN else error.code or "Java"
        return found, f"{error.code}: {str(error).partition(': ')[2][:160]}"
    except PenstockError as error:
        return type(error).__name__, f"{type(error).__name__}: {error}"


@contextmanager
def _in_force(mutation: Mutation, plain: Any) -> Iterator[Any]:
    """The mutation for the time of the block; gives the scorer to use."""
    if not isinstance(mutation.edit, Java):
        with mutation.edit.applied():
            yield plain
        return
    with TemporaryDirectory(prefix="penstock-soak-") as folder:
        jar = mutated_jar(mutation.edit, Path(folder))
        with mock.patch.dict(os.environ, {"PENSTOCK_JAR": str(jar)}), scorer() as running:
            yield running
