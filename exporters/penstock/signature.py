"""The model's input columns: from MLflow's signature, the estimator, or the user.

``inputs`` always has names and one of the types in ``penstock.contract.INPUT_TYPES``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from penstock.contract import INPUT_TYPES, InputColumn
from penstock.converters.conversion import is_spark_ml
from penstock.converters.sparkml.stages import input_names
from penstock.errors import SignatureError
from penstock.estimators import nested_estimators

_TENSOR_TYPES = {
    "float64": "double",
    "float32": "float",
    "int64": "long",
    "int32": "integer",
    "bool": "boolean",
    "object": "string",
}


@dataclass(frozen=True)
class Signature:
    """``source`` says where the names are from: mlflow, feature_names_in_ or columns.

    ``outputs`` is MLflow's output schema as JSON data, or None. ``tensor`` is true
    where MLflow hands the model an array, not a frame.
    """

    source: str
    inputs: tuple[InputColumn, ...]
    outputs: Any = None
    tensor: bool = False


def read_signature(metadata: Any, model: Any, columns: Sequence[str] | None) -> Signature:
    """The signature of ``model``, whose MLmodel file is ``metadata``.

    ``columns``: "name" or "name:type" for a model that names no columns itself.
    Raises SignatureError where names are missing or a type is not a column's.
    """
    schema = metadata.get_input_schema()
    outputs = metadata.get_output_schema()
    outputs = outputs.to_dict() if outputs is not None else None
    if schema is None:
        source, inputs = _named(model, columns, None)
        return Signature(source, inputs, outputs)
    if schema.is_tensor_spec():
        source, inputs = _named(model, columns, _tensor_types(schema))
        return Signature(source, inputs, outputs, tensor=True)
    types = [_column_type(column) for column in schema.inputs]
    if not schema.has_input_names():
        source, inputs = _named(model, columns, types)
        return Signature(source, inputs, outputs)
    inputs = tuple(
        InputColumn(column.name, type_, column.required)
        for column, type_ in zip(schema.inputs, types, strict=True)
    )
    _refuse_duplicates([column.name for column in inputs])
    names = [column.name for column in inputs]
    if columns is not None and [_split(column, names)[0] for column in columns] != names:
        raise SignatureError(
            f"the model's signature names its columns ({', '.join(names)}), so --columns cannot "
            "change them; leave --columns out"
        )
    return Signature("mlflow", inputs, outputs)


def _column_type(column: Any) -> str:
    name = getattr(column.type, "name", None) or str(column.type)
    if name not in INPUT_TYPES:
        raise SignatureError(
            f"the column {column.name!r} of the signature has the type {name}; Penstock takes "
            f"{', '.join(INPUT_TYPES)}; log the model with one scalar column per feature"
        )
    return name


def _tensor_types(schema: Any) -> list[str]:
    spec = schema.inputs[0]
    shape = tuple(spec.shape)
    type_ = _TENSOR_TYPES.get(spec.type.name)
    if len(schema.inputs) > 1 or len(shape) != 2 or shape[0] != -1 or shape[1] < 1 or not type_:
        raise SignatureError(
            f"the signature's input is the tensor {spec.type.name}{list(shape)}; Penstock takes "
            "one tensor of the shape [-1, number of features] and of numbers; log the model "
            "with a signature inferred from a pandas DataFrame"
        )
    return [type_] * shape[1]


def _named(
    model: Any, columns: Sequence[str] | None, types: list[str] | None
) -> tuple[str, tuple[InputColumn, ...]]:
    """Names, and types where the signature has none, for a model without named columns."""
    own = getattr(model, "feature_names_in_", None)
    if columns is not None:
        known = input_names(model) if is_spark_ml(model) else [] if own is None else list(own)
        source, pairs = "columns", [_split(column, known) for column in columns]
    elif own is not None:
        source, pairs = "feature_names_in_", [(str(name), None) for name in own]
    else:
        _refuse_unnamed(model)
    names = [name for name, _ in pairs]
    _refuse_duplicates(names)
    expected = len(types) if types is not None else getattr(model, "n_features_in_", None)
    if expected is not None and expected != len(names):
        raise SignatureError(
            f"{len(names)} columns are named ({', '.join(names)}) but the model takes {expected}; "
            "name them all with --columns, in the order of training"
        )
    if types is None:
        text = _text_columns(model, names)
        types = ["string" if name in text else "double" for name in names]
    return source, tuple(
        InputColumn(name, given or type_) for (name, given), type_ in zip(pairs, types, strict=True)
    )


def _refuse_unnamed(model: Any) -> NoReturn:
    if is_spark_ml(model):
        raise SignatureError(
            "the model has no signature with column names and types; log it with one "
            "(mlflow.models.set_signature), or name the columns that its stages read: --columns "
            f"{','.join(input_names(model)) or 'a,b,c'} (a column of text as city:string)"
        )
    count = getattr(model, "n_features_in_", None)
    raise SignatureError(
        "the model has no signature with column names and was fitted without names; say what "
        f"the {count or 'input'} columns are called, in the order of training: "
        "--columns a,b,c (a column of text as city:string)"
    )


def _split(column: str, known: Sequence[str]) -> tuple[str, str | None]:
    """("city", "string") from "city:string"; a colon is the name's own in one of ``known``."""
    name, colon, type_ = column.rpartition(":")
    if not colon or column in known:
        return column, None
    if type_ not in INPUT_TYPES:
        raise SignatureError(
            f"--columns gives {name!r} the type {type_!r}; the types are "
            f"{', '.join(INPUT_TYPES)}, and a column of that name is written {column}:double"
        )
    return name, type_


def _text_columns(model: Any, names: list[str]) -> set[str]:
    """The columns that the fitted steps know as text: their categories or fill are strings."""
    return {
        names[index]
        for estimator, indices in nested_estimators(model, range(len(names)))
        for position, index in enumerate(indices)
        if _holds_text(estimator, position)
    }


def _holds_text(estimator: Any, position: int) -> bool:
    categories = getattr(estimator, "categories_", None)
    if isinstance(categories, list) and position < len(categories):
        return any(isinstance(category, str) for category in categories[position])
    statistics = getattr(estimator, "statistics_", None)
    if statistics is not None and position < len(statistics):
        return isinstance(statistics[position], str)
    return False


def _refuse_duplicates(names: list[str]) -> None:
    for name in names:
        if not name:
            raise SignatureError("a column of the signature has an empty name; name every column")
        if names.count(name) > 1:
            raise SignatureError(f"the column {name!r} is named twice; names must differ")
