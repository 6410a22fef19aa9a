"""What the README and docs/spark.md tell to paste does what they say."""

from __future__ import annotations

import re
import subprocess

import pyspark
import pytest

from tests.conftest import ROOT
from tests.spark.rows import same, table

ROWS = [(6.1, 7.5, 3.2), (12.0, 60.0, 3.8)]
SECTIONS = [("README.md", "Add it to a Spark job"), ("docs/spark.md", "The same call everywhere")]


def snippets(page: str, section: str, language: str) -> list[str]:
    """The code blocks of a language in a section of a page."""
    text = (ROOT / page).read_text(encoding="utf-8").partition(f"## {section}\n")[2]
    return re.findall(rf"```{language}\n(.*?)```", text.partition("\n## ")[0], re.S)


def rows_of(frame) -> list[float]:
    return [row["quality"] for row in frame.orderBy("row number").collect()]


@pytest.mark.parametrize(("page", "section"), SECTIONS)
def test_sql_and_python_work_when_pasted(spark, model, page, section):
    forest = model("forest")
    wines = table(spark, forest, ROWS)
    wines.createOrReplaceTempView("wines")
    (sql,) = snippets(page, section, "sql")
    frames = [spark.sql(sql.replace("/models/wine", str(forest.path)))]
    for code in snippets(page, section, "python"):
        lines = code.replace("/models/wine", str(forest.path)).strip().splitlines()
        names = {"spark": spark, "wines": wines}
        imports = [line for line in lines if not line.startswith(("wines", "spark.sql("))]
        exec("\n".join(imports), names)
        for line in lines[len(imports) :]:
            if "alcohol" not in line:
                frames.append(eval(line, names))
    assert len(frames) >= 2
    for frame in frames:
        same(forest.answers(ROWS), rows_of(frame))


@pytest.mark.parametrize(("page", "section"), SECTIONS)
def test_java_compiles_when_pasted(jar, tmp_path, page, section):
    (code,) = snippets(page, section, "java")
    imports = re.findall(r"^import .*$", code, re.M)
    body = re.sub(r"^(import|//) .*$", "", code, flags=re.M)
    (tmp_path / "Pasted.java").write_text(
        "\n".join(imports) + "\nimport org.apache.spark.sql.*;\n"
        "class Pasted { void paste(Dataset<Row> wines) { " + body + " } }\n"
    )
    classpath = f"{jar}:{ROOT / pyspark.__path__[0] / 'jars'}/*"
    subprocess.run(
        ["javac", "-d", tmp_path, "-cp", classpath, tmp_path / "Pasted.java"], check=True
    )
