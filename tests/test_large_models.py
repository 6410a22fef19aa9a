"""Models of thousands of categories, many columns, thousands of trees: exported and scored."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import penstock
from penstock.checks import parse
from penstock.contract import InputColumn
from penstock.converters import convert
from penstock.reference import evaluate
from tests.harness import SCORED, Refused, conflicts, oracle, table, typed_frame

pytestmark = pytest.mark.slow(reason="large models: minutes of training and of asking pyfunc")

RNG = np.random.default_rng(5)
CATEGORIES = [f"customer {i:05d}" for i in range(5_000)]
TREES = 2_000


def many_categories() -> tuple[Any, pd.DataFrame]:
    texts = np.array([*CATEGORIES, *RNG.choice(CATEGORIES, 1_000)], dtype=object)
    frame = pd.DataFrame({"amount": RNG.normal(size=len(texts)).round(3), "customer": texts})
    encoder = OneHotEncoder(handle_unknown="ignore")
    prepare = ColumnTransformer([("one-hot", encoder, ["customer"])], remainder="passthrough")
    model = make_pipeline(prepare, Ridge(alpha=0.1))
    return model.fit(frame, RNG.normal(size=len(frame)) + frame["amount"]), frame


def many_text_columns() -> tuple[Any, pd.DataFrame]:
    texts = {f"text {i}": RNG.choice([f"{i}.{k}" for k in range(40)], 400) for i in range(80)}
    frame = pd.DataFrame(texts, dtype=object)
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), Ridge())
    return model.fit(frame, RNG.normal(size=len(frame))), frame


def numbers() -> pd.DataFrame:
    return pd.DataFrame(RNG.normal(size=(400, 6)).round(3), columns=list("abcdef"))


def many_boosted_trees() -> tuple[Any, pd.DataFrame]:
    frame = numbers()
    model = GradientBoostingRegressor(n_estimators=TREES, max_depth=3, random_state=0)
    return model.fit(frame, frame["a"] * frame["b"] + frame["c"]), frame


def a_large_forest() -> tuple[Any, pd.DataFrame]:
    frame = numbers()
    labels = np.digitize(frame["a"] * frame["b"], [-0.4, 0.4])
    model = RandomForestClassifier(TREES, max_depth=6, random_state=0)
    return model.fit(frame, labels), frame


@pytest.mark.parametrize(
    "make", [many_categories, many_text_columns, many_boosted_trees, a_large_forest]
)
def test_a_large_model_exports_and_scores(
    make: Callable[[], tuple[Any, pd.DataFrame]],
    registry, jar, jvm, tmp_path, monkeypatch, report, count_rows,
):  # fmt: skip
    monkeypatch.setenv("PENSTOCK_JAR", str(jar))
    model, frame = make()
    types = {name: "double" if frame[name].dtype == float else "string" for name in frame}
    schema = Schema([ColSpec(type_, name) for name, type_ in types.items()])
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model, name="model", signature=ModelSignature(inputs=schema),
            pip_requirements=["scikit-learn"], serialization_format="cloudpickle",
        )  # fmt: skip
    began = time.perf_counter()
    penstock.export(logged.model_uri, to=["mleap", "pmml"], out=tmp_path / "out")
    report("large models", f"{make.__name__}: exported in {time.perf_counter() - began:.1f} s")
    rows = [*frame.sample(60, random_state=0).astype(object).to_numpy().tolist()]
    rows += [[None if isinstance(cell, float) else "unseen" for cell in rows[0]]]
    expected = oracle(mlflow.pyfunc.load_model(logged.model_uri).predict, typed_frame(types), rows)
    conversion = convert(model, [InputColumn(name, type_) for name, type_ in types.items()])
    bounds = evaluate(conversion.graph, parse(conversion.contract, rows)).bounds[:, 0]
    for format_, file in (("mleap", "bundle.zip"), ("pmml", "model.pmml")):
        began = time.perf_counter()
        answers = jvm.score(tmp_path / "out", list(types), rows, format_)
        size = (tmp_path / "out" / file).stat().st_size / 1e6
        seconds = time.perf_counter() - began
        report("large models", f"    {format_}: {size:.1f} MB, read and scored in {seconds:.1f} s")
        got = [Refused(a["refused"]) if "refused" in a else a["prediction"] for a in answers]
        allowed = iter(np.where(np.isnan(bounds), 0.0, bounds).tolist())
        by_row = {repr(row): next(allowed) for row in rows}
        found = conflicts(rows, expected, got, lambda row, by_row=by_row: by_row[repr(row)])
        assert not found, table(format_, found, len(rows))
        count_rows(f"large models, {format_}", [a.get("refused", SCORED) for a in answers])
