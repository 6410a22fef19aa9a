"""The wine jobs end to end on generated wines.

As a team starts them, each a process of its own, the jobs score and end themselves; what else they
do does not depend on whose session it is, and one session serves for it.
"""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.parity_wines import Pyfunc, cells
from tests.streams import HEADER, WINES_JAR, Host, Stream, committed, read_delta, submit, wines

GOOD = "7,0.27,0.36,20.7,0.045,45,170,1.001,3,0.45,8.8"
NOT_A_NUMBER, MISSING = "which is not a number", "has no value"
OUT_OF_RANGE, MALFORMED = "and the model takes ", "the line does not fit the columns of the file"
# By row id: what follows it in the line, and what the reason says (None: it is scored).
ODD_ROWS = {
    "text": ("n/a" + GOOD[1:] + ",6", NOT_A_NUMBER),
    "decimal comma": ('"7,1"' + GOOD[1:] + ",6", NOT_A_NUMBER),
    "hexadecimal": ("0x7" + GOOD[1:] + ",6", NOT_A_NUMBER),
    "java suffix": ("7d" + GOOD[1:] + ",6", NOT_A_NUMBER),
    "quoted nothing": ('""' + GOOD[1:] + ",6", MISSING),  # to Spark's CSV reader as good as empty
    "empty": (GOOD[1:] + ",6", MISSING),
    "nan": ("nan" + GOOD[1:] + ",6", MISSING),
    "infinite": ("1e999" + GOOD[1:] + ",6", OUT_OF_RANGE),
    "all empty": ("," * 11, MISSING),
    "too few": ("7,0.27,0.36", MALFORMED),
    "nothing more": (None, MALFORMED),
    "no label": (GOOD, MALFORMED),
    "too many": (GOOD + ",6,7", MALFORMED),
    "open quote": ('"' + GOOD + ",6", MALFORMED),
    "underscore": ("1_0" + GOOD[1:] + ",6", None),
    "blanks": ('" 7.5 "' + GOOD[1:] + ",6", None),
    "other digits": ("\u0667" + GOOD[1:] + ",6", None),
    "no quality": (GOOD + ",", None),
    "text for quality": (GOOD + ",good", None),
}


def fill(stream: Stream, rows: int = 300) -> dict[str, str]:
    """Writes plausible and odd rows in three files; returns all lines by row id."""
    lines = {
        f"{i}": f"{i},{','.join(row)}"
        for i, row in enumerate(wines.generate(rows).itertuples(index=False))
    }
    for name, (rest, _) in ODD_ROWS.items():
        lines[name] = name if rest is None else f"{name},{rest}"
    every = list(lines.values())
    for file in range(3):
        stream.write(f"{file}.csv", every[file::3])
    return lines


OWN = pytest.mark.slow(reason="jobs as processes of their own that one session has run before")


@pytest.mark.parametrize(
    ("job", "trigger", "hosted"),
    [
        ("scala", "available-now", False),
        ("pyspark", "once", True),
        ("sql", "available-now", True),
        pytest.param("pyspark", "once", False, marks=OWN),
        pytest.param("sql", "available-now", False, marks=OWN),
    ],
    ids=["scala", "pyspark in a session", "sql in a session", "pyspark", "sql"],
)
def test_a_job_scores_as_pyfunc_does_and_loses_no_row(
    job: str,
    trigger: str,
    hosted: bool,
    wine_model: Path,
    wine_export: Path,
    jar: Path,
    host: Host,
    tmp_path: Path,
) -> None:
    stream = Stream(job, tmp_path, wine_export, jar, host if hosted else None)
    lines = fill(stream)
    stream.run(trigger=trigger, max_files=2)

    scored, rejected = read_delta(stream.scored), read_delta(stream.rejected)
    assert list(scored) == [*wines.STREAM_COLUMNS, "prediction", "model_version"]
    assert list(rejected) == [*wines.STREAM_COLUMNS, "line", "model_version", "reason"]
    assert len(scored) + len(rejected) == len(lines)
    assert {*scored["row_id"], *rejected["row_id"]} == set(lines)

    refused = {name: words for name, (_, words) in ODD_ROWS.items() if words}
    reasons = dict(zip(rejected["row_id"], rejected["reason"], strict=True))
    assert set(reasons) == set(refused)
    assert {
        name: reasons[name] for name, words in refused.items() if words not in reasons[name]
    } == {}
    kept = rejected.set_index("row_id")["line"].dropna()
    assert kept.to_dict() == {n: lines[n] for n, words in refused.items() if words == MALFORMED}
    assert "fixed acidity" in reasons["text"]

    Pyfunc(wine_model).assert_linear(cells(scored), scored["prediction"])


