"""Score with exported models in PySpark, classic or Connect.

The functions build columns by name; all work is done in the JVM, by the jar. It must be
on the class path of the Spark session (or of the Spark Connect server)::

    spark = SparkSession.builder.config("spark.jars", penstock.spark.jar()).getOrCreate()
    wines.withColumn("quality", ml_predict("/models/wine"))
"""

from __future__ import annotations

from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from penstock import jvm
from penstock.errors import JarError

__all__ = ["jar", "ml_predict", "ml_predict_proba", "ml_score", "register", "try_ml_predict"]

_PROBE = "ml_predict"


def ml_predict(model: str, *columns: Column | str) -> Column:
    """The model's prediction; the query fails on a row that the model cannot score.

    ``model`` is the path of an export on the driver. ``columns`` are bound to the model's
    inputs by their names, so they may hold others and stand in any order; without any, all
    columns are offered (``"*"``). One struct column offers its fields. An expression gets the
    name of an input by ``alias``. Raises JarError where the session lacks the jar.
    """
    return _call("ml_predict", model, columns)


def try_ml_predict(model: str, *columns: Column | str) -> Column:
    """As ``ml_predict``, but NULL for a row that the model cannot score."""
    return _call("try_ml_predict", model, columns)


def ml_predict_proba(model: str, *columns: Column | str) -> Column:
    """The probability of each class (``array<double>``), in the order of the model's classes."""
    return _call("ml_predict_proba", model, columns)


def ml_score(model: str, *columns: Column | str) -> Column:
    """``struct<prediction, probability, error, model_version>`` from one evaluation.

    ``error`` says why the row cannot be scored, and is NULL where it was.
    """
    return _call("ml_score", model, columns)


def jar() -> str:
    """The path of the jar, for ``spark.jars`` or ``--jars``. Raises JarError."""
    return str(jvm.jar_path())


def register(spark: SparkSession) -> None:
    """Give a running session the functions, as in a notebook.

    A session that began with the jar has them already. Where the jar is missing it is added
    to the session (``ADD JAR``); a Spark Connect server can only be started with it. Raises
    JarError.
    """
    if _has_functions(spark):
        return
    if not _is_classic(spark):
        raise JarError(
            "this Spark Connect server has no ml_predict; start the server with Penstock's jar, "
            "as in `start-connect-server.sh --jars` followed by what `penstock jar` prints"
        )
    penstock = _jvm_api(spark)
    if penstock is None:
        _add_jar(spark)
        penstock = _jvm_api(spark)
    if penstock is None:
        raise JarError(
            "Penstock's jar is not on the class path of this Spark session; restart the session "
            'with it, as in SparkSession.builder.config("spark.jars", penstock.spark.jar())'
        )
    penstock.register(spark._jsparkSession)


def _call(function: str, model: str, columns: tuple[Column | str, ...]) -> Column:
    _require_functions()
    offered = [F.col(c) if isinstance(c, str) else c for c in columns or ("*",)]
    return F.call_function(function, F.lit(model), *offered)


def _require_functions() -> None:
    """A helpful error now, in place of Spark's UNRESOLVED_ROUTINE later."""
    spark = SparkSession.getActiveSession()
    if spark is not None and not _has_functions(spark):
        if not _is_classic(spark) or _jvm_api(spark) is not None:
            register(spark)
        else:
            raise JarError(
                "this Spark session has no ml_predict, because it began without Penstock's jar; "
                'start it with SparkSession.builder.config("spark.jars", penstock.spark.jar()), '
                "or call penstock.spark.register(spark) first"
            )


def _has_functions(spark: SparkSession) -> bool:
    if getattr(spark, "_penstock_registered", False):
        return True
    found = spark.catalog.functionExists(_PROBE)
    if found:
        spark._penstock_registered = True  # a question to the JVM or the server, asked once
    return found


def _is_classic(spark: SparkSession) -> bool:
    return hasattr(spark, "_jsparkSession")


def _jvm_api(spark: SparkSession):
    """The JVM's ``Penstock``, or None where the jar is not on the class path."""
    from py4j.java_gateway import JavaClass

    found = spark._jvm.io.penstock.spark.Penstock
    return found if isinstance(found, JavaClass) else None


def _add_jar(spark: SparkSession) -> None:
    spark.sql("ADD JAR '" + jar().replace("\\", "\\\\").replace("'", "\\'") + "'")
