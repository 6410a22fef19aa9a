"""Where rows come in columns, trees score them in blocks: the same answers, by another plan."""

from __future__ import annotations

import math

import pytest
from pyspark.errors import IllegalArgumentException
from pyspark.sql import functions as F
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from tests.harness import Refused
from tests.spark import models
from tests.spark.models import FRAME, HIGH, NUMBER, NUMBERS, export
from tests.spark.rows import same, table
from tests.spark.test_plan import NO_BLOCKS, physical

COUNT = 1_300  # two whole blocks, and one that is no full one


def cities():
    """Text beside numbers, and labels of text."""
    columns = ColumnTransformer(
        [("city", OneHotEncoder(handle_unknown="ignore"), ["city"])], remainder="passthrough"
    )
    labels = ["high" if high else "low" for high in HIGH]
    return make_pipeline(columns, RandomForestClassifier(12, random_state=0)).fit(
        FRAME, labels
    ), FRAME


def counts():
    x, grades = FRAME[NUMBERS], [7 if high else 3 for high in HIGH]
    return RandomForestClassifier(9, max_depth=5, random_state=0).fit(x, grades), x


def truths():
    x = FRAME[NUMBERS]
    return RandomForestClassifier(9, max_depth=5, random_state=0).fit(x, HIGH), x


def typed():
    """One input of each of MLflow's narrower types."""
    _, x = models.typed()
    return RandomForestRegressor(11, random_state=0).fit(x, NUMBER), x


def several():
    x = FRAME[NUMBERS]
    target = [[7 if high else 3, int(ph > 3.2)] for high, ph in zip(HIGH, FRAME["pH"], strict=True)]
    return RandomForestClassifier(9, max_depth=5, random_state=0).fit(x, target), x


FORESTS = {
    "forest": models.forest,
    "cities": cities,
    "counts": counts,
    "truths": truths,
    "typed": typed,
    "several": several,
}


@pytest.fixture(scope="module")
def forests(tmp_path_factory):
    """The export of each of FORESTS by its name, made once."""
    folder, made = tmp_path_factory.mktemp("forests"), {}

    def get(name):
        if name not in made:
            made[name] = export(name, folder, fit=FORESTS[name])
        return made[name]

    return get


def some_rows(name):
    """Sixty rows, some of which lack a value or hold an odd one, in turn, COUNT in all."""
    x = FORESTS[name]()[1].head(60).astype(object)
    rows = [list(row) for row in x.to_numpy().tolist()]
    odd = [None, math.nan, math.inf, -0.0, 1e300, None, -math.inf]
    for i, value in enumerate(odd):
        if name != "typed":
            rows[7 * i][i % 3] = value
    if name == "cities":
        rows[5][3], rows[9][3] = None, "Nowhere"
    return [tuple(rows[i * 7 % 60]) for i in range(COUNT)]


def stored(spark, exported, rows, folder):
    table(spark, exported, rows).coalesce(1).write.parquet(str(folder))
    return spark.read.parquet(str(folder))


def answers(frame, call):
    found = frame.select("row number", F.expr(call).alias("p")).collect()
    return [row.p for row in sorted(found, key=lambda row: row[0])]


@pytest.mark.parametrize("name", FORESTS)
def test_blocks_answer_as_rows_and_pyfunc_do(spark, forests, settings, tmp_path, name):
    exported, rows = forests(name), some_rows(name)
    frame = stored(spark, exported, rows, tmp_path / "rows")
    call = f"try_ml_predict('{exported.path}', * EXCEPT (`row number`))"
    assert "ScoreBlocks" in physical(frame.selectExpr(call))
    found = answers(frame, call)
    settings(NO_BLOCKS)
    assert "ScoreBlocks" not in physical(frame.selectExpr(call))
    assert repr(answers(frame, call)) == repr(found)
    expected = exported.answers(rows[:60])
    assert sum(not isinstance(answer, Refused) for answer in expected) >= 50
    same([expected[i % 60] for i in range(COUNT)], found)


FEW = ("cities", "several")
"""Text, labels of text, probabilities and arrays: what differs between the functions."""


OTHERS = pytest.mark.slow(reason="blocks: models whose functions differ in nothing from the few")


