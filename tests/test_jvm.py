"""Finding Java and the jar: what is missing is named, with what to do."""

from __future__ import annotations

import os

import pytest

from penstock import jvm
from penstock.errors import JarError, JavaError
from tests.javas import fake_java


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """Neither JAVA_HOME nor a java on PATH."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_no_java(empty):
    with pytest.raises(JavaError, match=r"no Java was found.*install a JDK or JRE of version 17"):
        jvm.find_java()


@pytest.mark.parametrize(
    ("banner", "shown"),
    [
        ('java version "1.8.0_392"\n', "is Java 8"),
        ('openjdk version "11.0.21" 2023-10-17\n', "is Java 11"),
        ("hello\n", "is of an unknown version"),
    ],
)
def test_java_that_is_too_old(empty, banner, shown):
    fake_java(empty / "bin", banner)
    with pytest.raises(JavaError, match=f"Java 17 or newer is needed but .*{shown}; install"):
        jvm.find_java()


@pytest.mark.parametrize("banner", ['openjdk version "17"\n', 'openjdk version "26-ea" 2026\n'])
def test_java_that_is_new_enough(empty, banner):
    java = fake_java(empty / "bin", banner)
    assert jvm.find_java() == java


def test_java_home_comes_first_and_path_helps_out(empty, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(empty / "home"))
    newer = fake_java(empty / "bin", 'openjdk version "21.0.1"\n')
    assert jvm.find_java() == newer
    home = fake_java(empty / "home" / "bin", 'openjdk version "17.0.1"\n')
    assert jvm.find_java() == home


def test_the_jar_that_the_environment_names(tmp_path, monkeypatch):
    monkeypatch.setenv("PENSTOCK_JAR", str(tmp_path / "none.jar"))
    with pytest.raises(JarError, match=r"PENSTOCK_JAR names .* which is no file"):
        jvm.jar_path()
    (tmp_path / "one.jar").touch()
    monkeypatch.setenv("PENSTOCK_JAR", str(tmp_path / "one.jar"))
    assert jvm.jar_path() == (tmp_path / "one.jar").resolve()


def test_no_jar_and_two_jars(tmp_path, monkeypatch):
    monkeypatch.delenv("PENSTOCK_JAR", raising=False)
    monkeypatch.setattr(jvm, "__file__", str(tmp_path / "jvm.py"))
    with pytest.raises(JarError, match=r"there is no jar in .*make setup"):
        jvm.jar_path()
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "a.jar").touch()
    assert jvm.jar_path().name == "a.jar"
    (tmp_path / "jars" / "b.jar").touch()
    with pytest.raises(JarError, match=r"there are 2 jars .*a\.jar, b\.jar"):
        jvm.jar_path()


def test_the_real_java_and_jar(jar):
    assert os.access(jvm.find_java(), os.X_OK)
    assert jvm.command("version")[-1] == "version"
