"""The command line: what a user reads, and the exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression

from penstock import exporting, verifying
from penstock.cli import run
from penstock.effort import EFFORTS
from penstock.errors import ModelNotFoundError
from penstock.progress import ConsoleProgress
from tests.registered import all_strings, frame, log, target


@pytest.fixture(scope="module")
def wine(registry):
    model = ElasticNet(alpha=0.1).fit(frame(), target(frame()))
    log(model, "cli-wine", signature=all_strings(list(frame().columns)))
    mlflow.MlflowClient().set_registered_model_alias("cli-wine", "champion", "1")
    return "models:/cli-wine@champion"


@pytest.fixture(autouse=True)
def few_rows(monkeypatch, tmp_path):
    for module in (exporting, verifying):
        monkeypatch.setattr(module, "effort_of", lambda name: EFFORTS["quick"])
    monkeypatch.chdir(tmp_path)


def test_check_ends_with_what_to_paste(wine, capsys):
    assert run(["check", "--model-uri", wine]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "model (sklearn.linear_model.ElasticNet)" in out
    assert "mleap  yes, within (n + 2) * eps * S" in out
    assert "pmml   yes, within" in out
    assert "S: the sum of their absolute values" in out
    assert "pH, sucre é, a b (string used as a number)" in out
    assert f"penstock export --model-uri {wine} --to mleap --to pmml --out cli-wine" in out
    assert out.endswith(
        f"  SELECT *, ml_predict('{Path.cwd() / 'cli-wine'}', *) AS prediction FROM your_table\n"
    )


def test_a_name_with_a_line_break_stays_on_its_line(capsys):
    data = frame().rename(columns={"pH": "p\nH"})
    model = LogisticRegression().fit(data, np.where(frame()["pH"] > 5, "yes\nno", "no"))
    log(model, "breaks", data=data)
    assert run(["check", "-m", "models:/breaks/1"]) == 0
    out = capsys.readouterr().out
    assert "Inputs: 'p\\nH', sucre é, a b (double)\n" in out
    assert "2 classes of type string (no, 'yes\\nno')" in out
    assert run(["export", "-m", "models:/breaks/1", "--out", "breaks", "--skip-verify"]) == 0
    assert run(["inspect", "breaks"]) == 0
    out = capsys.readouterr().out
    assert "\n  'p\\nH' " in out and "(no, 'yes\\nno')" in out


def test_check_writes_nothing(wine, tmp_path, capsys):
    run(["check", "-m", wine])
    assert list(tmp_path.iterdir()) == []


def test_the_checked_export_line_works_as_it_stands(registry, jar, capsys):
    data = frame().to_numpy()
    log(LinearRegression().fit(data, target(frame())), "odd 'name'")
    columns = "x,a b,z"
    assert run(["check", "-m", "models:/odd 'name'/1", "--columns", columns, "--to", "pmml"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "penstock export" in line)
    import shlex

    assert run(shlex.split(line)[1:]) == 0
    assert "Exported odd 'name', version 1" in capsys.readouterr().out


def test_the_whole_road(wine, jar, capsys):
    assert run(["export", "-m", wine, "--to", "mleap", "--to", "pmml", "--out", "out"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Exported cli-wine, version 1 to {Path.cwd() / 'out'}\n")
    assert "scored alike" in out
    assert "MISSING_VALUE" in out
    steps = ["Load", "Convert", "Write bundle.zip", "Write model.pmml", "Make rows", "Ask pyfunc"]
    steps += ["Verify"]
    assert [line for line in err.splitlines() if not line.startswith(tuple(steps))] == []
    assert "\r" not in err

    assert run(["export", "-m", wine, "--out", "out"]) == 1
    assert capsys.readouterr().err.startswith("error: 'out' exists already; add --force")
    assert run(["export", "-m", wine, "--to", "mleap", "--out", "out", "--force"]) == 0
    assert run(["verify", "out"]) == 0
    assert "Compared with pyfunc: " in capsys.readouterr().out

    Path("rows.csv").write_text("pH,sucre é,a b\n1,2,3\nx,2,3\n")
    assert run(["verify", "out", "--data", "rows.csv"]) == 0
    assert "2 rows, 1 scored alike, 1 refused alike (NOT_A_NUMBER 1)" in capsys.readouterr().out

    assert run(["inspect", "out"]) == 0
    assert "cli-wine, version 1\n" in capsys.readouterr().out
    assert run(["inspect", "out", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"]["name"] == "cli-wine"
    Path("out/bundle.zip").write_bytes(b"")
    assert run(["inspect", "out"]) == 1
    assert "PROBLEM: bundle.zip is not the file that was exported" in capsys.readouterr().out


def test_skip_verify_warns(wine, capsys):
    assert run(["export", "-m", wine, "--to", "pmml", "--out", "out", "--skip-verify"]) == 0
    assert "warning: not verified" in capsys.readouterr().err


def test_one_sentence_and_no_traceback(wine, capsys):
    assert run(["check", "-m", "models:/cli-wine@chmpion"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    with pytest.raises(ModelNotFoundError):
        run(["check", "-m", "models:/cli-wine@chmpion", "--debug"])


@pytest.mark.parametrize(
    "arguments",
    [["export"], ["export", "-m", "x", "--to", "onnx", "--out", "y"], ["nonsense"], ["verify"]],
)
def test_wrong_usage(arguments, capsys):
    assert run(arguments) == 2
    assert "Usage: penstock" in capsys.readouterr().err


def test_what_is_no_export(tmp_path, capsys):
    for command in ("inspect", "verify"):
        assert run([command, str(tmp_path)]) == 1
        assert "there is no penstock.json in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a b,pH\n1,2\n", "lacks the columns 'sucre é'"),
        ("a b,pH,sucre é\n", "holds no rows"),
        (None, "cannot be read"),
    ],
)
def test_rows_that_cannot_be_read(wine, jar, text, told, capsys):
    assert run(["export", "-m", wine, "--to", "mleap", "--out", "out", "--skip-verify"]) == 0
    if text is not None:
        Path("rows.csv").write_text(text)
    assert run(["verify", "out", "--data", "rows.csv"]) == 1
    assert told in capsys.readouterr().err


def test_text_in_a_column_of_numbers_names_the_line(registry, jar, capsys):
    uri = log(LinearRegression().fit(frame(), target(frame())), data=frame()).model_uri
    assert run(["export", "-m", uri, "--to", "pmml", "--out", "out", "--skip-verify"]) == 0
    Path("rows.csv").write_text("pH,sucre é,a b\n1,2,3\n1,abc,3\n")
    assert run(["verify", "out", "--data", "rows.csv"]) == 1
    assert "line 3: 'abc' is no double" in capsys.readouterr().err


def test_version_jar_and_help(jar, capsys, monkeypatch):
    assert run(["version"]) == 0
    assert run(["--version"]) == 0
    assert run(["--help"]) == 0
    assert "..." not in capsys.readouterr().out.replace("[ARGS]...", "")
    monkeypatch.setenv("PENSTOCK_JAR", str(jar))
    assert run(["jar"]) == 0
    assert capsys.readouterr().out.endswith(f"{jar}\n")


def test_a_process_of_its_own_prints_only_what_it_means(wine, registry):
    done = subprocess.run(
        [sys.executable, "-m", "penstock", "check", "-m", wine, "--tracking-uri", registry],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.stderr == ""
    assert "ml_predict(" in done.stdout


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_lives_on_a_terminal_and_is_plain_in_a_log():
    for stream, live in ((Terminal(), True), (io.StringIO(), False)):
        progress = ConsoleProgress(stream)
        with progress.step("Convert") as note:
            note("linear")
        progress.warn("careful")
        with pytest.raises(ValueError), progress.step("Verify"):
            raise ValueError
        text = stream.getvalue()
        assert ("\r" in text) is live
        assert "Convert" in text
        assert (
            text.replace("\r\033[K", "\n")
            .rstrip()
            .endswith("warning: careful\nVerify ..." if live else "warning: careful")
        )


def test_sklearn2pmml_is_announced_and_held_to_the_same_gate(wine, jar, capsys):
    assert (
        run(["export", "-m", wine, "--to", "pmml", "--converter", "sklearn2pmml", "--out", "o"])
        == 0
    )
    out, err = capsys.readouterr()
    for part in ("AGPL-3.0", "telemetry.jpmml.org", "scikit-learn from 1.0 up to 1.9.0"):
        assert part in err
    assert "Openscoring" not in out + err
    assert (
        json.loads(Path("o/penstock.json").read_text())["files"][0]["converter"] == "sklearn2pmml"
    )
    assert run(["verify", "o"]) == 0


def test_sklearn2pmml_that_fails_is_told(wine, jar, capsys, monkeypatch, tmp_path):
    """The package's own process dies before its Java starts, so nothing is reported anywhere."""
    from penstock.external import sklearn2pmml_converter

    child = tmp_path / "child.py"
    child.write_text("raise RuntimeError('no such converter')\n")
    monkeypatch.setattr(sklearn2pmml_converter, "_CHILD", child)
    assert (
        run(["export", "-m", wine, "--to", "pmml", "--converter", "sklearn2pmml", "--out", "o"])
        == 1
    )
    assert "could not convert the model: RuntimeError: no such converter" in capsys.readouterr().err
    assert not Path("o").exists()