def test_a_second_run_adds_nothing_and_a_later_file_is_added(
    wine_export: Path, jar: Path, host: Host, tmp_path: Path
) -> None:
    stream = Stream("scala", tmp_path, wine_export, jar, host)
    stream.write("1.csv", [f"a,{GOOD},6", "b,7"])
    stream.run()
    stream.run()
    assert len(read_delta(stream.scored)) == len(read_delta(stream.rejected)) == 1
    stream.write("2.csv", [f"c,{GOOD},6"])
    stream.run()
    assert list(read_delta(stream.scored)["row_id"]) == ["a", "c"]


@pytest.mark.slow(reason="waits on a process for what it must not do")
def test_a_processing_time_trigger_waits_for_more(
    wine_export: Path, jar: Path, tmp_path: Path
) -> None:
    stream = Stream("pyspark", tmp_path, wine_export, jar)
    stream.write("1.csv", [f"a,{GOOD},6"])
    with stream.started(trigger="1 second") as process:
        stream.wait(lambda: stream.batches() == 1, process)
        stream.write("2.csv", [f"b,{GOOD},6", "c,"])
        stream.wait(lambda: stream.batches() == 2, process)
        time.sleep(3)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert sorted(read_delta(stream.scored)["row_id"]) == ["a", "b"]
    assert list(read_delta(stream.rejected)["row_id"]) == ["c"]
    assert not committed(stream.scored, 2)


def test_a_file_with_other_columns_stops_the_job_and_nothing_is_lost(
    wine_export: Path, jar: Path, host: Host, tmp_path: Path
) -> None:
    """Read by position it would give quietly wrong scores."""
    stream = Stream("scala", tmp_path, wine_export, jar, host)
    names = HEADER.split(",")
    names[1], names[2] = names[2], names[1]
    stream.write("1.csv", [f"a,{GOOD},6"], header=",".join(names))
    log = stream.run(expect=1)
    assert "CSV header does not conform to the schema" in log
    assert not committed(stream.scored, 0)

    stream.write("1.csv", [f"a,{GOOD},6"])
    stream.run()
    assert list(read_delta(stream.scored)["row_id"]) == ["a"]


@pytest.mark.parametrize("job", ["scala", "sql"])
def test_a_wrong_model_path_ends_the_job_before_it_touches_anything(
    job: str, jar: Path, host: Host, tmp_path: Path
) -> None:
    stream = Stream(job, tmp_path, tmp_path / "no such model", jar, host)
    stream.write("1.csv", [f"a,{GOOD},6"])
    log = stream.run(expect=1)
    assert "[PENSTOCK_MODEL_NOT_FOUND]" in log
    assert not stream.checkpoint.exists()
    assert not stream.scored.exists()


@OWN
def test_a_job_that_fails_ends_with_another_exit_code(jar: Path, tmp_path: Path) -> None:
    stream = Stream("scala", tmp_path, tmp_path / "no such model", jar)
    assert "[PENSTOCK_MODEL_NOT_FOUND]" in stream.run(expect=1)


def test_the_scala_job_tells_how_to_call_it() -> None:
    """Before it starts Spark, so without spark-submit."""
    classpath = f"{WINES_JAR}:{Path(submit.spark_submit()).parents[1] / 'jars'}/*"
    folders = ["model", "input", "scored", "rejected", "checkpoint"]
    required = [word for name in folders for word in (f"--{name}", "x")]
    done = subprocess.run(
        ["java", "-cp", classpath, "wine.ScoreWines", *required, "--max-files", "0"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "--max-files is a number above 0" in done.stderr
    assert "Usage: ScoreWines" in done.stderr
