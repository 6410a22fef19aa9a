"""The Spark session in which a model of Spark ML lives: the user's own, or one for the while."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from subprocess import TimeoutExpired
from typing import Any

from penstock.errors import ModelLoadError

_JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MetaspaceSize=256m"
"""A JVM that lives for a minute never earns back what a second compiler and a collector with
threads of its own cost, nor full collections while it only loads classes."""

_SETTINGS = {
    "spark.master": "local[*]",
    "spark.app.name": "penstock",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.default.parallelism": "1",  # or pyfunc's few rows start a Python worker on each core
}


@contextmanager
def lent_session() -> Iterator[None]:
    """A session that is started inside the block is stopped at its end; others are left alone.

    So is the JVM: one without the settings of a later session, such as spark.jars, would
    otherwise serve that one too.
    """
    had_session, had_jvm = _has_context(), _has_jvm()
    try:
        yield
    finally:
        if not had_session and _has_context():
            ensure_session().stop()
        if not had_jvm and _has_jvm():
            _end_jvm()


def ensure_session() -> Any:
    """The session that runs in this process, or a new local one that keeps quiet.

    Raises ModelLoadError where none can be started, or where it is a Spark Connect session,
    whose models live on a server.
    """
    from pyspark.sql import SparkSession
    from pyspark.sql.utils import is_remote

    if is_remote():
        raise ModelLoadError(
            "this process is a client of Spark Connect, where a model of Spark ML cannot be read; "
            "run penstock in a process of its own, without SPARK_REMOTE"
        )
    if _has_context():
        return SparkSession.builder.getOrCreate()
    with tempfile.TemporaryFile() as said, _output_to(said.fileno()):
        try:
            session = _started(_JAVA_OPTIONS)
        except Exception:  # such as for two collectors, where the user's settings name another
            said.truncate(0)
            said.seek(0)
            try:
                session = _started("")
            except Exception as error:
                said.seek(0)
                lines = said.read().decode(errors="replace").strip().splitlines()
                why = lines[-1].strip() if lines else " ".join(str(error).split())
                raise ModelLoadError(
                    f"Spark does not start, which a model of Spark ML needs ({why[:300]}); "
                    "install Java 17 and set JAVA_HOME"
                ) from error
    session.sparkContext.setLogLevel("OFF")
    return session


def _started(java_options: str) -> Any:
    """A new local session, whose JVM has these options before the user's own."""
    from pyspark.sql import SparkSession

    theirs = os.environ.get("JDK_JAVA_OPTIONS")
    os.environ["JDK_JAVA_OPTIONS"] = f"{java_options} {theirs or ''}".strip()
    try:
        return SparkSession.builder.config(map=_SETTINGS).getOrCreate()
    finally:
        del os.environ["JDK_JAVA_OPTIONS"]
        if theirs is not None:
            os.environ["JDK_JAVA_OPTIONS"] = theirs


def _has_context() -> bool:
    if "pyspark" not in sys.modules:
        return False
    from pyspark import SparkContext

    return SparkContext._active_spark_context is not None


def _has_jvm() -> bool:
    if "pyspark" not in sys.modules:
        return False
    from pyspark import SparkContext

    return SparkContext._gateway is not None


def _end_jvm() -> None:
    """Closes the gateway, whose process then ends; nothing may hold an object of it any more."""
    from pyspark import SparkContext

    gc.collect()
    gateway = SparkContext._gateway
    SparkContext._gateway = SparkContext._jvm = None
    gateway.shutdown()
    if getattr(gateway, "proc", None) is not None:
        gateway.proc.stdin.close()
        with suppress(TimeoutExpired):
            gateway.proc.wait(timeout=30)
    from mlflow.spark import _HadoopFileSystem

    _HadoopFileSystem._filesystem = None  # MLflow keeps one of the first JVM that it sees


@contextmanager
def _output_to(target: int) -> Iterator[None]:
    """What the processes that are started in the block write goes to ``target``."""
    kept = {number: os.dup(number) for number in (1, 2)}
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        for number in kept:
            os.dup2(target, number)
        yield
    finally:
        for number, own in kept.items():
            os.dup2(own, number)
            os.close(own)
