"""The four functions give what pyfunc gives, in every way that Spark evaluates an expression."""

from __future__ import annotations

import numpy as np
import pytest
from pyspark.errors import IllegalArgumentException

from tests.harness import Refused
from tests.spark.models import FITTED, NUMBERS
from tests.spark.rows import rows_of, same, scored, table

RESULT_TYPES = {
    "linear": "double",
    "forest": "double",
    "words": "string",
    "grades": "bigint",
    "truths": "boolean",
    "several": "array<double>",
    "labels": "array<bigint>",
    "wide": "double",
    "typed": "double",
    "cased": "double",
}

MODES = {
    "whole-stage": {},
    "generated": {
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "CODEGEN_ONLY",
    },
    "interpreted": {
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    },
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", FITTED)
def test_prediction_is_pyfuncs(spark, model, settings, name, mode):
    settings(MODES[mode])
    exported = model(name)
    rows = rows_of(FITTED[name]()[1])
    frame = table(spark, exported, rows).repartition(2)
    call = f"ml_predict('{exported.path}', *)"
    assert frame.selectExpr(call).schema[0].dataType.simpleString() == RESULT_TYPES[name]
    expected = exported.answers(rows)
    assert not any(isinstance(answer, Refused) for answer in expected)
    same(expected, scored(frame, call))
    same(expected, scored(frame, "try_" + call))
    same(expected, scored(frame, f"ml_score('{exported.path}', *).prediction"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["words", "grades", "truths"])
def test_probabilities_are_those_of_the_classes_in_order(spark, model, settings, name, mode):
    settings(MODES[mode])
    exported, x = model(name), FITTED[name]()[1]
    frame = table(spark, exported, rows_of(x))
    expected = exported.probabilities(rows_of(x))
    same(expected, scored(frame, f"ml_predict_proba('{exported.path}', *)"))
    same(expected, scored(frame, f"ml_score('{exported.path}', *).probability"))


MISSING = [
    (None, 7.5, 3.2),
    (float("nan"), 7.5, 3.2),
    (6.1, None, None),
    (float("nan"), float("nan"), float("nan")),
    (-0.0, 5e-324, 1e308),
    (float("inf"), 7.5, 3.2),
    (6.1, -float("inf"), 3.2),
]


@pytest.mark.parametrize("mode", MODES)
def test_nulls_and_nans_reach_the_model(spark, model, settings, mode):
    """A forest scores what is missing, so a NULL that Spark swallowed would show."""
    settings(MODES[mode])
    exported = model("forest")
    as_nan = [tuple(float("nan") if v is None else v for v in row) for row in MISSING]
    expected = exported.answers(as_nan)
    assert any(isinstance(a, Refused) for a in expected)
    assert sum(isinstance(a, float) for a in expected) >= 4
    same(expected, scored(table(spark, exported, MISSING), f"try_ml_predict('{exported.path}', *)"))


TEXTS = [
    " 7.5 ", "1_000", "+.5", "5.", "1e-400", "٣", "nan", "inf", "1e400", None,
    "", "None", "NA", "1,5", "0x10", "1.0d", "1__0", "abc", "\u20037\u2003",
]  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_text_is_parsed_as_python_does(spark, model, settings, mode):
    settings(MODES[mode])
    exported = model("linear")
    rows = [("6.1", text, "3.2") for text in TEXTS]
    frame = table(spark, exported, rows)
    same(exported.answers(rows), scored(frame, f"try_ml_predict('{exported.path}', *)"))


def test_numbers_stand_for_the_text_of_a_number(spark, model):
    exported = model("linear")
    rows = [("6.5", "7", "3.25"), ("0.5", "-3", "4.0")]
    frame = table(spark, exported, rows).selectExpr(
        "`row number`",
        "CAST(`fixed acidity` AS FLOAT) AS `fixed acidity`",
        "CAST(sugar AS TINYINT) AS sugar",
        "CAST(pH AS DOUBLE) AS pH",
    )
    same(exported.answers(rows), scored(frame, f"ml_predict('{exported.path}', *)"))


@pytest.mark.parametrize("kind", ["TINYINT", "SMALLINT", "INT", "FLOAT"])
def test_narrower_numbers_widen_to_double(spark, model, kind):
    exported = model("forest")
    rows = [(6.0, 7.0, 3.0), (12.0, 60.0, 4.0), (-1.0, 0.0, 2.0)]
    casts = [f"CAST(`{name}` AS {kind}) AS `{name}`" for name in NUMBERS]
    frame = table(spark, exported, rows).selectExpr("`row number`", *casts)
    same(exported.answers(rows), scored(frame, f"ml_predict('{exported.path}', *)"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("column", ["i", "l", "b"])
def test_types_without_a_missing_value_refuse_null(spark, model, settings, column, mode):
    settings(MODES[mode])
    exported = model("typed")
    row = dict(zip(exported.types, (1.5, 320, 700, True), strict=True))
    rows = [tuple(row.values()), tuple({**row, column: None}.values())]
    good, bad = scored(table(spark, exported, rows), f"ml_score('{exported.path}', *)")
    assert good.error is None
    assert bad.prediction is None
    assert column in bad.error


@pytest.mark.parametrize("function", ["ml_predict", "ml_predict_proba"])
@pytest.mark.parametrize("mode", MODES)
def test_a_refused_row_fails_the_query_in_one_sentence(spark, model, settings, mode, function):
    settings(MODES[mode])
    exported = model("words")
    frame = table(spark, exported, [(6.1, 7.5, 3.2, "Porto"), (6.1, float("nan"), 3.2, "Porto")])
    with pytest.raises(IllegalArgumentException) as caught:
        scored(frame.repartition(2), f"{function}('{exported.path}', *)")
    sentence = str(caught.value)
    assert caught.value.getCondition() == "PENSTOCK_ROW_REFUSED"
    assert caught.value.getMessageParameters() == {"column": "sugar", "reason": "MISSING_VALUE"}
    assert sentence.startswith("[PENSTOCK_ROW_REFUSED] ")
    assert "sugar" in sentence and "\n" not in sentence


@pytest.mark.parametrize("mode", MODES)
def test_score_tells_all_of_a_row(spark, model, settings, mode):
    settings(MODES[mode])
    exported = model("words")
    frame = table(spark, exported, [(6.1, 7.5, 3.2, "Porto"), (6.1, None, 3.2, "Porto")])
    call = f"ml_score('{exported.path}', *)"
    assert frame.selectExpr(call).schema[0].dataType.simpleString() == (
        "struct<prediction:string,probability:array<double>,error:string,model_version:string>"
    )
    good, bad = scored(frame, call)
    assert (good.prediction, good.error) == (exported.answers([(6.1, 7.5, 3.2, "Porto")])[0], None)
    assert sum(good.probability) == pytest.approx(1)
    assert (bad.prediction, bad.probability) == (None, None)
    assert "sugar" in bad.error
    assert good.model_version == bad.model_version


def test_a_regressor_has_no_probability(spark, model):
    exported = model("forest")
    frame = table(spark, exported, [(6.1, 7.5, 3.2)])
    (score,) = scored(frame, f"ml_score('{exported.path}', *)")
    assert score.prediction == exported.answers([(6.1, 7.5, 3.2)])[0]
    assert score.probability is None


def test_unknown_categories_and_null_are_the_models_business(spark, model):
    exported = model("words")
    rows = [(6.1, 7.5, 3.2, city) for city in ("São João", "Lisboa", "", None)]
    frame = table(spark, exported, rows)
    same(exported.answers(rows), scored(frame, f"try_ml_predict('{exported.path}', *)"))


def test_many_rows_share_nothing(spark, model):
    """Every partition has a buffer of its own; a shared one would mix rows of parallel tasks."""
    exported = model("forest")
    rng = np.random.default_rng(5)
    rows = [tuple(row) for row in rng.uniform(0, 15, size=(5000, 3)).tolist()]
    expected = exported.native.predict(np.array(rows)).tolist()
    frame = table(spark, exported, rows).repartition(8)
    same(expected, scored(frame, f"ml_predict('{exported.path}', *)"))
