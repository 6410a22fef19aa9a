"""Rows for Spark and what comes back."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from tests.harness import Refused
from tests.parity.engines import schema
from tests.spark.models import Exported


def rows_of(frame: pd.DataFrame, count: int = 12) -> list[tuple]:
    """The first rows as plain Python values."""
    return [tuple(row) for row in frame.head(count).astype(object).to_numpy().tolist()]


def table(spark: SparkSession, exported: Exported, rows: list[tuple]) -> DataFrame:
    """The rows under the model's own names and types, with their number beside them."""
    numbered = [(i, *row) for i, row in enumerate(rows)]
    return spark.createDataFrame(numbered, f"`row number` INT, {schema(exported.types)}")


def scored(frame: DataFrame, call: str) -> list[Any]:
    """The results of a SQL call, in the order of the rows."""
    answers = frame.selectExpr("`row number`", f"{call} AS answer").collect()
    return [answer for _, answer in sorted(answers, key=lambda row: row[0])]


def same(expected: list[Any], given: list[Any]) -> None:
    """Equal but for what a ``Near`` allows; a refused row is None."""
    assert len(given) == len(expected)
    for number, (want, got) in enumerate(zip(expected, given, strict=True)):
        if isinstance(want, Refused):
            assert got is None, f"row {number}: pyfunc refuses it ({want.why}), Spark gave {got}"
        elif isinstance(want, list):
            same(want, got)
        elif isinstance(want, float):
            allowed = getattr(want, "allowed", 0.0)
            assert abs(got - want) <= allowed, f"row {number}: {got!r}, not {want!r} +- {allowed}"
        else:
            assert (type(got), got) == (type(want), want), f"row {number}"
