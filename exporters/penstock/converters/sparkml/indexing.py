"""Texts and their numbers: StringIndexer, and IndexToString for the label of a classifier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.contract import Category
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Value
from penstock.converters.lookup import look_up
from penstock.converters.sparkml.frame import Coded, Frame, Scalar
from penstock.converters.sparkml.stages import pairs

EXACT_INTEGERS = 2**53


def string_indexer(stage: object, frame: Frame, builder: Builder) -> Frame:
    """The place of the text among the labels; others are refused or get the number behind.

    Spark passes over a column that the row does not have, as that of the training's label.
    """
    first = len(builder.nodes)
    made = []
    for (name, output), labels in zip(pairs(stage), stage.labelsArray, strict=True):
        if output in frame.wanted and name in frame.columns:
            value = frame.scalar(name, builder).value
            made.append((output, _indexed(stage, value, list(labels), output, builder)))
    builder.operation("string_indexer", first)
    return frame.with_columns(made)


def _indexed(
    stage: object, value: Value, labels: list[str], output: str, builder: Builder
) -> Scalar:
    known = _categories(value, labels, builder)
    count = float(len(labels))
    if value.text:
        builder.as_text(value)
    keeps = stage.getHandleInvalid() == "keep"
    if not keeps:
        builder.category(value, tuple(known))
    codes = np.array([[code] for code in known.values()], dtype=np.float64).reshape(-1, 1)
    (column,) = look_up(value, list(known), codes, [count], [output], builder)
    coded = Coded(value, tuple(known), tuple(known.values()), count if keeps else None)
    return Scalar(replace(column, missing=False), coded)


def _categories(value: Value, labels: list[str], builder: Builder) -> dict[Category, float]:
    """The code of each category. Spark compares numbers by their text, in which 5.0 is not 5."""
    if value.text:
        return {label: float(code) for code, label in enumerate(labels)}
    if value.dtype.kind != "i":
        raise builder.refuse(
            f"it indexes {value.name!r}, a column of {value.dtype}, by the text that Spark makes "
            "of a number, in which -0.0 is not 0.0 and NaN is a category",
            "index a column of text or integers (mlflow.models.set_signature changes the type)",
        )
    whole = {code: int(label) for code, label in enumerate(labels) if _is_whole(label)}
    if any(abs(number) >= EXACT_INTEGERS for number in whole.values()):
        raise builder.refuse(
            f"a label of {value.name!r} is beyond 2^53, where doubles skip integers",
            "give the model that column as text",
        )
    return {float(number): float(code) for code, number in whole.items()}


def _is_whole(label: str) -> bool:
    """Whether an integer's text is just this."""
    try:
        return str(int(label)) == label
    except ValueError:
        return False


def index_to_string(stage: object, frame: Frame, builder: Builder) -> Frame:
    """The label's text instead of its number, for what a classifier predicts."""
    name = stage.getInputCol()
    prediction = frame.predictions.get(name)
    if prediction is None or prediction.output.classes is None:
        raise builder.refuse(
            f"it turns {name!r} into text, which is not what a classifier of the pipeline predicts",
            "leave it out: it does nothing for the prediction",
        )
    labels = list(stage.getLabels()) if stage.isDefined("labels") else []
    count = len(prediction.output.classes)
    if len(labels) < count or len(set(labels[:count])) < count:
        raise builder.refuse(
            f"it has the labels {', '.join(map(repr, labels[:5])) or 'of no column'} for "
            f"{count} classes",
            "call setLabels with one label for each class and log the pipeline again",
        )
    builder.operation("label", len(builder.nodes))
    return frame.with_prediction(stage.getOutputCol(), _labelled(prediction, labels[:count]))


def _labelled(prediction: Prediction, labels: list[str]) -> Prediction:
    return replace(
        prediction,
        outputs=replace(prediction.outputs, labels=tuple(labels)),
        output=replace(prediction.output, type="string", classes=tuple(labels)),
    )
