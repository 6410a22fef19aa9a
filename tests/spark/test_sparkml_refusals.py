"""What of Spark ML is refused, in which words; and check and verify on a model of Spark ML."""

from __future__ import annotations

import gzip
import math
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import mlflow
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml import classification as c
from pyspark.ml import feature as f
from pyspark.ml import regression as r

import penstock
from penstock import checking, loading
from penstock.contract import InputColumn
from penstock.converters import convert
from penstock.converters.sparkml.saved import saved_model
from penstock.converters.sparkml.stages import input_names, leaf_stages, predictor
from penstock.converters.table import CONVERTERS
from penstock.errors import ConverterError, SignatureError, UnsupportedModelError
from penstock.sparkoracle import spark_refusal_kind
from tests.parity.cases import sparkml as sparkml_cases
from tests.parity.cases.sparkml import TYPES

INF, NAN = math.inf, math.nan
COLUMNS = [InputColumn(name, type_) for name, type_ in TYPES.items()]


@pytest.fixture(scope="module")
def data(spark):
    return sparkml_cases.table(spark, 60).cache()


@pytest.fixture(scope="module")
def last(data):
    """A regression of one feature, and its pipeline behind any stages that make ``x``."""
    assembled = f.VectorAssembler(inputCols=["b"], outputCol="features").transform(data)
    fitted = r.LinearRegression(labelCol="number").fit(assembled)

    def behind(*stages, column: str = "x", invalid: str = "keep"):
        join = f.VectorAssembler(inputCols=[column], outputCol="features", handleInvalid=invalid)
        return PipelineModel([*stages, join, fitted])

    return SimpleNamespace(behind=behind, fitted=fitted)


def indexer(column="c", **options):
    return f.StringIndexerModel.from_labels(["x"], column, "x", **options)


def splits(*ends, **options):
    return f.Bucketizer(splits=list(ends), inputCol="b", outputCol="x", **options)


REFUSED = {
    "skip": (lambda: [splits(-INF, 0.0, INF, handleInvalid="skip")],
             r"'model/Bucketizer' .*drops rows.*setHandleInvalid\('error'\)"),
    "keep NaN": (lambda: [splits(-INF, 0.0, INF, handleInvalid="keep")],
                 r"puts NaN in 'b' into a bucket and leaves NULL"),
    "NULL passes": (lambda: [splits(-INF, -0.0, INF)], r"refuses NaN in 'x' and lets NULL pass"),
    "any SQL": (lambda: [f.SQLTransformer(statement="SELECT *, b AS x FROM __THIS__")],
             r"SQLTransformer.*may drop rows"),
    "double index": (lambda: [indexer("a")], r"it indexes 'a', a column of float64"),
    "unknown stage": (lambda: [f.Binarizer(inputCol="b", outputCol="x")],
                      r"Binarizer\): Spark ML's first slice"),
}  # fmt: skip


@pytest.mark.parametrize("stages, words", REFUSED.values(), ids=REFUSED.keys())
def test_settings_that_no_converter_takes(spark, last, stages, words):
    with pytest.raises(UnsupportedModelError, match=words):
        convert(last.behind(*stages()), COLUMNS)


def test_a_computed_zero_may_have_either_sign(spark, last):
    """Of -0.0, which is below the split for Spark."""
    join = f.VectorAssembler(inputCols=["b"], outputCol="input")
    first = last.fitted.copy().setFeaturesCol("input").setPredictionCol("sum")
    split = f.Bucketizer(splits=[-INF, 0.0, INF], inputCol="sum", outputCol="x")
    with pytest.raises(
        UnsupportedModelError, match=r"'prediction' is split at 0\.0.*with -0\.0 instead"
    ):
        convert(last.behind(join, first, split), COLUMNS)


def test_text_is_no_number(spark, last):
    with pytest.raises(UnsupportedModelError, match="the column 'c' is text"):
        convert(last.behind(column="c"), COLUMNS)


def test_a_column_that_is_not_there(spark, last):
    with pytest.raises(SignatureError, match="reads the column 'gone'"):
        convert(last.behind(column="gone"), COLUMNS)


def test_an_imputer_of_a_number_leaves_nan(spark, last, data):
    imputer = f.Imputer(inputCol="b", outputCol="x", missingValue=-1.0).fit(data)
    with pytest.raises(UnsupportedModelError, match="fills NULL in 'b' and leaves NaN"):
        convert(last.behind(imputer), COLUMNS)
    whole = f.Imputer(inputCol="d", outputCol="x", missingValue=3.0).fit(data)
    assert convert(last.behind(whole), COLUMNS).graph.nodes


