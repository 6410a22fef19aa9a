"""Spark ML over inputs of every type, and split at zero: our scorer and the engines by transform.

Rows hold both zeros, numbers next to each split, integers that doubles skip, and what is refused.
"""

from __future__ import annotations

import math
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
from pyspark.sql import DataFrame, SparkSession

import penstock
from penstock.errors import UnsupportedOperationError
from tests.harness import Refused
from tests.parity.case import Row
from tests.parity.cases.sparkml import EXACT, INF, LINEAR, LOGISTIC, NAN
from tests.parity.engines import FUNCTIONS, OFFICIAL, OUR_SCORER, each, run, schema
from tests.parity.libraries.sparkml import Case, SparkMl
from tests.parity.suite import over

TYPES = {"f": "float", "l": "long", "i": "integer", "t": "boolean", "d": "double"}


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


def data(spark: SparkSession) -> DataFrame:
    """What all are fitted on."""
    rng = np.random.default_rng(6)
    rows = []
    for _ in range(200):
        x, y = map(float, rng.uniform(-1.5, 1.5, 2).astype(np.float32))
        whole, small, flag = int(rng.integers(-2, 4)), int(rng.integers(4)), bool(rng.integers(2))
        y += 1.5 if rng.integers(2) else 0.0
        number = 3 * x - y + 0.5 * (whole > 0) + small / 3 + flag + np.floor(2 * x) + np.floor(y)
        rows.append((x, whole, small, flag, abs(y), float(number), float(number > 0.5)))
    return spark.createDataFrame(rows, f"{schema(TYPES)}, number double, two double")


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


# Unverified: what the gate does for Spark ML is tried on the other table.
LIBRARY = SparkMl(TYPES, data, rows, least=60, verify=False)
EACH_CASE = over(LIBRARY, CASES)


@EACH_CASE
@each(OUR_SCORER, OFFICIAL, FUNCTIONS)
def test_an_engine_gives_what_transform_gives(exported, engine, format, request):
    run(engine, exported, format, request)


@EACH_CASE
def test_spark_refuses_what_the_case_says(exported, spark):
    """But for a missing integer, which no data frame of pandas can hold."""
    answers = exported.answers
    refused = [row for i, row in enumerate(exported.rows) if isinstance(answers[i], Refused)]
    asked = [row for row in refused if None not in row[1:4]]
    for row in [row for n, row in enumerate(asked) if n % 4 == 0 or 0.0 in (row[0], row[4])]:
        LIBRARY.refuses(exported, row, spark)
    assert asked or exported.case.refuses is no_number


def test_pmml_cannot_say_which_zero_it_is(spark, tmp_path):
    """Its engines take -0.0 for 0.0, and Spark puts it one bucket lower."""
    stages = [buckets("d", -INF, 0.0, INF), assembled("d bucket")]
    model = Pipeline(stages=[*stages, r.LinearRegression(labelCol="number")]).fit(data(spark))
    mlflow.spark.save_model(
        model, tmp_path / "model", pip_requirements=["pyspark"], dfs_tmpdir=str(tmp_path / "dfs"),
        signature=ModelSignature(inputs=Schema([ColSpec("double", "d")])),
    )  # fmt: skip
    found = penstock.check(str(tmp_path / "model"))
    (step,) = [step for step in found.steps if step.step == "model/Bucketizer"]
    assert step.support["mleap"].level == "exact"
    with pytest.raises(UnsupportedOperationError, match=r"'model/Bucketizer'.* -0\.0 for 0\.0"):
        penstock.export(str(tmp_path / "model"), "pmml", tmp_path / "out", skip_verify=True)
