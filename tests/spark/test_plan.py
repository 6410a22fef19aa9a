"""The fast path really runs: plans and generated code."""

from __future__ import annotations

import re
import shutil

import pytest
from pyspark.sql import functions as F

from tests.spark.models import FITTED, WIDE, export
from tests.spark.rows import rows_of, same, table

NO_BLOCKS = {"spark.penstock.blocks.enabled": "false"}
ROWS = [(6.1, 7.5, 3.2), (12.0, 60.0, 3.8), (4.2, 0.9, 2.9), (None, 1.0, 3.0)]


@pytest.fixture
def forest(model):
    return model("forest")


def generated(spark, frame) -> str:
    """The Java source of the query's whole-stage code."""
    package = getattr(spark._jvm.org.apache.spark.sql.execution.debug, "package$")
    plan = frame._jdf.queryExecution().executedPlan()
    return getattr(package, "MODULE$").codegenString(plan)


def projected(spark, frame) -> str:
    """The Java source for the query's last column outside whole-stage code."""
    catalyst = spark._jvm.org.apache.spark.sql.catalyst.expressions
    project = frame._jdf.queryExecution().executedPlan()
    inputs = getattr(catalyst, "package$AttributeSeq")(project.child().output())
    bound = catalyst.BindReferences.bindReference(project.projectList().last(), inputs, False)
    context = catalyst.codegen.CodegenContext()
    code = bound.genCode(context).code().toString()
    return context.declareAddedFunctions() + code


def physical(frame) -> str:
    return frame._jdf.queryExecution().executedPlan().toString()


def optimized(frame) -> str:
    return frame._jdf.queryExecution().optimizedPlan().toString()


def stored(spark, exported, rows, folder):
    """The rows as a Parquet table, so that what is read shows in the plan."""
    table(spark, exported, rows).write.parquet(str(folder))
    return spark.read.parquet(str(folder))


@pytest.mark.parametrize(
    ("function", "result"),
    [
        ("ml_predict", "predictedDouble"),
        ("try_ml_predict", "predictedDouble"),
        ("ml_score", "report"),
    ],
)
def test_whole_stage_code_fills_a_primitive_buffer(
    spark, forest, settings, tmp_path, function, result
):
    settings(NO_BLOCKS)
    frame = stored(spark, forest, ROWS, tmp_path / "wines")
    query = frame.selectExpr(f"{function}('{forest.path}', *)")
    assert re.search(r"\*\(1\) Project \[" + function, physical(query))
    source = generated(spark, query)
    setters = re.findall(r"\.setNumber\((\d), \(double\) (\w+)\);", source)
    assert sorted(number for number, _ in setters) == ["0", "1", "2"]
    for _, value in setters:
        assert re.search(rf"\bdouble {value} = ", source)
    assert source.count(".setNull(") == 3
    assert source.count(f".{result}()") == 1
    # Neither a box, nor a struct, nor a decoded string on the way in.
    assert not re.search(r"Double\.valueOf|\(Double\)|new Object\[|toString\(\)", source)


def test_text_is_passed_as_bytes(spark, model, tmp_path):
    words = model("linear")
    frame = stored(spark, words, [("6.1", "7.5", "3.2")], tmp_path / "wines")
    source = generated(spark, frame.selectExpr(f"ml_predict('{words.path}', *)"))
    setters = re.findall(r"\.setText\(\d, (\w+)\);", source)
    assert len(setters) == 3
    for value in setters:
        assert re.search(rf"\bUTF8String {value} = ", source)
    assert "toString" not in source


def test_weights_are_not_in_the_source(spark, model, settings, tmp_path):
    """Another model of the same inputs gives the very same source, and so no new compilation."""
    settings(NO_BLOCKS)
    frame = stored(spark, model("forest"), ROWS[:3], tmp_path / "wines")
    sources = set()
    other = export("forest", tmp_path, trees=3)
    for path in (model("forest").path, other.path):
        query = frame.selectExpr(f"ml_score('{path}', *)")
        sources.add(generated(spark, query).split("Generated code:")[1])
    assert len(sources) == 1


