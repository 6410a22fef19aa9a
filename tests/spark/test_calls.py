"""The ways to call: SQL, DataFrames, structs, names, positions, UDF, Java."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pyspark
import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F

from penstock import spark as penstock_spark
from tests.spark.rows import same, scored, table

ROWS = [(6.1, 7.5, 3.2), (12.0, 60.0, 3.8), (4.2, 0.9, 2.9)]
NAMED = "`fixed acidity` => `fixed acidity`, pH => pH, sugar => sugar"
HERE = Path(__file__).parent
SPARK_HOME = Path(pyspark.__file__).parent


@pytest.fixture
def forest(model):
    return model("forest")


@pytest.fixture
def frame(spark, forest):
    return table(spark, forest, ROWS)


@pytest.mark.parametrize(
    "arguments",
    [
        "*",
        "* EXCEPT (`row number`)",
        "pH, sugar, `fixed acidity`",
        "`row number`, pH, sugar, `fixed acidity`",
        NAMED,
        f"{NAMED}, `something else` => 1",
        "struct(*)",
        "struct(pH, `fixed acidity`, sugar AS Sugar)",
        "named_struct('pH', pH, 'sugar', sugar, 'fixed acidity', `fixed acidity`)",
        "`fixed acidity` + 0, sugar + 0, pH + 0",
        "pH, CAST(CAST(sugar AS STRING) AS DOUBLE), `fixed acidity`",
        "*, pH, pH",
    ],
)
def test_sql_binds_the_columns(frame, forest, arguments):
    expected = forest.answers(ROWS)
    same(expected, scored(frame, f"ml_predict('{forest.path}', {arguments})"))


def test_the_model_may_be_named_and_computed_from_literals(frame, forest):
    folder, name = forest.path.parent, forest.path.name
    for text in (f"model => '{forest.path}'", f"concat('{folder}', '/', '{name}')"):
        same(forest.answers(ROWS), scored(frame, f"ml_predict({text}, *)"))
    same(forest.answers(ROWS), scored(frame, f"ml_predict('file:{forest.path}', *)"))
    same(forest.answers(ROWS), scored(frame, f"ml_predict('{forest.path}/bundle.zip', *)"))


def test_any_file_system_of_spark_holds_models(spark, frame, forest):
    """Hadoop's own view of mounted folders stands for hdfs:, s3a: and the like."""
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    hadoop.set("fs.viewfs.mounttable.store.link./models", forest.path.parent.as_uri())
    for name in (forest.path.name, f"{forest.path.name}/bundle.zip"):
        call = f"ml_predict('viewfs://store/models/{name}', *)"
        same(forest.answers(ROWS), scored(frame, call))
    with pytest.raises(AnalysisException) as caught:
        frame.selectExpr("ml_predict('viewfs://store/models/nothing', *)")
    assert caught.value.getCondition() == "PENSTOCK_MODEL_NOT_FOUND"
    assert "viewfs://store/models/nothing" in str(caught.value)


def test_a_session_variable_names_the_model(spark, frame, forest):
    spark.sql(f"DECLARE OR REPLACE VARIABLE wine_model = '{forest.path}'")
    same(forest.answers(ROWS), scored(frame, "ml_predict(session.wine_model, *)"))


def test_a_literal_row_is_scored_on_the_driver(spark, forest):
    """Spark evaluates such a query while it optimises, with the interpreted expression."""
    (answer,) = spark.sql(f"SELECT ml_predict('{forest.path}', 6.1D, 7.5D, 3.2D)").first()
    assert answer == forest.answers([(6.1, 7.5, 3.2)])[0]


def test_a_struct_column_and_its_fields(frame, forest):
    nested = frame.select("row number", F.struct("*").alias("wine"), F.lit(1).alias("pH"))
    expected = forest.answers(ROWS)
    same(expected, scored(nested, f"ml_predict('{forest.path}', wine)"))
    same(expected, scored(nested, f"ml_predict('{forest.path}', wine.*)"))
    fields = "wine.pH, wine.sugar, wine.`fixed acidity`"
    same(expected, scored(nested, f"ml_predict('{forest.path}', {fields})"))


def test_a_null_struct_is_a_row_of_missing_values(spark, frame, forest):
    nested = frame.selectExpr("`row number`", "IF(`row number` = 1, NULL, struct(*)) AS wine")
    nan = float("nan")
    expected = forest.answers([ROWS[0], (nan, nan, nan), ROWS[2]])
    same(expected, scored(nested, f"ml_predict('{forest.path}', wine)"))


