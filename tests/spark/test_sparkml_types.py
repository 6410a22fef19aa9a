"""Spark ML over inputs of every type, and split at zero: our scorer and the engines by transform.

Rows hold both zeros, numbers next to each split, integers that doubles skip, and what is refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml import classification as c
from pyspark.ml import feature as f
from pyspark.ml import regression as r
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

import penstock
from penstock.errors import UnsupportedOperationError
from tests.harness import Refused, conflicts, table
from tests.parity.cases.sparkml import EXACT, FORMATS, INF, LINEAR, LOGISTIC, NAN, Case
from tests.spark.test_sparkml import as_wanted

TYPES = {"f": "float", "l": "long", "i": "integer", "t": "boolean", "d": "double"}
SCHEMA = "f float, l bigint, i int, t boolean, d double"
Row = Sequence[Any]


def assembled(*columns: str, invalid: str = "error") -> f.VectorAssembler:
    return f.VectorAssembler(inputCols=list(columns), outputCol="features", handleInvalid=invalid)


def buckets(column: str, *ends: float) -> f.Bucketizer:
    return f.Bucketizer(splits=list(ends), inputCol=column, outputCol=f"{column} bucket")


def no_number(row: Row, *places: int) -> bool:
    """NULL anywhere in an integer or boolean; in ``places`` NaN too."""
    return any(row[k] is None for k in (1, 2, 3)) or any(
        row[k] is None or math.isnan(row[k]) for k in places
    )


def is_below_zero(number: float) -> bool:
    """As Java orders doubles."""
    return math.copysign(1.0, number) < 0.0


CASES = [
    Case("tree over all types", lambda: [
            assembled("f", "l", "i", "t", "d", invalid="keep"),
            r.DecisionTreeRegressor(labelCol="number", maxDepth=6)],
         no_number, EXACT),
    Case("logistic over all types", lambda: [
            assembled("f", "l", "i", "t", "d"),
            f.MinMaxScaler(inputCol="features", outputCol="scaled"),
            c.LogisticRegression(featuresCol="scaled", labelCol="two")],
         lambda row: no_number(row, 0, 4), LOGISTIC),
    Case("integers indexed, imputed and encoded", lambda: [
            f.StringIndexer(inputCol="l", outputCol="index", handleInvalid="keep"),
            f.Imputer(inputCol="i", outputCol="filled", missingValue=2.0),
            f.OneHotEncoder(inputCol="i", outputCol="places", handleInvalid="keep"),
            f.Bucketizer(inputCol="l", outputCol="bucket", splits=[-INF, 0.0, 2.0, INF]),
            assembled("index", "filled", "places", "bucket", "t"),
            r.LinearRegression(labelCol="number")],
         no_number, LINEAR),
    Case("split at zero", lambda: [
            f.Imputer(inputCol="d", outputCol="filled"),
            buckets("filled", -INF, -1.0, 0.0, 1.0, INF),
            buckets("f", -1.5, 0.0, 5e-324, 0.5, 1.5),
            assembled("filled bucket", "f bucket", "i"), r.LinearRegression(labelCol="number")],
         lambda row: no_number(row, 0) or not -1.5 <= row[0] <= 1.5, LINEAR,
         formats=("mleap",)),
    Case("split from zero on", lambda: [
            buckets("d", 0.0, 1.0, INF), buckets("f", -INF, -0.0, 0.5, INF),
            assembled("d bucket", "f bucket", "i"), r.LinearRegression(labelCol="number")],
         lambda row: no_number(row, 0, 4) or is_below_zero(row[4]), LINEAR),
]  # fmt: skip


@dataclass(frozen=True)
class Exported:
    """A case after its way; ``scored`` rows with transform's answers, ``refused`` ones."""

    case: Case
    model: PipelineModel
    folder: Path
    scored: list[tuple]
    refused: list[tuple]
    predictions: list[float]
    features: dict[str, np.ndarray]

    def compare(self, answers: list[dict[str, Any]]) -> None:
        last, bound = self.model.stages[-1], self.case.bound.prediction
        got = [
            as_wanted(want, answer) if "refused" not in answer else Refused(answer["refused"])
            for want, answer in zip(self.predictions, answers, strict=True)
        ]
        found = conflicts(
            self.scored, self.predictions, got, lambda row: bound(last, self.features[repr(row)])
        )
        assert not found, table(self.case.name, found, len(self.scored))


@pytest.fixture(scope="module")
def data(spark: SparkSession) -> DataFrame:
    rng = np.random.default_rng(6)
    rows = []
    for _ in range(200):
        x, y = map(float, rng.uniform(-1.5, 1.5, 2).astype(np.float32))
        whole, small, flag = int(rng.integers(-2, 4)), int(rng.integers(4)), bool(rng.integers(2))
        y += 1.5 if rng.integers(2) else 0.0
        number = 3 * x - y + 0.5 * (whole > 0) + small / 3 + flag + np.floor(2 * x) + np.floor(y)
        rows.append((x, whole, small, flag, abs(y), float(number), float(number > 0.5)))
    return spark.createDataFrame(rows, f"{SCHEMA}, number double, two double").cache()