@pytest.mark.parametrize(
    "name",
    [name if name in FEW else pytest.param(name, marks=OTHERS) for name in FORESTS],
)
def test_every_function_answers_in_blocks(spark, forests, settings, tmp_path, name):
    exported, rows = forests(name), some_rows(name)
    frame = stored(spark, exported, rows, tmp_path / "rows")
    arguments = f"('{exported.path}', * EXCEPT (`row number`))"
    calls = [f"ml_score{arguments}", f"ml_score{arguments}.prediction"]
    if name in ("cities", "counts", "truths"):
        scored = frame.where(f"try_ml_predict{arguments} IS NOT NULL")
        scored.coalesce(1).write.parquet(str(tmp_path / "scored"))
        good = spark.read.parquet(str(tmp_path / "scored"))
        found = answers(good, f"ml_predict_proba{arguments}")
        assert {len(p) for p in found} == {2}
        settings(NO_BLOCKS)
        assert answers(good, f"ml_predict_proba{arguments}") == found
    for call in calls:
        settings({"spark.penstock.blocks.enabled": "true"})
        assert "ScoreBlocks" in physical(frame.selectExpr(call))
        found = answers(frame, call)
        settings(NO_BLOCKS)
        assert repr(answers(frame, call)) == repr(found)
    assert sum(report.error is not None for report in answers(frame, calls[0])) < COUNT / 5


@pytest.fixture
def wines(spark, forests, tmp_path):
    """Rows that the forest scores, but for number 700."""
    rows = [(6.0 + i % 9, i % 60 + 0.5, 3.0 + i % 7 / 10) for i in range(COUNT)]
    rows[700] = (6.0, math.inf, 3.0)
    return stored(spark, forests("forest"), rows, tmp_path / "wines")


def test_a_refused_row_fails_the_query_when_it_is_its_turn(forests, settings, wines):
    path = forests("forest").path
    query = wines.selectExpr("`row number`", f"ml_predict('{path}', * EXCEPT (`row number`)) AS p")
    assert "ScoreBlocks" in physical(query)
    assert len(query.limit(700).collect()) == 700
    assert len(query.where("`row number` <> 700").collect()) == COUNT - 1
    with pytest.raises(IllegalArgumentException) as caught:
        query.collect()
    settings(NO_BLOCKS)
    with pytest.raises(IllegalArgumentException) as alone:
        query.selectExpr("*").collect()
    assert caught.value.getCondition() == alone.value.getCondition() == "PENSTOCK_ROW_REFUSED"
    assert str(caught.value).splitlines()[0] == str(alone.value).splitlines()[0]


def test_what_may_not_be_evaluated_stays_an_expression(forests, wines):
    call = f"ml_predict('{forests('forest').path}', * EXCEPT (`row number`))"
    for lazy in (
        f"CASE WHEN sugar < 1e300 THEN {call} END",
        f"coalesce(pH, {call})",
        f"sugar < 1e300 AND {call} > 2",
        f"if(sugar < 1e300, 1, 0) + if(sugar < 1e300, {call}, 0)",
    ):
        query = wines.selectExpr(f"{lazy} AS p")
        assert "ScoreBlocks" not in physical(query), lazy
        assert len(query.collect()) == COUNT
    for always in (f"round({call}, 2)", f"CAST({call} AS STRING)", f"{call} * 2 + pH"):
        assert "ScoreBlocks" in physical(wines.selectExpr(f"{always} AS p")), always


def test_blocks_inside_other_plans(spark, forests, settings, wines):
    """Repeated calls, joins, unions, groups, and a cache that reads as columns."""
    good = wines.where("`row number` <> 700")
    path = forests("forest").path
    good.createOrReplaceTempView("good_wines")
    call = f"ml_predict('{path}', * EXCEPT (`row number`))"
    queries = [
        f"SELECT {call} AS a, {call} + 1 AS b, pH FROM good_wines",
        f"SELECT pH, avg(p), count(*) FROM (SELECT pH, {call} AS p FROM good_wines) GROUP BY pH",
        f"SELECT l.p, r.p AS q FROM (SELECT `row number` AS n, {call} AS p FROM good_wines) AS l "
        f"JOIN (SELECT `row number` AS n, {call} AS p FROM good_wines) AS r ON l.n = r.n + 1",
        f"SELECT {call} AS p FROM good_wines UNION ALL SELECT pH FROM good_wines",
    ]

    def results():
        return [sorted(map(repr, spark.sql(query).collect())) for query in queries]

    wines.cache()
    try:
        wines.count()
        blocks = results()
        scan = wines.selectExpr(f"try_{call} AS p")
        assert "ScoreBlocks" in physical(scan)
        settings(NO_BLOCKS)
        assert results() == blocks
    finally:
        wines.unpersist()
    assert results() == blocks