def test_the_answer_is_the_column_prediction(spark, last, data):
    renamed = last.fitted.copy().setPredictionCol("mine")
    join = f.VectorAssembler(inputCols=["b"], outputCol="features")
    with pytest.raises(UnsupportedModelError, match="the column 'prediction', which no stage"):
        convert(PipelineModel([join, renamed]), COLUMNS)
    with pytest.raises(UnsupportedModelError, match="not by a stage that predicts"):
        convert(PipelineModel([splits(-INF, 0.5, INF)]), COLUMNS)


def test_a_stage_that_nothing_reads_is_left_out(spark, last):
    """As that of the training's label, which the rows to score do not have."""
    label = f.StringIndexerModel.from_labels(["no"], "label", "target", handleInvalid="skip")
    conversion = convert(last.behind(label, column="b"), COLUMNS)
    assert conversion.operations[0].op == "unused"
    kinds = [check.columns for check in conversion.contract.checks[:1]]
    assert kinds == [("d",)]


def test_labels_are_those_of_a_classifier(spark, data):
    stages = [
        f.VectorAssembler(inputCols=["b"], outputCol="features"),
        c.DecisionTreeClassifier(labelCol="two", predictionCol="class"),
    ]
    model = Pipeline(stages=stages).fit(data)
    short = f.IndexToString(inputCol="class", outputCol="text", labels=["no"])
    with pytest.raises(UnsupportedModelError, match="has the labels 'no' for 2 classes"):
        convert(PipelineModel([*model.stages, short]), COLUMNS)
    other = f.IndexToString(inputCol="d", outputCol="text", labels=["no"])
    with pytest.raises(UnsupportedModelError, match="not what a classifier"):
        convert(PipelineModel([*model.stages, other]), COLUMNS)


@pytest.mark.parametrize(
    "message, kind",
    [("Unseen label: q.", "UNKNOWN_CATEGORY"),
     ("StringIndexer encountered NULL value.", "UNKNOWN_CATEGORY"),
     ("Unseen value: 7.0.", "UNKNOWN_CATEGORY"),
     ("Encountered null while assembling a row", "MISSING_VALUE"),
     ("Encountered NaN while assembling a row", "MISSING_VALUE"),
     ("Bucketizer encountered NaN value.", "MISSING_VALUE"),
     ("Feature value 9.0 out of Bucketizer bounds", "OUT_OF_RANGE"),
     ("something else", "OTHER")],
)  # fmt: skip
def test_kinds_of_refusals(message, kind):
    assert spark_refusal_kind(message) == kind


@pytest.fixture(scope="module")
def saved(spark, last, tmp_path_factory):
    """Models that can be exported and that cannot, as mlflow.spark saves them."""
    folder = tmp_path_factory.mktemp("saved")
    types = [ColSpec(type_, name) for name, type_ in TYPES.items()]
    signature = ModelSignature(inputs=Schema(types))
    binary = f.Binarizer(inputCol="b", outputCol="x")
    models = {
        "good": (last.behind(splits(-1.5, -0.0, 1.5), invalid="error"), signature),
        "bad": (last.behind(binary), signature),
        "nested": (
            PipelineModel(
                [
                    PipelineModel([binary, indexer(handleInvalid="skip")]),
                    *last.behind(column="x").stages,
                ]
            ),
            signature,
        ),
        "bare": (last.behind(column="b", invalid="error"), None),
    }
    for name, (model, own) in models.items():
        mlflow.spark.save_model(
            model,
            folder / name,
            signature=own,
            pip_requirements=["pyspark"],
            dfs_tmpdir=str(folder / "dfs"),
        )
    return folder


def test_check_tells_each_stage(saved):
    found = penstock.check(str(saved / "good"))
    assert found.ok and found.algorithm == "LinearRegressionModel"
    assert [step.step for step in found.steps] == [
        "model/Bucketizer", "model/VectorAssembler", "model/LinearRegressionModel",
    ]  # fmt: skip
    assert "yes, exactly" in found.text() and "within (n + 2) * eps * S" in found.text()


def test_check_tells_the_reason_of_a_stage(saved):
    found = penstock.check(str(saved / "bad"))
    assert not found.ok and "Spark ML's first slice has no converter" in found.problem
    levels = {step.step: step.support["pmml"] for step in found.steps}
    assert levels["model/VectorAssembler"] == checking.ClassKnown()
    assert levels["model/Binarizer"].remedy.startswith("use StringIndexer")


