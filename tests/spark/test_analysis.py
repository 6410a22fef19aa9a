"""What Spark's analysis reports: one sentence with the remedy, before any task runs."""

from __future__ import annotations

import json
import shutil

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F

from tests.spark.rows import same, scored, table

ROW = (6.1, 7.5, 3.2)


def refusal(query) -> AnalysisException:
    """The error of a query that must not get past analysis."""
    with pytest.raises(AnalysisException) as caught:
        query()
    error = caught.value
    sentence = str(error)
    assert sentence.startswith(f"[{error.getCondition()}] "), sentence
    assert "\n" not in sentence, sentence
    assert error.getSqlState()
    assert "io.penstock" not in error._stackTrace.split("\n", 1)[1]
    return error


@pytest.fixture
def forest(model):
    return model("forest")


@pytest.fixture
def frame(spark, forest):
    return table(spark, forest, [ROW])


def call(frame, model, arguments="*"):
    return refusal(lambda: frame.selectExpr(f"ml_predict('{model}', {arguments})"))


def test_the_model_must_be_a_literal(frame):
    for arguments in ("pH, *", "1, *", "NULL, *", "CAST(NULL AS STRING), *", ""):
        error = refusal(lambda: frame.selectExpr(f"ml_predict({arguments})"))  # noqa: B023
        assert error.getCondition() == "PENSTOCK_INVALID_ARGUMENT"
        assert "ml_predict('/models/wine', *)" in str(error)


@pytest.mark.parametrize(
    ("name", "condition", "remedy"),
    [
        ("/no/such/export", "PENSTOCK_MODEL_NOT_FOUND", "/no/such/export"),
        ("./no-such-export", "PENSTOCK_MODEL_NOT_FOUND", "no-such-export"),
        ("wine@champion", "PENSTOCK_STORE_NOT_CONFIGURED", "./wine@champion"),
        ("", "PENSTOCK_STORE_NOT_CONFIGURED", "path"),
        ("models:/wine@champion", "PENSTOCK_INVALID_ARGUMENT", "penstock export"),
        ("no-such-scheme://bucket/wine", "PENSTOCK_MODEL_NOT_FOUND", "no-such-scheme"),
        ("s3a://bucket/wine", "PENSTOCK_MODEL_NOT_FOUND", "hadoop-aws"),
        ("no-such-scheme:", "PENSTOCK_INVALID_ARGUMENT", "/models/wine"),
    ],
)
def test_a_model_that_is_not_there(frame, name, condition, remedy):
    error = call(frame, name)
    assert error.getCondition() == condition
    assert remedy in str(error)


def test_a_folder_without_a_model(frame, tmp_path):
    assert call(frame, tmp_path).getCondition() in (
        "PENSTOCK_MODEL_NOT_FOUND",
        "PENSTOCK_MANIFEST_INVALID",
    )


@pytest.fixture
def copy(forest, tmp_path):
    return shutil.copytree(forest.path, tmp_path / "copy")


def test_an_altered_bundle(frame, copy):
    bundle = copy / "bundle.zip"
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    bundle.write_bytes(content)
    assert call(frame, copy).getCondition() == "PENSTOCK_MODEL_CORRUPT"


def test_a_truncated_bundle(frame, copy):
    bundle = copy / "bundle.zip"
    bundle.write_bytes(bundle.read_bytes()[:-100])
    assert call(frame, copy).getCondition() == "PENSTOCK_MODEL_CORRUPT"


def test_a_corrupt_manifest(frame, copy):
    manifest = copy / "penstock.json"
    manifest.write_text(manifest.read_text()[:-40])
    assert call(frame, copy).getCondition() == "PENSTOCK_MANIFEST_INVALID"


def test_a_manifest_of_the_future(frame, copy):
    manifest = copy / "penstock.json"
    content = json.loads(manifest.read_text())
    content["penstock"]["format_version"] = "2.0"
    manifest.write_text(json.dumps(content))
    assert call(frame, copy).getCondition() == "PENSTOCK_MANIFEST_TOO_NEW"


def test_golden_rows_that_differ(frame, copy):
    manifest = copy / "penstock.json"
    content = json.loads(manifest.read_text())
    for expected in content["golden"]["expected"]:
        if "prediction" in expected:
            expected["prediction"] += 1
    manifest.write_text(json.dumps(content))
    assert call(frame, copy).getCondition() == "PENSTOCK_GOLDEN_ROWS_DIFFER"


def test_missing_columns(frame, forest):
    error = call(frame.drop("pH", "sugar"), forest.path)
    assert error.getCondition() == "PENSTOCK_SCHEMA_MISMATCH"
    assert '"sugar", "pH"' in str(error) and "fixed acidity" in str(error)
    assert "`fixed acidity` => " in str(call(frame.select("pH", "sugar"), forest.path))


def test_no_columns(frame, forest):
    error = refusal(lambda: frame.selectExpr(f"ml_predict('{forest.path}')"))
    assert error.getCondition() == "PENSTOCK_SCHEMA_MISMATCH"
    assert f"ml_predict('{forest.path}', *)" in str(error)


