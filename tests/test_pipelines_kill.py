"""A streaming job is killed at each moment that matters, and started again.

The moments are told from outside, by the files that Spark and Delta leave: the jobs have no hooks.
Afterwards every input row, by its id, is in exactly one of the two tables, exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.streams import Stream, committed, read_delta, wines

pytestmark = pytest.mark.slow(
    reason="a job is killed and started again, five starts of Spark and more"
)

FILES, ROWS = 24, 200


def inside_scoring(stream: Stream, batch: int) -> bool:
    """A task has opened its file for the evaluated rows and has not finished."""
    folder = f"evaluated/*/{batch}"
    unfinished = any(stream.checkpoint.glob(f"{folder}/_temporary/**/part-*.parquet"))
    return unfinished and not any(stream.checkpoint.glob(f"{folder}/_SUCCESS"))


def before_the_first_commit(stream: Stream, batch: int) -> bool:
    evaluated = any(stream.checkpoint.glob(f"evaluated/*/{batch}/_SUCCESS"))
    return evaluated and not committed(stream.scored, batch)


def between_the_commits(stream: Stream, batch: int) -> bool:
    return committed(stream.scored, batch) and not committed(stream.rejected, batch)


def before_the_checkpoint(stream: Stream, batch: int) -> bool:
    done = (stream.checkpoint / "commits" / str(batch)).exists()
    return committed(stream.rejected, batch) and not done


MOMENTS = [
    inside_scoring,
    before_the_first_commit,
    between_the_commits,
    before_the_checkpoint,
]


def fill(stream: Stream) -> list[str]:
    """CSV files, each with rows that score and rows that do not; returns the ids of all rows."""
    rows = wines.generate(FILES * ROWS).itertuples(index=False)
    ids = []
    for file in range(FILES):
        lines = [f"{file}-{i},{','.join(next(rows))}" for i in range(ROWS)]
        lines[10] = f"{file}-10,n/a,{lines[10].split(',', 2)[2]}"
        lines[20] = f"{file}-20,,{lines[20].split(',', 2)[2]}"
        lines[30] = f"{file}-30,7.0,0.27"
        lines[40] += ",1,2,3"
        stream.write(f"{file:02}.csv", lines)
        ids += [f"{file}-{i}" for i in range(ROWS)]
    return ids


def kill_at(stream: Stream, moment: Callable[[Stream, int], bool], ahead: int = 0) -> int:
    """Kills the job at that moment, `ahead` batches from now, and returns the batch.

    A kill that came too late is tried again: to the job it is one more restart.
    """
    for _ in range(5):
        batch = stream.batches() + ahead
        if stream.kill_when(lambda: moment(stream, batch), max_files=1):  # noqa: B023
            return batch
    raise AssertionError(f"the moment {moment.__name__} was missed five times")


def assert_each_row_once(scored: pd.DataFrame, rejected: pd.DataFrame, ids: list[str]) -> None:
    assert len(scored) + len(rejected) == len(ids)
    seen = Counter([*scored["row_id"], *rejected["row_id"]])
    assert [(row, times) for row, times in seen.items() if times != 1] == []
    assert set(seen) == set(ids)


@pytest.mark.parametrize(
    ("job", "batches"),
    [("scala", (0,)), ("scala", (1,)), ("pyspark", (0, 1))],
)
def test_a_killed_job_neither_loses_nor_repeats_a_row(
    job: str, batches: tuple[int, ...], wine_export: Path, jar: Path, tmp_path: Path
) -> None:
    stream = Stream(job, tmp_path, wine_export, jar)
    ids = fill(stream)
    for ahead in batches:
        for moment in MOMENTS:
            kill_at(stream, moment, ahead)
    stream.run()

    scored, rejected = read_delta(stream.scored), read_delta(stream.rejected)
    assert_each_row_once(scored, rejected, ids)
    assert set(rejected["row_id"]) == {f"{f}-{i}" for f in range(FILES) for i in (10, 20, 30, 40)}
    assert not any(stream.checkpoint.glob("evaluated/*/*"))


def test_a_batch_keeps_its_verdicts_where_the_model_is_changed_before_the_restart(
    wine_export: Path, tolerant_export: Path, jar: Path, tmp_path: Path
) -> None:
    """The second model scores the rows with an empty field that the first refuses."""
    stream = Stream("scala", tmp_path, wine_export, jar)
    ids = fill(stream)
    batch = kill_at(stream, between_the_commits)
    old = read_delta(stream.scored)

    stream.model = tolerant_export
    stream.run()

    scored, rejected = read_delta(stream.scored), read_delta(stream.rejected)
    assert_each_row_once(scored, rejected, ids)
    begun = set(old["row_id"])
    kept = scored[scored["row_id"].isin(begun)].set_index("row_id")["prediction"]
    assert kept.to_dict() == old.set_index("row_id")["prediction"].to_dict()
    # Of the rows that only the first model refuses, those of its own batches stay refused.
    empty = {f"{file}-20" for file in range(FILES)}
    assert len(empty & set(rejected["row_id"])) == batch + 1
    assert len(empty & set(scored["row_id"])) == FILES - batch - 1
