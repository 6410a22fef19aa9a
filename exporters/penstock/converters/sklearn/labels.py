"""The labels of a classifier: their type, their text, and the contract's output."""

from __future__ import annotations

import numpy as np

from penstock.contract import Label, Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.graph import Outputs


def classification(
    classes: np.ndarray,
    label: str,
    probabilities: tuple[str, ...],
    builder: Builder,
    margins: tuple[str, ...] = (),
) -> Prediction:
    """The outputs of a classifier; ``label`` is the column of the class's index.

    ``margins``: the columns of ``decision_function``, where the class has it.
    """
    type_, typed = typed_labels(classes, builder)
    output = Output(
        OutputKind.CLASSIFICATION, type_, classes=typed, probabilities=bool(probabilities)
    )
    text = tuple(map(label_text, typed))
    return Prediction(Outputs((label,), text, probabilities), output, margins)


def typed_labels(classes: np.ndarray, builder: Builder) -> tuple[str, tuple[Label, ...]]:
    """The contract's type of the labels, and the labels as Python values.

    The text of two labels is never the same, because all have one type.
    """
    labels = [value.item() if isinstance(value, np.generic) else value for value in classes]
    for type_, python in (("boolean", bool), ("long", int), ("double", float), ("string", str)):
        if all(type(label) is python for label in labels):
            if type_ == "long" and not all(-(2**63) <= label < 2**63 for label in labels):
                raise builder.refuse(
                    "a class label is an integer that no BIGINT holds",
                    "fit it on labels below 2^63, or on text",
                )
            return type_, tuple(labels)
    kinds = ", ".join(sorted({type(label).__name__ for label in labels}))
    raise builder.refuse(
        f"its class labels are of the Python types {kinds}",
        "fit it on labels that are all text, all integers, all booleans or all floats",
    )


def label_text(label: Label) -> str:
    """The text by which the files name a class."""
    return str(label).lower() if isinstance(label, bool) else str(label)
