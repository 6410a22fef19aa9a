"""Sessions of other kinds, each in a process of its own: cluster, Connect, without the jar."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest

from tests.spark.models import export
from tests.spark.rows import same

ROOT = Path(__file__).resolve().parents[2]
JOBS = Path(__file__).parent / "jobs"
STARTS = pytest.mark.slow(reason="Spark started in another way: a cluster, or a Connect server")
ROWS = [(6.1, 7.5, 3.2), (12.0, 60.0, 3.8), (4.2, 0.9, 2.9)]


def run(command: list, jar: Path) -> dict:
    """The JSON that the last line of a job's output is."""
    environment = {
        **os.environ,
        "PENSTOCK_JAR": str(jar),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT / "exporters"),
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
    }
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def forest(model):
    return model("forest")


@STARTS
def test_executors_get_the_model_from_the_driver(jar, forest, tmp_path):
    """Small models travel in the task, large ones by broadcast; the folder is seen by neither."""
    large = export("forest", tmp_path, format="pmml", trees=150)
    assert sum(file.stat().st_size for file in large.path.iterdir()) > 1 << 20
    small = shutil.copytree(forest.path, tmp_path / "small")
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps(ROWS * 100))
    submit = [Path(pyspark.__file__).parent / "bin" / "spark-submit"]
    submit += ["--master", "local-cluster[2,1,1024]", "--conf", "spark.ui.enabled=false"]
    result = run([*submit, "--jars", jar, JOBS / "cluster.py", rows, small, large.path], jar)
    assert result["executors"] == 2
    same(forest.answers(ROWS) * 100, result["answers"][0])
    same(large.answers(ROWS) * 100, result["answers"][1])


def test_a_session_that_began_without_the_jar(jar, forest):
    result = run([sys.executable, JOBS / "notebook.py", forest.path], jar)
    assert "penstock.spark.jar()" in result["error"]
    assert "penstock.spark.register(spark)" in result["error"]
    same(forest.answers([ROWS[0]]) * 2, result["answers"])


@pytest.fixture(scope="module")
def connect(jar, forest):
    pytest.importorskip("grpc", reason="Spark Connect's own dependencies: pyspark[connect]")
    return run([sys.executable, JOBS / "connect.py", jar, forest.path], jar)


@STARTS
@pytest.mark.parametrize("call", ["function", "columns", "alias", "expression", "score"])
def test_connect_scores(connect, forest, call):
    rows = [(6.1 + i, 7.5, 3.2) for i in range(3)]
    same(forest.answers(rows), connect[call])


@STARTS
@pytest.mark.parametrize(
    ("call", "kind", "condition"),
    [
        ("missing column", "AnalysisException", "PENSTOCK_SCHEMA_MISMATCH"),
        ("missing model", "AnalysisException", "PENSTOCK_MODEL_NOT_FOUND"),
        ("refused row", "IllegalArgumentException", "PENSTOCK_ROW_REFUSED"),
    ],
)
def test_connect_reports(connect, call, kind, condition):
    given, given_condition, sentence = connect[call]
    assert (given, given_condition) == (kind, condition)
    assert sentence.startswith(f"[{condition}] ")


@STARTS
def test_connect_without_the_jar(jar, forest):
    pytest.importorskip("grpc", reason="Spark Connect's own dependencies: pyspark[connect]")
    answers = run([sys.executable, JOBS / "connect.py", "none", forest.path], jar)
    for call in ("function", "register"):
        kind, _, sentence = answers[call]
        assert kind == "JarError"
        assert "Spark Connect server" in sentence and "--jars" in sentence