def test_a_view_keeps_the_call(spark, frame, forest):
    frame.createOrReplaceTempView("wines")
    spark.sql(
        "CREATE OR REPLACE TEMP VIEW rated AS "
        f"SELECT *, ml_predict('{forest.path}', *) AS quality FROM wines"
    )
    rows = spark.sql("SELECT quality FROM rated WHERE quality > -1000 ORDER BY `row number`")
    same(forest.answers(ROWS), [quality for (quality,) in rows.collect()])


def test_aggregates_joins_and_sorts(spark, frame, forest):
    expected = sorted(forest.answers(ROWS))
    quality = F.expr(f"ml_predict('{forest.path}', *)").alias("quality")
    assert [q for (q,) in frame.select(quality).orderBy("quality").collect()] == expected
    joined = frame.join(frame.select("row number"), "row number").select(quality)
    assert sorted(q for (q,) in joined.collect()) == expected
    (best,) = frame.agg(F.max(F.expr(f"ml_predict('{forest.path}', struct(*))"))).first()
    assert best == expected[-1]


@pytest.mark.parametrize("columns", [(), ("*",), ("pH", "sugar", "fixed acidity")])
def test_pyspark_functions(frame, forest, columns):
    path = str(forest.path)
    scores = frame.select(
        "row number",
        penstock_spark.ml_predict(path, *columns).alias("p"),
        penstock_spark.try_ml_predict(path, *columns).alias("t"),
        penstock_spark.ml_score(path, *columns).alias("s"),
    ).orderBy("row number")
    expected = forest.answers(ROWS)
    rows = scores.collect()
    same(expected, [row.p for row in rows])
    same(expected, [row.t for row in rows])
    same(expected, [row.s.prediction for row in rows])


def test_pyspark_names_expressions_by_alias(frame, forest):
    renamed = frame.toDF("row number", "a", "b", "c")
    quality = penstock_spark.ml_predict(
        str(forest.path),
        F.col("c").alias("pH"),
        (F.col("a") * 1).alias("fixed acidity"),
        F.col("b").alias("SUGAR"),
    )
    rows = renamed.select("row number", quality).orderBy("row number").collect()
    same(forest.answers(ROWS), [row[1] for row in rows])


def test_pyspark_probabilities(spark, model):
    words = model("words")
    row = (6.1, 7.5, 3.2, "Porto")
    column = penstock_spark.ml_predict_proba(str(words.path))
    (given,) = table(spark, words, [row]).select(column).first()
    same(words.probabilities([row]), [given])


@pytest.mark.parametrize("name", ["forest", "linear", "words", "grades", "truths", "several"])
def test_the_udf_gives_the_same(spark, model, name):
    exported = model(name)
    row = {"linear": ("6.1", "7.5", "3.2"), "words": (6.1, 7.5, 3.2, "Porto")}.get(name, ROWS[0])
    frame = table(spark, exported, [row, row])
    udf = spark._jvm.io.penstock.spark.Penstock.udf(str(exported.path))
    spark._jsparkSession.udf().register("score_wine", udf)
    same(exported.answers([row, row]), scored(frame, "score_wine(struct(*))"))
    same(exported.answers([row, row]), scored(frame.repartition(2), "score_wine(struct(*))"))


@pytest.fixture
def java_caller(jar, tmp_path):
    """The class of a Java caller, which sees static methods and needs nothing of Scala."""
    subprocess.run(
        ["javac", "-d", tmp_path, "-cp", f"{jar}:{SPARK_HOME}/jars/*", HERE / "JavaCaller.java"],
        check=True,
    )
    return tmp_path / "JavaCaller.class"


def test_a_java_program_compiles(java_caller):
    assert java_caller.is_file()


@pytest.mark.slow(reason="a process that starts Spark for calls that a session has taken before")
def test_a_java_program(jar, forest, java_caller, tmp_path):
    submit = [SPARK_HOME / "bin" / "spark-submit", "--master", "local[1]"]
    submit += ["--conf", "spark.ui.enabled=false", "--jars", jar]
    packed = tmp_path / "caller.jar"
    subprocess.run(["jar", "cf", packed, "-C", tmp_path, java_caller.name], check=True)
    done = subprocess.run(
        [*submit, "--class", "JavaCaller", packed, forest.path],
        capture_output=True,
        text=True,
        env={**os.environ, "SPARK_HOME": str(SPARK_HOME)},
    )
    assert done.returncode == 0, done.stderr
    same([forest.answers(ROWS[:1])[0]] * 3, [float(line) for line in done.stdout.split()])
