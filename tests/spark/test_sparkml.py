"""Spark ML's pipelines through the real thing, held against Spark's own ``transform``.

A real registry, ``mlflow.spark.log_model``, ``penstock.export`` with its own gate, our scorer
over py4j, the official MLeap runtime and JPMML, and ``ml_predict`` in the same session.
"""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd

from tests.harness import Refused
from tests.parity.cases.sparkml import CASES, LABELS, SPARKML, TYPES
from tests.parity.compare import compare
from tests.parity.engines import FUNCTIONS, OFFICIAL, OUR_SCORER, each, run, scored
from tests.parity.suite import over

ASKED_ALONE = 4
"""How many of the rows that Spark refuses are asked, each by a job of its own."""

pytestmark = over(SPARKML, CASES, slow="parity: a pipeline that differs little from another case")


@each(OUR_SCORER, OFFICIAL, FUNCTIONS)
def test_an_engine_gives_what_transform_gives(exported, engine, format, request):
    run(engine, exported, format, request)


def test_spark_refuses_what_the_case_says(exported, spark):
    rows, answers = exported.rows, exported.answers
    refused = [row for i, row in enumerate(rows) if isinstance(answers[i], Refused)]
    assert refused
    for row in refused[:ASKED_ALONE]:
        if row[3] is not None:  # an integer that is missing never reaches pyfunc
            SPARKML.refuses(exported, row, spark)


def test_pyfunc_gives_the_same(exported):
    """One bulk call of the registered model, on a frame with NaN for NULL."""
    places = scored(exported)
    rows = [exported.rows[i] for i in places]
    frame = pd.DataFrame(rows, columns=list(TYPES))
    frame = frame.astype({"a": np.float64, "b": np.float64, "c": object, "d": np.int32})
    frame["c"] = [row[2] for row in rows]
    given = list(mlflow.pyfunc.load_model(exported.uri).predict(frame))
    compare(exported, places, [{"prediction": answer} for answer in given], titles=("prediction",))
    wanted = exported.answers[places[0]].prediction
    assert {type(answer) for answer in given} == {str if wanted in LABELS else float}
