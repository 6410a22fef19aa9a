"""VectorAssembler: columns side by side, missing values refused or kept."""

from __future__ import annotations

from dataclasses import replace

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64
from penstock.converters.sparkml.frame import Frame, Scalar, null_differs


def vector_assembler(stage: object, frame: Frame, builder: Builder) -> Frame:
    """NULL and NaN in a single column are refused, NaN inside a vector is not."""
    keeps = stage.getHandleInvalid() == "keep"
    elements: list[Scalar] = []
    for name in stage.getInputCols():
        found = frame.columns.get(name)
        if isinstance(found, tuple):
            if keeps and any(element.nullable for element in found):
                raise builder.refuse(*null_differs(name))
            elements += (replace(element, nullable=False) for element in found)
            continue
        column = replace(frame.number(name, builder, nullable=not keeps), nullable=False)
        value = column.value
        if value.missing and not keeps:
            builder.present([value])
            value = replace(value, missing=False)
        elements.append(replace(column, value=replace(value, dtype=FLOAT64)))
    builder.operation("vector", len(builder.nodes))
    return frame.with_columns([(stage.getOutputCol(), tuple(elements))])
