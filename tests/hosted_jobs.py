"""Runs wine jobs one after another in one Spark session, for tests that need no process of theirs.

hosted_jobs.py SETTINGS; for each line of JSON on stdin, a job and its arguments, one on stdout:
the exit code that the job would have ended with. Spark and the jobs write to stderr.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import traceback
from pathlib import Path

from pyspark.sql import SparkSession

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pipelines" / "wine_quality"))
import submit


def main(settings: dict[str, str]) -> None:
    spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        job, arguments = json.loads(line)
        print(json.dumps(code(spark, job, arguments)), file=answers, flush=True)
    spark.stop()


def code(spark: SparkSession, job: str, arguments: list[str]) -> int:
    try:
        if job == "scala":
            run_scala(spark, arguments)
        else:
            sys.argv = [*submit.JOBS[job], *arguments]
            runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def run_scala(spark: SparkSession, arguments: list[str]) -> None:
    gateway = spark.sparkContext._gateway
    array = gateway.new_array(gateway.jvm.java.lang.String, len(arguments))
    for place, argument in enumerate(arguments):
        array[place] = argument
    gateway.jvm.wine.ScoreWines.main(array)


if __name__ == "__main__":
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    main(json.loads(sys.argv[1]))
