"""The stage: a fitted model and its input columns become graph, contract and operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from penstock.contract import Contract, InputColumn
from penstock.errors import SignatureError
from penstock.graph import Graph


@dataclass(frozen=True)
class Operation:
    """What one step of the model became.

    ``step`` is the step's path inside the model ("model", "model/prep/scale"),
    ``class_name`` its full class name, ``op`` the graph's words for it
    ("linear", "one_hot_encoder") and ``nodes`` the indices of its nodes in
    ``Graph.nodes`` (empty where the step changes nothing).
    """

    step: str
    class_name: str
    op: str
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Conversion:
    """The converted model: what to compute, what to refuse, and where it came from."""

    graph: Graph
    contract: Contract
    operations: tuple[Operation, ...]


def is_spark_ml(model: object) -> bool:
    """Whether the model's columns have names that its stages speak of."""
    return type(model).__module__.startswith("pyspark.ml.")


def convert(
    model: object,
    columns: Sequence[InputColumn],
    predict_fn: str = "predict",
    *,
    array: bool = False,
) -> Conversion:
    """Converts a fitted model.

    Args:
        model: the fitted model, as its library loads it. It is only read.
        columns: the inputs in the signature's order.
        predict_fn: the method that pyfunc calls, "predict" or "predict_proba".
        array: the model gets a bare array (a tensor signature), not a data frame. A model of
            Spark ML cannot.

    Raises:
        UnsupportedModelError: a class or setting that no converter takes.
        SignatureError: the columns cannot be this model's inputs.
    """
    from penstock.converters.build import Builder
    from penstock.converters.columns import Table
    from penstock.converters.sparkml.pipelines import convert_pipeline
    from penstock.converters.table import convert_model

    builder = Builder(columns)
    if is_spark_ml(model):
        if array:
            raise SignatureError(
                "the signature is a tensor, and the stages of Spark ML read columns by their "
                "names; log the model with a signature of columns"
            )
        prediction = convert_pipeline(model, columns, builder, predict_fn)
    else:
        prediction = convert_model(model, Table.of_inputs(columns, array), builder, predict_fn)
    return builder.finish(prediction.outputs, prediction.output)
