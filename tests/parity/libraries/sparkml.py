"""Spark ML in the harness: ``transform`` answers, in the session of the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml import feature as f
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from tests.harness import Refused
from tests.parity import case as parity
from tests.parity.answers import Answer, Answers
from tests.parity.case import Bound, Row
from tests.parity.engines import schema
from tests.parity.labels import in_type
from tests.parity.suite import Exported


@dataclass(frozen=True)
class Case(parity.Case):
    """``model`` makes the stages of the unfitted pipeline; ``finish`` changes the fitted one.

    ``refuses``: which rows Spark refuses, restated by hand. A bound gets the predicting stage and
    its features, an array.
    """

    refuses: Callable[[Row], bool]
    bound: Bound
    finish: Callable[[PipelineModel], PipelineModel] = lambda model: model


class SparkMl:
    """Pipelines that are fitted on one table; see ``tests.parity.suite.Library``.

    ``types``: MLflow's of the inputs. ``table`` makes what is fitted on, ``rows`` what is asked.
    ``verify``: whether the export's own gate runs too.
    """

    def __init__(
        self,
        types: dict[str, str],
        table: Callable[[SparkSession], DataFrame],
        rows: Callable[[PipelineModel], list[Row]],
        least: int,
        verify: bool = True,
    ) -> None:
        self.least = least
        self._types, self._table, self._rows, self._verify = types, table, rows, verify
        self._data: DataFrame | None = None

    def fit(self, case: Case, request: pytest.FixtureRequest) -> PipelineModel:
        """Spark's trees score rows that lack a number, but are not fitted on them."""
        if self._data is None:
            self._data = self._table(request.getfixturevalue("spark")).na.drop().cache()
        return case.finish(Pipeline(stages=case.model()).fit(self._data))

    def log(self, case: Case, model: PipelineModel, folder: Path) -> str:
        name = case.name.replace(" ", "-")
        columns = [ColSpec(type_, column) for column, type_ in self._types.items()]
        with mlflow.start_run():
            mlflow.spark.log_model(
                model,
                "model",
                signature=ModelSignature(inputs=Schema(columns)),
                registered_model_name=name,
                pip_requirements=["pyspark"],
                dfs_tmpdir=str(folder / "dfs"),
            )
        return f"models:/{name}/1"

    def types(self, case: Case) -> dict[str, str]:
        return self._types

    def texts(self, case: Case) -> set[str]:
        return {name for name, type_ in self._types.items() if type_ == "string"}

    def options(self, case: Case) -> dict[str, Any]:
        return {"skip_verify": not self._verify}

    def rows(self, case: Case, model: PipelineModel) -> list[Row]:
        return self._rows(model)

    def answers(
        self,
        case: Case,
        model: PipelineModel,
        uri: str,
        rows: list[Row],
        request: pytest.FixtureRequest,
    ) -> Answers:
        """One job for all rows: for Spark none depends on those beside it."""
        spark = request.getfixturevalue("spark")
        scored = [i for i, row in enumerate(rows) if not case.refuses(row)]
        found = self._transformed(model, spark, [rows[i] for i in scored])
        known = dict(zip(scored, found, strict=True))
        refused = {i: Refused("by the case") for i in range(len(rows)) if i not in known}
        return Answers(rows, lambda places: [known[i] for i in places], (), refused)

    def _transformed(
        self, model: PipelineModel, spark: SparkSession, rows: Sequence[Row]
    ) -> list[Answer]:
        answered = model.transform(spark.createDataFrame(rows, schema(self._types)))
        features = predictor(model).getFeaturesCol()
        columns = [sf.col(answer_of(answered)), vector_to_array(sf.col(features))]
        if "probability" in answered.columns:
            columns.append(vector_to_array(sf.col("probability")))
        return [
            Answer(prediction, shares[0] if shares else None, np.array(x))
            for prediction, x, *shares in answered.select(*columns).collect()
        ]

    def refuses(self, exported: Exported, row: Row, spark: SparkSession) -> None:
        """Fails where Spark scores the row, alone in a job."""
        frame = spark.createDataFrame([row], schema(self._types))
        answered = exported.model.transform(frame)
        with pytest.raises(Exception, match="SparkException"):
            answered.select(answer_of(answered)).collect()

    def kind(self, why: str) -> None:
        """Not told: which of several reasons comes first is a matter of Spark's plan."""

    def read(self, want: Any, got: Any) -> Any:
        """A class is a double for Spark, and text for PMML."""
        if isinstance(want, float) and isinstance(got, str):
            try:
                return float(got)
            except ValueError:
                return got
        return in_type(want, got)

    def bounded(self, model: PipelineModel) -> Any:
        return predictor(model)

    def given(self, exported: Exported, i: int) -> np.ndarray:
        return exported.answers[i].given


def answer_of(answered: DataFrame) -> str:
    """The column that pyfunc answers with: it takes a last label for the prediction."""
    return "label" if "label" in answered.columns else "prediction"


def predictor(model: PipelineModel) -> Any:
    """The stage that predicts."""
    stages = model.stages
    return stages[-2] if isinstance(stages[-1], f.IndexToString) else stages[-1]
