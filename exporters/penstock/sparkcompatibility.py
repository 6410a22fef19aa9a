"""What Spark ML's stages become: each is fitted on a few rows, and the pipelines converted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from penstock.contract import InputColumn
from penstock.converters import convert
from penstock.graph import Node
from penstock.sparksession import ensure_session, lent_session

_INPUTS = (InputColumn("a", "double"), InputColumn("b", "double"), InputColumn("c", "string"))
_ROWS = [
    (float(i % 5), float(i), "uvw"[i % 3], 1.5 * i, float(i % 2), float(i % 3)) for i in range(12)
]
_SCHEMA = "a double, b double, c string, number double, two double, three double"


@lent_session()
def stage_nodes() -> dict[str, list[Node]]:
    """The nodes that each class with a converter becomes, by its full name."""
    found: dict[str, list[Node]] = {}
    for model in _pipelines(ensure_session()):
        conversion = convert(model, _INPUTS)
        for operation in conversion.operations:
            nodes = [conversion.graph.nodes[i] for i in operation.nodes]
            found[operation.class_name] = found.get(operation.class_name, []) + nodes
    return found


def _pipelines(session: Any) -> Iterator[Any]:
    from pyspark.ml import Pipeline, PipelineModel, classification, feature, regression

    rows = session.createDataFrame(_ROWS, _SCHEMA)
    prepare = Pipeline(
        stages=[
            feature.StringIndexer(inputCol="c", outputCol="index", handleInvalid="keep"),
            feature.OneHotEncoder(inputCols=["index"], outputCols=["place"], handleInvalid="keep"),
            feature.Imputer(inputCols=["a"], outputCols=["filled"]),
            feature.Bucketizer(
                splits=[-math.inf, 1.0, 5.0, math.inf], inputCol="b", outputCol="bucket"
            ),
            feature.VectorAssembler(
                inputCols=["filled", "bucket", "place", "index"], outputCol="vector"
            ),
            feature.StandardScaler(inputCol="vector", outputCol="scaled", withMean=True),
            feature.MinMaxScaler(inputCol="scaled", outputCol="features"),
        ]
    ).fit(rows)
    ready = prepare.transform(rows).cache()
    for module, kind, target in (
        (regression, "LinearRegression", "number"),
        (regression, "DecisionTreeRegressor", "number"),
        (regression, "RandomForestRegressor", "number"),
        (regression, "GBTRegressor", "number"),
        (classification, "LogisticRegression", "two"),
        (classification, "LogisticRegression", "three"),
        (classification, "DecisionTreeClassifier", "three"),
        (classification, "RandomForestClassifier", "three"),
        (classification, "GBTClassifier", "two"),
    ):
        few = {"GBT": {"maxIter": 2}, "Ran": {"numTrees": 2}}.get(kind[:3], {})
        yield PipelineModel([prepare, getattr(module, kind)(labelCol=target, **few).fit(ready)])
    tree = classification.DecisionTreeClassifier(labelCol="two", predictionCol="class").fit(ready)
    text = feature.IndexToString(inputCol="class", outputCol="prediction", labels=["no", "yes"])
    yield PipelineModel([prepare, tree, text])