def rows(model: PipelineModel) -> list[tuple]:
    """Ordinary rows, and odd cells in each column, next to the trees' thresholds among them."""
    rng = np.random.default_rng(7)
    base = [
        (float(np.float32(rng.normal())), int(rng.integers(-2, 4)), int(rng.integers(4)),
         bool(rng.integers(2)), float(abs(rng.normal())))
        for _ in range(40)
    ]  # fmt: skip
    tiny = float(np.finfo(np.float32).smallest_subnormal)
    floats = [NAN, None, 0.0, -0.0, tiny, -tiny, 16777216.0, -(2.0**100)]
    for end in (-1.5, -1.0, 0.5, 1.0, 1.5):
        floats += [end, *(float(np.nextafter(np.float32(end), np.float32(e))) for e in (-9, 9))]
    doubles = [NAN, None, 0.0, -0.0, 5e-324, -5e-324, 1e-320, 1e300]
    for end in (-1.0, 1.0):
        doubles += [end, math.nextafter(end, -INF), math.nextafter(end, INF)]
    odd: list[list[Any]] = [
        floats,
        [None, 0, 2, -1, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)],
        [None, 0, 2, 4, -1, 2**31 - 1, -(2**31)],
        [None, True, False],
        doubles,
    ]
    if isinstance(model.stages[-1], r.DecisionTreeRegressionModel):
        odd[0] += [INF, -INF]
        odd[4] += [INF, -INF]
    found = list(base)
    for place, cells in enumerate(odd):
        for number, cell in enumerate(cells):
            row = list(base[number % len(base)])
            row[place] = cell
            found.append(tuple(row))
    return found


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def exported(request, spark, data, jar, tmp_path_factory) -> Exported:
    case: Case = request.param
    folder = tmp_path_factory.mktemp("types")
    model = Pipeline(stages=case.stages()).fit(data)
    signature = ModelSignature(
        inputs=Schema([ColSpec(type_, name) for name, type_ in TYPES.items()])
    )
    mlflow.spark.save_model(
        model, folder / "model", signature=signature, pip_requirements=["pyspark"],
        dfs_tmpdir=str(folder / "dfs"),
    )  # fmt: skip
    uri, out = str(folder / "model"), folder / "out"
    penstock.export(uri, to=list(case.formats), out=out, skip_verify=True)
    every = rows(model)
    scored = [row for row in every if not case.refuses(row)]
    answered = model.transform(spark.createDataFrame(scored, SCHEMA)).select(
        "prediction", vector_to_array(sf.col(model.stages[-1].getFeaturesCol()))
    )
    cells = [tuple(row) for row in answered.collect()]
    return Exported(
        case,
        model,
        folder,
        scored,
        [row for row in every if case.refuses(row)],
        [prediction for prediction, _ in cells],
        {repr(row): np.array(x) for row, (_, x) in zip(scored, cells, strict=True)},
    )


def test_our_scorer_gives_what_transform_gives(exported, jvm):
    for format in exported.case.formats:
        answers = jvm.score(
            exported.folder / "out", list(TYPES), [*exported.scored, *exported.refused], format
        )
        exported.compare(answers[: len(exported.scored)])
        assert all("refused" in answer for answer in answers[len(exported.scored) :])
    assert len(exported.scored) >= 60


def test_the_official_engines_read_the_same_from_the_files(exported, mleap, jpmml):
    kinds = [(name, "number") for name in TYPES]
    for format in exported.case.formats:
        judge = {"mleap": mleap, "pmml": jpmml}[format]
        exported.compare(
            judge.score(exported.folder / "out" / FORMATS[format], kinds, exported.scored)
        )


def test_ml_predict_in_spark_equals_transform(exported, spark):
    frame = spark.createDataFrame(exported.scored, SCHEMA)
    path = exported.folder / "out"
    answered = frame.selectExpr(f"ml_predict('{path}', *) AS answer").collect()
    exported.compare([{"prediction": row.answer} for row in answered])


def test_spark_refuses_what_the_case_says(exported, spark):
    """But for a missing integer, which no data frame of pandas can hold."""
    asked = [row for row in exported.refused if None not in row[1:4]]
    for row in [row for n, row in enumerate(asked) if n % 4 == 0 or 0.0 in (row[0], row[4])]:
        answered = exported.model.transform(spark.createDataFrame([row], SCHEMA))
        with pytest.raises(Exception, match="SparkException"):
            answered.select("prediction").collect()
    assert asked or exported.case.refuses is no_number


def test_pmml_cannot_say_which_zero_it_is(spark, data, tmp_path):
    """Its engines take -0.0 for 0.0, and Spark puts it one bucket lower."""
    stages = [buckets("d", -INF, 0.0, INF), assembled("d bucket")]
    model = Pipeline(stages=[*stages, r.LinearRegression(labelCol="number")]).fit(data)
    mlflow.spark.save_model(
        model, tmp_path / "model", pip_requirements=["pyspark"], dfs_tmpdir=str(tmp_path / "dfs"),
        signature=ModelSignature(inputs=Schema([ColSpec("double", "d")])),
    )  # fmt: skip
    found = penstock.check(str(tmp_path / "model"))
    (step,) = [step for step in found.steps if step.step == "model/Bucketizer"]
    assert step.support["mleap"].level == "exact"
    with pytest.raises(UnsupportedOperationError, match=r"'model/Bucketizer'.* -0\.0 for 0\.0"):
        penstock.export(str(tmp_path / "model"), "pmml", tmp_path / "out", skip_verify=True)
