"""Spark ML's pipelines through the real thing, held against Spark's own ``transform``.

A real registry, ``mlflow.spark.log_model``, ``penstock.export`` with its own gate, our scorer
over py4j, the official MLeap runtime and JPMML, and ``ml_predict`` in the same session.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from pyspark.ml import PipelineModel
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

import penstock
from tests.harness import Refused, conflicts, table
from tests.parity.cases import sparkml as sparkml_cases
from tests.parity.cases.sparkml import CASES, FORMATS, LABELS, SCHEMA, TYPES, Case, predictor

ASKED_ALONE = 4
"""How many of the rows that Spark refuses are asked, each by a job of its own."""


@dataclass(frozen=True)
class Exported:
    """A case after its way through the registry; ``rows`` are scored, ``refused`` are not."""

    case: Case
    model: PipelineModel
    uri: str
    folder: Path
    rows: list[tuple]
    refused: list[tuple]
    predictions: list[Any]
    probabilities: list[list[float]] | None
    features: list[np.ndarray]


@pytest.fixture(scope="module")
def data(spark: SparkSession) -> DataFrame:
    return sparkml_cases.table(spark).cache()


def log(model: PipelineModel, folder: Path, name: str | None = None, **types: str) -> str:
    """Logs the model as a team does, and registers it as ``name``; gives its URI."""
    columns = [ColSpec(type_, column) for column, type_ in (types or TYPES).items()]
    with mlflow.start_run():
        logged = mlflow.spark.log_model(
            model,
            "model",
            signature=ModelSignature(inputs=Schema(columns)),
            registered_model_name=name,
            pip_requirements=["pyspark"],
            dfs_tmpdir=str(folder / "dfs"),
        )
    return f"models:/{name}/1" if name else logged.model_uri


SLOW = pytest.mark.slow(reason="parity: a pipeline that differs little from another case")


@pytest.fixture(
    scope="module",
    params=[pytest.param(case, id=case.name, marks=[SLOW] if case.slow else []) for case in CASES],
)
def exported(request, spark, data, registry, tmp_path_factory) -> Exported:
    case: Case = request.param
    folder = tmp_path_factory.mktemp("sparkml")
    model = case.fitted(data)
    uri = log(model, folder, case.name.replace(" ", "-"))
    penstock.export(uri, to=list(FORMATS), out=folder / "out")
    every = sparkml_cases.rows(model)
    rows = [row for row in every if not case.refuses(row)]
    answered = model.transform(spark.createDataFrame(rows, SCHEMA))
    last = predictor(model)
    columns = [sf.col(answer_of(answered))]
    columns.append(vector_to_array(sf.col(last.getFeaturesCol())))
    if "probability" in answered.columns:
        columns.append(vector_to_array(sf.col("probability")))
    cells = [tuple(row) for row in answered.select(*columns).collect()]
    assert len(cells) == len(rows)
    return Exported(
        case,
        model,
        uri,
        folder / "out",
        rows,
        [row for row in every if case.refuses(row)],
        [row[0] for row in cells],
        [row[2] for row in cells] if len(columns) > 2 else None,
        [np.array(row[1]) for row in cells],
    )


def answer_of(answered: DataFrame) -> str:
    """The column that pyfunc answers with: it takes a last label for the prediction."""
    return "label" if "label" in answered.columns else "prediction"


@pytest.mark.parametrize("format", FORMATS)
def test_our_scorer_gives_what_transform_gives(exported, format, jvm):
    every = [*exported.rows, *exported.refused]
    answers = jvm.score(exported.folder, list(TYPES), every, format)
    scored, refused = answers[: len(exported.rows)], answers[len(exported.rows) :]
    compare(exported, scored)
    assert all("refused" in answer for answer in refused)
    assert len(exported.rows) >= 80


def test_spark_refuses_what_the_case_says(exported, spark):
    assert exported.refused
    for row in exported.refused[:ASKED_ALONE]:
        if row[3] is None:
            continue  # an integer that is missing never reaches pyfunc
        frame = spark.createDataFrame([row], SCHEMA)
        answered = exported.model.transform(frame)
        with pytest.raises(Exception, match="SparkException"):
            answered.select(answer_of(answered)).collect()


@pytest.mark.parametrize("format", FORMATS)
def test_the_official_engine_reads_the_same_from_the_file(exported, format, request):
    judge = request.getfixturevalue({"mleap": "mleap", "pmml": "jpmml"}[format])
    file = exported.folder / FORMATS[format]
    if format == "pmml":
        assert judge.validate(file) == []
    kinds = [(name, "string" if type_ == "string" else "number") for name, type_ in TYPES.items()]
    answers = judge.score(file, kinds, exported.rows)
    pairs = zip(exported.predictions, answers, strict=True)
    compare(exported, [{**answer, "prediction": as_wanted(want, answer)} for want, answer in pairs])


def as_wanted(want: Any, answer: dict[str, Any]) -> Any:
    """A class as the engine tells it, text, as the double that Spark gives."""
    got = answer.get("prediction", answer.get("error"))
    if isinstance(want, float) and isinstance(got, str):
        try:
            return float(got)
        except ValueError:
            return got
    return got


def compare(exported: Exported, answers: list[dict[str, Any]]) -> None:
    last, bound = predictor(exported.model), exported.case.bound
    features = dict(zip(map(repr, exported.rows), exported.features, strict=True))

    def allowed(how: Callable[[Any, np.ndarray], float]) -> Callable[[Any], float]:
        return lambda row: how(last, features[repr(row)])

    got = [a.get("prediction", Refused(str(a.get("refused")))) for a in answers]
    found = conflicts(exported.rows, exported.predictions, got, allowed(bound.prediction))
    assert not found, table("prediction", found, len(exported.rows))
    if exported.probabilities is not None:
        got = [a.get("probability", Refused("")) for a in answers]
        found = conflicts(exported.rows, exported.probabilities, got, allowed(bound.probability))
        assert not found, table("probability", found, len(exported.rows))


def test_ml_predict_in_spark_equals_transform(exported, spark):
    frame = spark.createDataFrame(exported.rows, SCHEMA)
    path = exported.folder
    answered = frame.selectExpr(
        f"ml_predict('{path}', *) AS answer", f"ml_score('{path}', *) AS score"
    ).collect()
    is_sum = exported.case.bound.prediction(predictor(exported.model), exported.features[0]) > 0
    for row, want in zip(answered, exported.predictions, strict=True):
        assert row.answer == (pytest.approx(want, rel=1e-12) if is_sum else want)
        assert row.score.error is None and row.score.prediction == row.answer


def test_pyfunc_gives_the_same(exported):
    """One bulk call of the registered model, on a frame with NaN for NULL."""
    frame = pd.DataFrame(exported.rows, columns=list(TYPES))
    frame = frame.astype({"a": np.float64, "b": np.float64, "c": object, "d": np.int32})
    frame["c"] = [row[2] for row in exported.rows]
    given = list(mlflow.pyfunc.load_model(exported.uri).predict(frame))
    assert given == exported.predictions or all(
        a == b or (math.isnan(a) and math.isnan(b))
        for a, b in zip(given, exported.predictions, strict=True)
    )
    assert {type(answer) for answer in given} == {
        str if exported.predictions[0] in LABELS else float
    }
