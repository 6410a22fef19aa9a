"""The wheel: with one jar inside or not at all, and enough by itself in an empty environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
JARS = Path("exporters") / "penstock" / "jars"
PARTS = ["pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "CHANGELOG.md", "exporters"]

TRAIN = """
import mlflow
import pandas as pd
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.tree import DecisionTreeRegressor

X, y = load_diabetes(return_X_y=True, as_frame=True)
model = DecisionTreeRegressor(random_state=0).fit(X, y)
mlflow.set_experiment("wheel")
with mlflow.start_run():
    mlflow.sklearn.log_model(
        model, name="model", signature=infer_signature(X),
        registered_model_name="diabetes", pip_requirements=["scikit-learn"],
        skops_trusted_types=["sklearn.tree._tree.Tree"],
    )
mlflow.MlflowClient().set_registered_model_alias("diabetes", "champion", 1)
X.to_csv("rows.csv", index=False)
X.to_parquet("rows.parquet")
pd.Series(mlflow.pyfunc.load_model("models:/diabetes@champion").predict(X)).to_json("expected.json")
"""

SCORE = """
import json
import pathlib
import sys
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[1]").config("spark.jars", sys.argv[1])
    .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1").getOrCreate()
)
rows = spark.read.parquet("rows.parquet")
rows.createOrReplaceTempView("rows")
folder = pathlib.Path("out").resolve()
scored = spark.sql(f"SELECT ml_predict('{folder}', *) AS p FROM rows").collect()
print("SCORED " + json.dumps([row.p for row in scored]))
"""


def tree_with(jars: list[str], folder: Path) -> Path:
    """A copy of what a build needs, with jars of these names."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            ignore = shutil.ignore_patterns("jars", "__pycache__")
            shutil.copytree(source, folder / part, ignore=ignore)
        else:
            shutil.copy(source, folder / part)
    (folder / JARS).mkdir()
    for name in jars:
        (folder / JARS / name).write_bytes(b"PK")
    return folder


def build(tree: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, tree]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("jars", "said"),
    [([], "holds no jar: run `make jar`"), (["a.jar", "b.jar"], "holds 2 jars (a.jar, b.jar)")],
    ids=["no jar", "two jars"],
)
def test_a_wheel_is_not_built_without_exactly_one_jar(jars, said, tmp_path):
    (tmp_path / "tree").mkdir()
    done = build(tree_with(jars, tmp_path / "tree"), tmp_path / "dist")
    assert done.returncode != 0
    assert said in done.stdout + done.stderr
    assert not list(tmp_path.glob("dist/*.whl"))


@pytest.fixture(scope="module")
def wheel(jar: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    done = build(ROOT, out)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_carries_the_jar_and_nothing_but_the_package(wheel, jar):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (inside,) = (name for name in names if name.endswith(".jar"))
        assert inside == f"penstock/jars/{jar.name}"
        assert archive.read(inside) == jar.read_bytes()
    assert {name.split("/")[0] for name in names} == {
        "penstock",
        wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info",
    }


@pytest.fixture(scope="module")
def empty(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder far from the checkout, with an environment into which only the wheel went."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder / "venv", with_pip=True)
    # The versions that all other tests run with, so that a new release cannot fail this one.
    frozen = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--exclude-editable"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    (folder / "constraints.txt").write_text(frozen)
    run(folder, "python", "-m", "pip", "install", "-q", str(wheel), "-c", "constraints.txt")
    (folder / "train.py").write_text(TRAIN)
    (folder / "score.py").write_text(SCORE)
    return folder


def run(folder: Path, command: str, *arguments: str) -> str:
    """Runs a command of the environment as its user would, without a trace of this checkout."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PENSTOCK_", "MLFLOW_", "SPARK_", "PYTHON", "PYSPARK_"))
    }
    environment["PYSPARK_PYTHON"] = str(folder / "venv" / "bin" / "python")
    done = subprocess.run(
        [folder / "venv" / "bin" / command, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{command} {arguments}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow(reason="pip installs the wheel with all that it needs into an empty environment")
def test_in_an_empty_environment_it_checks_exports_verifies_and_scores(empty, jar):
    run(empty, "python", "train.py")
    model = ("--model-uri", "models:/diabetes@champion")
    assert "DecisionTreeRegressor" in run(empty, "penstock", "check", *model)
    run(empty, "penstock", "export", *model, "--to", "mleap", "--to", "pmml", "--out", "out")
    run(empty, "penstock", "verify", "out", "--data", "rows.csv")
    path = Path(run(empty, "penstock", "jar").strip())
    assert path.is_relative_to(empty / "venv") and path.name == jar.name

    printed = run(empty, "python", "score.py", str(path))
    (line,) = (line for line in printed.splitlines() if line.startswith("SCORED "))
    expected = json.loads((empty / "expected.json").read_text())
    assert json.loads(line.removeprefix("SCORED ")) == list(expected.values())
