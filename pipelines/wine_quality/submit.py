"""The spark-submit command lines of the three jobs, as the demo and the tests run them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# What each job is started by.
JOBS = {
    "scala": ["--class", "wine.ScoreWines", str(HERE / "scala/target/wine-quality.jar")],
    "pyspark": [str(HERE / "score_pyspark.py")],
    "sql": [str(HERE / "score_sql.py")],
}

# Delta's own settings. Penstock needs none: Spark finds its functions when the jar is there.
SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


def command(
    job: str,
    penstock_jar: Path,
    arguments: dict[str, str | Path | int],
    master: str = "local[2]",
    settings: dict[str, str] | None = None,
    delta_jars: Path = ROOT / "build/jars",
) -> list[str]:
    """The command that runs `job` ("scala", "pyspark" or "sql") with `--name value` arguments."""
    jars = [penstock_jar, *sorted(delta_jars.glob("*.jar"))]
    submit = [spark_submit(), "--master", master, "--jars", ",".join(map(str, jars))]
    for name, value in {**SETTINGS, **(settings or {})}.items():
        submit += ["--conf", f"{name}={value}"]
    submit += JOBS[job]
    for name, value in arguments.items():
        submit += [f"--{name}", str(value)]
    return submit


def spark_submit() -> str:
    """The spark-submit of the PySpark that this Python imports."""
    import pyspark

    return str(Path(pyspark.__file__).parent / "bin/spark-submit")


def environment() -> dict[str, str]:
    """For the PySpark jobs: the Python that runs this, not whatever `python3` is."""
    return {**os.environ, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
