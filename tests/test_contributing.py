"""CONTRIBUTING.md tells the truth: its code is the code, and its recipe is enough."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import mlflow
import pytest
from mlflow.models import infer_signature
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.random_projection import GaussianRandomProjection

import penstock
from penstock.converters import register
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.sklearn.inputs import numeric_matrix
from penstock.converters.sklearn.linear import linear_node
from penstock.converters.sklearn.output import transformed
from penstock.converters.table import CONVERTERS
from tests.parity.tables import FRAME, NUMBERS, TARGETS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def test_the_code_shown_is_the_code():
    shown = [textwrap.dedent(block) for block in re.findall(r"```python\n(.*?)```", TEXT, re.S)]
    tests = ROOT / "tests" / "parity" / "cases" / "sklearn.py"
    sources = [path.read_text() for path in (ROOT / "exporters").rglob("*.py")]
    sources.append(tests.read_text())
    flat = [re.sub(r"\s+", " ", source) for source in sources]
    assert len(shown) == 4
    for block in shown:
        code = re.sub(r"\s+", " ", block).strip()
        assert any(code in source for source in flat), f"nowhere in the sources:\n{block}"


def gaussian_random_projection(estimator, table, builder):
    """``X @ components_.T``."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    first = len(builder.nodes)
    names = linear_node(table, builder, estimator.components_, 0.0, "projection")
    builder.operation("projection", first)
    columns = tuple(Value(name, FLOAT64, missing=False) for name in names)
    return transformed(estimator, Table(columns), builder)


def test_one_function_and_one_line_add_an_estimator(registry, jar, monkeypatch, tmp_path):
    monkeypatch.setenv("PENSTOCK_JAR", str(jar))
    frame = FRAME[NUMBERS]
    model = make_pipeline(GaussianRandomProjection(2, random_state=0), Ridge()).fit(
        frame, TARGETS["number"]
    )
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(frame),
            pip_requirements=["scikit-learn"],
        )
    with pytest.raises(penstock.errors.UnsupportedModelError, match="GaussianRandomProjection"):
        penstock.export(logged.model_uri, to=["mleap", "pmml"], out=tmp_path / "before")
    assert not (tmp_path / "before").exists()

    monkeypatch.setattr("penstock.converters.table.CONVERTERS", dict(CONVERTERS))
    register("sklearn.random_projection.GaussianRandomProjection", gaussian_random_projection)
    penstock.export(logged.model_uri, to=["mleap", "pmml"], out=tmp_path / "after")
    assert {path.name for path in (tmp_path / "after").iterdir()} == {
        "bundle.zip",
        "model.pmml",
        "penstock.json",
    }
