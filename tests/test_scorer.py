"""The JVM's scorer beside Python: what it is sent, and how it may end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from penstock import jvm
from penstock.answer import Answer
from penstock.errors import JavaError
from penstock.graph import Column, Graph, Kind, Linear, Outputs
from penstock.scorer import Scorer
from penstock.writers import FORMATS
from tests.javas import fake_java

ANSWERS = """
import json, sys
for line in sys.stdin:
    arguments = json.loads(line)
    {body}
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """``fake(body)``: a ``java`` that runs ``body`` for each command."""

    def make(body: str) -> None:
        java = fake_java(tmp_path / "bin", 'openjdk version "17.0.1"\n')
        java.write_text(java.read_text() + "    sys.exit()\n" + ANSWERS.format(body=body))
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        (tmp_path / "x.jar").touch()
        monkeypatch.setenv("PENSTOCK_JAR", str(tmp_path / "x.jar"))

    return make


def test_an_error_of_the_jvm_side_is_its_sentence(fake):
    fake("print('[PENSTOCK_MODEL_CORRUPT] bundle.zip was altered; export again', flush=True)")
    with Scorer() as scorer, pytest.raises(JavaError) as error:
        scorer.score(Path("x"), ["a"], [])
    assert str(error.value) == "bundle.zip was altered; export again"
    assert error.value.code == "PENSTOCK_MODEL_CORRUPT"


def test_a_jvm_that_dies_says_why(fake):
    fake("sys.stderr.write('Exception in thread main java.lang.Error\\n  at X\\n'); sys.exit(1)")
    with Scorer() as scorer:
        for _ in range(2):  # and again where it is asked again
            with pytest.raises(JavaError, match="exit code 1: Exception in thread main"):
                scorer.score(Path("x"), ["a"], [])


def test_a_jvm_at_work_is_not_waited_for(fake):
    fake("__import__('time').sleep(60)")
    start = time.monotonic()
    with pytest.raises(ZeroDivisionError), Scorer() as scorer:
        scorer.send(Path("x"), scorer.write(["a"], []))
        raise ZeroDivisionError
    assert time.monotonic() - start < 30


def test_answers_that_are_not_all_there(fake):
    fake("open(arguments[6], 'w').close(); print('{}', flush=True)")
    with Scorer() as scorer, pytest.raises(JavaError, match="answered 0 of 1 rows"):
        scorer.score(Path("x"), ["a"], [[1.0]])


def line(weight: float) -> Graph:
    return Graph(
        (Column("x", Kind.NUMBER),),
        (Linear(("x",), ((weight,),), (1.0,), ("y",)),),
        Outputs(predictions=("y",)),
    )


def test_files_are_scored_in_the_order_of_their_sending(jar, tmp_path):
    files = []
    for i, weight in enumerate([2.0, 3.0]):
        files.append(tmp_path / f"{i}.pmml")
        FORMATS["pmml"](line(weight), files[-1], "line")
    with Scorer() as scorer:
        rows = scorer.write(["x"], [[1.0], [2.0]])
        first, second = (scorer.send(file, rows) for file in files)
        assert second.answers() == [Answer(4.0), Answer(7.0)]
        assert first.answers() == [Answer(3.0), Answer(5.0)]
        with pytest.raises(JavaError, match="there is no"):
            scorer.score(tmp_path / "none.pmml", ["x"], [])
        assert scorer.score(files[0], ["x"], [[0.5]]) == [Answer(2.0)]  # it serves on


def test_the_scorer_speaks_of_arguments_that_are_none(jar):
    with Scorer() as scorer:
        scorer._process.stdin.write('{"no": "array"}\n')
        scorer._process.stdin.flush()
        assert scorer._process.stdout.readline().startswith("[PENSTOCK_INVALID_ARGUMENT] ")
    assert jvm.command("serve")[-1] == "serve"