@pytest.mark.parametrize(
    ("name", "column", "kind", "remedy"),
    [
        ("forest", "pH", "BIGINT", "CAST(pH AS DOUBLE)"),
        ("forest", "pH", "DECIMAL(10,2)", "CAST(pH AS DOUBLE)"),
        ("forest", "fixed acidity", "STRING", "CAST(`fixed acidity` AS DOUBLE)"),
        ("forest", "pH", "BOOLEAN", "CAST(pH AS DOUBLE)"),
        ("forest", "pH", "DATE", "another column"),
        ("forest", "pH", "ARRAY<DOUBLE>", "another column"),
        ("linear", "pH", "BIGINT", "CAST(pH AS STRING)"),
        ("linear", "pH", "DECIMAL(10,2)", "CAST(pH AS STRING)"),
        ("linear", "pH", "BOOLEAN", "CAST(pH AS STRING)"),
        ("words", "city", "DOUBLE", "CAST(city AS STRING)"),
        ("typed", "f", "DOUBLE", "CAST(f AS FLOAT)"),
        ("typed", "f", "INT", "CAST(f AS FLOAT)"),
        ("typed", "i", "BIGINT", "CAST(i AS INT)"),
        ("typed", "i", "DOUBLE", "CAST(i AS INT)"),
        ("typed", "l", "DOUBLE", "CAST(l AS BIGINT)"),
        ("typed", "b", "INT", "CAST(b AS BOOLEAN)"),
    ],
)
def test_types_that_would_lose(spark, model, name, column, kind, remedy):
    exported = model(name)
    frame = table(spark, exported, []).withColumn(column, F.lit(None).cast(kind))
    error = call(frame, exported.path)
    assert error.getCondition() == "PENSTOCK_SCHEMA_MISMATCH"
    assert f'"{column}"' in str(error) and kind in str(error) and remedy in str(error)


def test_the_remedy_for_a_type_works(spark, model):
    exported = model("forest")
    decimals = table(spark, exported, [ROW]).withColumn("pH", F.lit("3.2").cast("decimal(5,2)"))
    call = f"ml_predict('{exported.path}', * EXCEPT (pH), CAST(pH AS DOUBLE))"
    same(exported.answers([ROW]), scored(decimals, call))


def test_a_column_of_nulls_fits_every_type(spark, model):
    exported = model("forest")
    frame = spark.sql(
        "SELECT 0 AS `row number`, 6.1D AS `fixed acidity`, NULL AS pH, 7.5D AS sugar"
    )
    nan = float("nan")
    same(exported.answers([(6.1, 7.5, nan)]), scored(frame, f"ml_predict('{exported.path}', *)"))


def test_two_candidates(frame, forest):
    twice = frame.select("*", (F.col("pH") + 1).alias("pH"))
    error = call(twice, forest.path)
    assert error.getCondition() == "PENSTOCK_SCHEMA_MISMATCH"
    assert '"pH"' in str(error) and "2 columns" in str(error)
    shouted = frame.select("fixed acidity", "sugar", F.lit(1.0).alias("ph"), F.lit(2.0).alias("PH"))
    assert "2 columns" in str(call(shouted, forest.path))


def test_an_exact_name_wins_over_another_case(frame, forest):
    both = frame.select("*", F.lit(99.0).alias("PH"))
    same(forest.answers([ROW]), scored(both, f"ml_predict('{forest.path}', *)"))


def test_case_as_spark_says(frame, forest, settings):
    shouted = frame.withColumnRenamed("pH", "PH")
    same(forest.answers([ROW]), scored(shouted, f"ml_predict('{forest.path}', *)"))
    settings({"spark.sql.caseSensitive": "true"})
    assert '"pH"' in str(call(shouted, forest.path))


def test_inputs_that_differ_in_case_only(spark, model):
    exported = model("cased")
    with_both = spark.sql("SELECT 0 AS `row number`, 1.5D AS PH, 3.5D AS ph")
    same(exported.answers([(3.5, 1.5)]), scored(with_both, f"ml_predict('{exported.path}', *)"))
    error = call(spark.sql("SELECT 1.5D AS PH"), exported.path)
    assert '"ph"' in str(error)


def test_unnamed_beside_named(frame, forest):
    error = call(frame, forest.path, "*, pH * sugar")
    assert error.getCondition() == "PENSTOCK_SCHEMA_MISMATCH"
    assert "(pH * sugar) has no name" in str(error) and "=>" in str(error)


def test_positions_must_fit(frame, forest):
    error = call(frame, forest.path, "1.0D, 2.0D")
    assert error.getCondition() == "PENSTOCK_SCHEMA_MISMATCH"
    assert "2 expressions" in str(error) and "3 inputs" in str(error)


def test_no_probabilities(frame, forest):
    error = refusal(lambda: frame.selectExpr(f"ml_predict_proba('{forest.path}', *)"))
    assert error.getCondition() == "PENSTOCK_SCHEMA_MISMATCH"
    assert "use ml_predict" in str(error)


def test_the_udf_reports_a_missing_model(spark):
    with pytest.raises(AnalysisException, match="PENSTOCK_MODEL_NOT_FOUND"):
        spark._jvm.io.penstock.spark.Penstock.udf("/no/such/export")