def test_only_columns_of_the_model_are_read(spark, forest, tmp_path):
    frame = stored(spark, forest, ROWS, tmp_path / "wines")
    plan = physical(frame.selectExpr(f"ml_predict('{forest.path}', *)"))
    assert "row number" not in plan.split("ReadSchema")[1]
    assert "pH" in plan.split("ReadSchema")[1]


def test_a_struct_argument_costs_no_struct(spark, forest, tmp_path):
    frame = stored(spark, forest, ROWS, tmp_path / "wines")
    query = frame.selectExpr(f"ml_predict('{forest.path}', struct(*)) AS p")
    assert "struct" not in optimized(query)
    nested = frame.selectExpr("struct(*) AS wine").selectExpr(f"ml_predict('{forest.path}', wine)")
    assert "struct" not in optimized(nested)


def test_repeated_calls_are_evaluated_once(spark, forest, settings, tmp_path):
    settings(NO_BLOCKS)
    frame = stored(spark, forest, ROWS, tmp_path / "wines")
    call = f"ml_score('{forest.path}', *)"
    query = frame.selectExpr(f"{call}.prediction", f"{call}.error", f"{call} AS all")
    assert generated(spark, query).count(".score();") == 1


def test_equality_goes_by_the_models_content(spark, model, forest, tmp_path):
    copy = shutil.copytree(forest.path, tmp_path / "copy")
    frame = stored(spark, forest, ROWS, tmp_path / "wines")

    def predicted(path):
        return frame.selectExpr(f"ml_predict('{path}', *) AS p")

    assert predicted(forest.path).sameSemantics(predicted(copy))
    assert not predicted(forest.path).sameSemantics(predicted(model("several").path))
    cached = predicted(forest.path).cache()
    try:
        assert "InMemoryTableScan" in physical(predicted(copy))
        assert "InMemoryTableScan" not in physical(predicted(model("several").path))
    finally:
        cached.unpersist()


@pytest.mark.parametrize("shape", ["*", "struct(*)"])
def test_wide_models_are_generated_in_many_methods(spark, model, settings, tmp_path, shape):
    """Beyond what one method holds the operator leaves whole-stage code, not generated code."""
    check_wide(spark, model("wide"), settings, tmp_path, shape, WIDE)


@pytest.mark.slow(reason="a width again: seventy inputs are split over methods too")
def test_two_hundred_inputs(spark, settings, tmp_path):
    wide = export("wide", tmp_path, inputs=200)
    check_wide(spark, wide, settings, tmp_path, "*", 200)


def check_wide(spark, wide, settings, folder, shape, inputs):
    rows = rows_of(FITTED["wide"](inputs)[1])
    frame = stored(spark, wide, rows, folder / "rows")
    query = frame.select("row number", F.expr(f"ml_predict('{wide.path}', {shape})").alias("p"))
    assert re.search(r"(?<!\) )Project \[row number", physical(query))
    settings({"spark.sql.codegen.factoryMode": "CODEGEN_ONLY"})
    same(wide.answers(rows), [row.p for row in query.orderBy("row number").collect()])
    source = projected(spark, query)
    assert source.count(".setNumber(") == inputs
    assert len(re.findall(r"void setInputs_\w+\(InternalRow ", source)) > 1


def test_interpreted_copies_do_not_share_a_buffer(spark, forest, settings):
    settings(
        {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    )
    rows = [(float(i % 17), float(i % 5), 3.0) for i in range(2000)]
    path = forest.path
    answers = (
        table(spark, forest, rows)
        .repartition(4)
        .select(
            "row number",
            F.expr(f"ml_predict('{path}', *)").alias("a"),
            F.expr(f"ml_predict('{path}', pH, sugar, `fixed acidity` => 1.0D)").alias("b"),
        )
        .orderBy("row number")
        .collect()
    )
    same(forest.answers(rows[:85]), [row.a for row in answers][:85])
    fixed = [(1.0, sugar, ph) for _, sugar, ph in rows[:85]]
    same(forest.answers(fixed), [row.b for row in answers][:85])