@pytest.fixture
def no_spark(monkeypatch):
    def refuse():
        raise AssertionError("a session is asked for")

    monkeypatch.setattr(loading, "ensure_session", refuse)


@pytest.mark.parametrize("name", ["bad", "nested"])
def test_a_class_is_refused_from_the_files_as_from_the_loaded_model(saved, monkeypatch, name):
    uri = str(saved / name)
    with monkeypatch.context() as patch:
        patch.setattr(loading, "saved_model", lambda folder: None)
        loaded = loading.load(uri)
        found = penstock.check(uri)
    assert loaded.pyfunc is not None
    told = saved_model(saved / name / "sparkml")
    assert stage_names(told) == stage_names(loaded.native)
    assert input_names(told) == input_names(loaded.native)
    assert type(predictor(told)) is type(predictor(loaded.native))
    monkeypatch.setattr(loading, "ensure_session", None)
    assert penstock.check(uri) == found


def stage_names(model) -> list[str]:
    return [type(stage).__name__ for stage in leaf_stages(model)]


def test_an_export_is_refused_without_spark(saved, no_spark):
    with pytest.raises(UnsupportedModelError, match=r"'model/Binarizer'.*no converter"):
        penstock.export(str(saved / "bad"), out=saved / "no", skip_verify=True)


def test_a_registered_class_is_loaded(saved, monkeypatch):
    monkeypatch.setitem(CONVERTERS, "pyspark.ml.feature.Binarizer", None)
    assert loading.load(str(saved / "bad")).pyfunc is not None


def test_files_of_another_layout_are_loaded(saved, tmp_path):
    copy = shutil.copytree(saved / "bad" / "sparkml", tmp_path / "model")
    assert saved_model(copy) is not None
    (part,) = (copy / "metadata").glob("part-*")
    part.with_suffix(".gz").write_bytes(gzip.compress(part.read_bytes()))
    part.unlink()
    assert saved_model(copy) is None
    assert saved_model(tmp_path / "nothing") is None


def test_without_a_signature_the_columns_are_named(saved):
    with pytest.raises(SignatureError, match="--columns b"):
        penstock.check(str(saved / "bare"))
    assert penstock.check(str(saved / "bare"), columns=["b"]).ok


def test_export_and_verify(saved, jar, monkeypatch):
    monkeypatch.setenv("PENSTOCK_JAR", str(jar))
    done = penstock.export(str(saved / "good"), out=saved / "out")
    assert done.manifest["model"]["flavor"] == "spark"
    assert "pyspark" in done.manifest["model"]["libraries"]
    assert set(done.parity.refused) == {"MISSING_VALUE", "OUT_OF_RANGE"}
    rows = saved / "rows.csv"
    rows.write_text("a,b,c,d\n1,0.0,x,1\n1,-0.0,x,1\n,1.5,,2\n1,9,x,1\n1,,x,1\n")
    found = penstock.verify(saved / "out", rows)
    assert (found.parity.scored, sum(found.parity.refused.values())) == (3, 2)


def test_another_converter_takes_no_spark_ml(saved):
    with pytest.raises(ConverterError, match="takes models of scikit-learn"):
        penstock.export(
            str(saved / "good"), "pmml", saved / "no", converter="sklearn2pmml", skip_verify=True
        )


ALONE = """
import sys
import penstock
from pyspark import SparkContext

for _ in range(2):
    assert penstock.check(sys.argv[1]).ok
    assert SparkContext._active_spark_context is None and SparkContext._gateway is None
"""


@pytest.mark.slow(reason="a process that starts Spark twice")
def test_a_session_of_our_own_ends_and_says_nothing(saved):
    """In a process without Spark: twice, because MLflow and Spark keep things of the first JVM."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(saved / "good")], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow(reason="a process that starts Spark")
def test_a_collector_of_the_users_own_stays_in_force(saved):
    """A JVM takes one collector only, so that it does not start with both."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE.replace("range(2)", "range(1)"), str(saved / "good")],
        capture_output=True,
        text=True,
        env={**os.environ, "JDK_JAVA_OPTIONS": "-XX:+UseG1GC"},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_users_session_is_left_alone(saved, spark):
    penstock.check(str(saved / "good"))
    assert spark.range(3).count() == 3
