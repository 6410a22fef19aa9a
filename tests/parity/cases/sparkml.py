"""Pipelines of Spark ML, one line a case: what is fitted, what it refuses, how far it may be off.

All are fitted on one table of two doubles, a text and an integer. What a case refuses is
restated here by hand, and how far a sum may be off is a formula in its terms.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.ml import classification as c
from pyspark.ml import feature as f
from pyspark.ml import regression as r
from pyspark.sql import DataFrame, SparkSession

from tests.parity.case import Bound, Row
from tests.parity.libraries.sparkml import Case, SparkMl, predictor

INF, NAN = math.inf, math.nan
EPS = float(np.finfo(np.float64).eps)
TYPES = {"a": "double", "b": "double", "c": "string", "d": "integer"}
SCHEMA = "a double, b double, c string, d int"
CITIES = ["Porto", "São João", "'", "x y"]
LABELS = ["low", "mid, or so", 'high "<&>"']


def table(spark: SparkSession, rows: int = 240) -> DataFrame:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, rows)).round(2)
    city, d = rng.integers(4, size=rows), rng.integers(0, 4, rows)
    y = a - b + 2.0 * (city == 0) + d / 3 + 0.1 * rng.normal(size=rows)
    third = np.digitize(y, [-0.5, 1.5])
    values = [
        (None if i % 9 == 0 else float(a[i]), float(b[i]), CITIES[city[i]], int(d[i]),
         float(y[i]), float(y[i] > 0.4), float(third[i]))
        for i in range(rows)
    ]  # fmt: skip
    return spark.createDataFrame(values, f"{SCHEMA}, number double, two double, three double")


def prepared(
    unseen: str = "error", drop: bool = True, scaler: Any = None, last: str = "d"
) -> list[Any]:
    """Every preparing stage; the vector holds a imputed, b, its bucket, the city's places, d."""
    stages = [
        f.StringIndexer(inputCol="c", outputCol="city", handleInvalid=unseen),
        f.OneHotEncoder(
            inputCols=["city"], outputCols=["place"], dropLast=drop, handleInvalid="keep"
        ),
        f.Imputer(inputCols=["a"], outputCols=["filled"]),
        f.Bucketizer(splits=[-INF, -1.0, -0.0, 1.0, INF], inputCol="b", outputCol="bucket"),
        f.VectorAssembler(
            inputCols=["filled", "b", "bucket", "place", "city", last],
            outputCol="features" if scaler is None else "raw",
        ),
    ]
    return stages if scaler is None else [*stages, scaler.setInputCol("raw")]


def plain(missing: str, third: str = "d") -> list[Any]:
    """Raw doubles and a third column, as they are."""
    return [
        f.VectorAssembler(inputCols=["a", "b", third], outputCol="features", handleInvalid=missing)
    ]


def refuses_strictly(row: Row) -> bool:
    """What ``prepared("error")`` refuses: b missing, a city that is new, d missing."""
    return _is_missing(row[1]) or row[2] not in CITIES or row[3] is None


def refuses_numbers(row: Row) -> bool:
    """What ``prepared("keep")`` refuses: b or d missing."""
    return _is_missing(row[1]) or row[3] is None


def refuses_missing(row: Row) -> bool:
    """What ``plain("error")`` refuses."""
    return any(map(_is_missing, (row[0], row[1], row[3])))


def refuses_other_integers(row: Row) -> bool:
    """What a one-hot encoder of d refuses too: what training did not have."""
    return refuses_missing(row) or row[3] not in range(4)


def refuses_no_integer(row: Row) -> bool:
    """What ``plain("keep")`` refuses: an integer that is missing cannot reach a model."""
    return row[3] is None


def _is_missing(cell: Any) -> bool:
    return cell is None or cell != cell


def _weighted(weights: np.ndarray, intercepts: np.ndarray, x: np.ndarray) -> float:
    size = np.abs(np.atleast_2d(weights)) @ np.abs(x) + np.abs(intercepts)
    return float((len(x) + 2) * EPS * size.max())


def _linear(stage: Any, x: np.ndarray) -> float:
    return _weighted(stage.coefficients.toArray(), np.array([stage.intercept]), x)


def _logistic(stage: Any, x: np.ndarray) -> float:
    """A share moves by at most half of what the margins do, and exp by an ulp on each side."""
    weights, intercepts = stage.coefficientMatrix.toArray(), stage.interceptVector.toArray()
    return _weighted(weights, intercepts, x) + (len(weights) + 8) * EPS


def _boosted(stage: Any, x: np.ndarray) -> float:
    leaves = (re.findall(r"Predict: (\S+)", tree.toDebugString) for tree in stage.trees)
    largest = [max(abs(float(leaf)) for leaf in found) for found in leaves]
    size = float(np.dot(np.abs(stage.treeWeights), largest))
    return (len(largest) + 2) * EPS * size


EXACT = Bound("trees are exact, and so are sums in the order of the trees")
LINEAR = Bound("BLAS sums in any order", _linear)
LOGISTIC = Bound("BLAS sums in any order, exp is within an ulp", probability=_logistic)
BOOSTED = Bound("BLAS sums the trees in any order", _boosted)
BOOSTED_CLASSES = Bound(
    "as the sum, through a logistic function", probability=lambda s, x: _boosted(s, x) + 8 * EPS
)


def nested(model: PipelineModel) -> PipelineModel:
    """The preparing stages as a pipeline of their own."""
    return PipelineModel([PipelineModel(model.stages[:-1]), model.stages[-1]])


