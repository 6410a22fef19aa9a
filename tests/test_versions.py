"""A version stands in one place per build system, and the places agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]
POM = "{http://maven.apache.org/POM/4.0.0}"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PIPELINE_POMS = sorted((ROOT / "pipelines").rglob("pom.xml"))


def pom(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()


def own_or_parents_version(project: ElementTree.Element) -> str | None:
    return project.findtext(f"{POM}version") or project.findtext(f"{POM}parent/{POM}version")


def properties(path: Path) -> dict[str, str | None]:
    found = pom(path).find(f"{POM}properties")
    assert found is not None, f"{path} has no properties"
    return {item.tag.removeprefix(POM): item.text for item in found}


def pinned(package: str) -> str:
    (line,) = (
        line
        for line in PROJECT["optional-dependencies"]["dev"]
        if re.match(rf"{package}(\[\w+\])?==", line)
    )
    return line.split("==")[1]


@pytest.mark.parametrize("module", ["", "core", "spark"])
def test_the_jar_and_the_wheel_have_one_version(module):
    assert (
        own_or_parents_version(pom(ROOT / "scala_bridge" / module / "pom.xml"))
        == (PROJECT["version"])
    )


def test_java_and_python_build_for_the_same_spark():
    assert properties(ROOT / "scala_bridge" / "pom.xml")["spark.version"] == pinned("pyspark")


@pytest.mark.parametrize("path", PIPELINE_POMS, ids=lambda path: path.parent.name)
def test_the_pipelines_use_the_spark_and_scala_that_penstock_is_built_for(path):
    ours = properties(ROOT / "scala_bridge" / "pom.xml")
    theirs = properties(path)
    for name in ("spark.version", "scala.version", "maven.compiler.release"):
        assert theirs[name] == ours[name], name


def test_delta_is_built_for_our_spark():
    artifacts = [
        item.text for item in pom(ROOT / "tests" / "delta" / "pom.xml").iter(f"{POM}artifactId")
    ]
    ours = properties(ROOT / "scala_bridge" / "pom.xml")
    expected = f"delta-spark_{ours['spark.binary.version']}_{ours['scala.binary.version']}"
    assert expected in artifacts


def test_the_changelog_knows_the_version():
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text()
