"""One Spark session with the jar, and the models, for all tests of the functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.sizes import JAVA
from tests.spark.models import Exported, export


@pytest.fixture(scope="session")
def spark(jar: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A session that has the functions because the jar is on its class path, nothing else."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", str(jar))
        .config("spark.driver.extraJavaOptions", " ".join(JAVA))
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Exported]:
    """The export of a model of ``tests.spark.models`` by its name, made once."""
    folder = tmp_path_factory.mktemp("models")
    made: dict[str, Exported] = {}

    def get(name: str) -> Exported:
        if name not in made:
            made[name] = export(name, folder)
        return made[name]

    return get


@pytest.fixture
def settings(spark: SparkSession) -> Iterator[Callable[[dict[str, str]], None]]:
    """Sets Spark settings for one test."""
    before: dict[str, str | None] = {}

    def set_all(values: dict[str, str]) -> None:
        for name, value in values.items():
            before.setdefault(name, spark.conf.get(name, None))
            spark.conf.set(name, value)

    yield set_all
    for name, value in before.items():
        if value is None:
            spark.conf.unset(name)
        else:
            spark.conf.set(name, value)