def labelled(model: PipelineModel) -> PipelineModel:
    """pyfunc takes the text for the answer, because no stage makes the column "prediction"."""
    text = f.IndexToString(inputCol="class", outputCol="label", labels=LABELS)
    return PipelineModel([*model.stages, text])


def scaled(**options: Any) -> Any:
    return f.StandardScaler(outputCol="features", **options)


CASES = [
    Case("linear regression", lambda: [*prepared(), r.LinearRegression(labelCol="number")],
         refuses_strictly, LINEAR, slow=True),
    Case("sparse linear regression", lambda: [
            *prepared("keep", drop=False),
            r.LinearRegression(labelCol="number", regParam=0.6, elasticNetParam=1.0)],
         refuses_numbers, LINEAR, slow=True),
    Case("logistic regression", lambda: [
            *prepared(scaler=scaled(withMean=True)),
            c.LogisticRegression(labelCol="two", threshold=0.4)],
         refuses_strictly, LOGISTIC, nested),
    Case("multinomial regression", lambda: [
            *prepared("keep", scaler=f.MinMaxScaler(outputCol="features", min=-1.0)),
            c.LogisticRegression(labelCol="three", thresholds=[0.5, 0.3, 0.2])],
         refuses_numbers, LOGISTIC, slow=True),
    Case("decision tree regressor", lambda: [
            f.StringIndexer(inputCol="d", outputCol="index", handleInvalid="keep"),
            *prepared(scaler=scaled(), last="index"), r.DecisionTreeRegressor(labelCol="number")],
         refuses_strictly, EXACT, slow=True),
    Case("decision tree classifier", lambda: [
            *prepared("keep"),
            c.DecisionTreeClassifier(labelCol="three", predictionCol="class")],
         refuses_numbers, EXACT, labelled),
    Case("tree over missing values", lambda: [
            f.Imputer(inputCol="d", outputCol="whole", missingValue=3.0),
            *plain("keep", "whole"), f.StringIndexer(inputCol="c", outputCol="unread"),
            r.DecisionTreeRegressor(labelCol="number", maxDepth=4)],
         refuses_no_integer, EXACT),
    Case("forest regressor", lambda: [
            *prepared(), r.RandomForestRegressor(labelCol="number", numTrees=7, seed=1)],
         refuses_strictly, EXACT, slow=True),
    Case("forest classifier", lambda: [
            *prepared("keep"),
            c.RandomForestClassifier(labelCol="three", numTrees=7, seed=1)],
         refuses_numbers, EXACT, nested),
    Case("forest with thresholds", lambda: [
            f.OneHotEncoder(inputCol="d", outputCol="places"), *plain("error", "places"),
            c.RandomForestClassifier(labelCol="three", numTrees=5, seed=1).setThresholds(
                [0.2, 0.5, 0.3])],
         refuses_other_integers, EXACT, slow=True),
    Case("boosted regressor", lambda: [
            *prepared("keep", scaler=f.MinMaxScaler(outputCol="features", max=2.0)),
            r.GBTRegressor(labelCol="number", maxIter=6, seed=1)],
         refuses_numbers, BOOSTED),
    Case("boosted classifier", lambda: [
            *prepared(), c.GBTClassifier(labelCol="two", maxIter=6, seed=1)],
         refuses_strictly, BOOSTED_CLASSES, slow=True),
]  # fmt: skip


def rows(model: PipelineModel) -> list[tuple]:
    """Ordinary rows, odd cells one at a time, and each threshold over b with its neighbours."""
    rng = np.random.default_rng(3)
    base = [
        (float(rng.normal().__round__(2)), float(rng.normal().__round__(2)),
         CITIES[int(rng.integers(4))], int(rng.integers(4)))
        for _ in range(60)
    ]  # fmt: skip
    odd: list[list[Any]] = [
        [NAN, None, 0.0, -0.0, 5e-324, -5e-324, 1e30, -1e30, 1e-320, 16777217.0],
        [NAN, None, 0.0, -0.0, 5e-324, -5e-324, -1.0, 1.0, *_near([-1.0, 1.0]), 1e30, -1e30],
        [None, "", *CITIES, "porto", "new", "nan", "Sa\u0303o Joa\u0303o"],
        [None, 0, 3, 4, -1, 2**31 - 1, -(2**31)],
    ]
    if hasattr(predictor(model), "toDebugString"):
        odd[0] += [INF, -INF]
        odd[1] += [INF, -INF]
    odd[0] += _near(thresholds(model, 0))
    odd[1] += _near(thresholds(model, 1))
    found = list(base)
    for place, cells in enumerate(odd):
        for number, cell in enumerate(cells):
            row = list(base[number % len(base)])
            row[place] = cell
            found.append(tuple(row))
    return found


def _near(numbers: Sequence[float]) -> list[float]:
    return [
        near
        for number in numbers
        for near in (number, math.nextafter(number, INF), math.nextafter(number, -INF))
    ]


def thresholds(model: PipelineModel, feature: int) -> list[float]:
    """At which the trees split the feature, at most ten; none where a scaler stands before."""
    last = predictor(model)
    inner = [stage for part in model.stages for stage in getattr(part, "stages", [part])]
    if not hasattr(last, "toDebugString") or any("Scaler" in type(s).__name__ for s in inner):
        return []
    found = re.findall(rf"feature {feature} <= (\S+)\)", last.toDebugString)
    return sorted({float(number) for number in found})[::2][:10]


SPARKML = SparkMl(TYPES, table, rows, least=80)
