"""OneHotEncoder: a vector with 1.0 at the place of the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from penstock.converters.build import Builder
from penstock.converters.columns import FLOAT64, Value
from penstock.converters.lookup import look_up
from penstock.converters.sparkml.frame import Coded, Frame, Scalar, Vector
from penstock.converters.sparkml.stages import pairs
from penstock.graph import OneHotEncoder


def one_hot_encoder(stage: object, frame: Frame, builder: Builder) -> Frame:
    """The invalid indices share a place of their own, or are refused; dropLast drops a place."""
    first = len(builder.nodes)
    keeps = stage.getHandleInvalid() == "keep"
    drops = bool(stage.getDropLast())
    made = []
    for (name, output), size in zip(pairs(stage), stage.categorySizes, strict=True):
        if output not in frame.wanted:
            continue
        column = frame.number(name, builder, nullable=True)
        coded = _coded(column, int(size), keeps, builder)
        if not keeps:
            _refuse_invalid(coded, size, builder)
        width = int(size) + keeps - drops
        places = _encoded(coded, int(size), width, output, builder)
        made.append((output, tuple(replace(p, nullable=column.nullable) for p in places)))
    builder.operation("one_hot_encoder", first)
    return frame.with_columns(made)


def _coded(column: Scalar, size: int, keeps: bool, builder: Builder) -> Coded:
    """The column by the numbers that it can hold; an integer may be any other one too."""
    if column.coded is not None:
        return column.coded
    value = column.value
    if value.dtype.kind != "i":
        raise builder.refuse(
            f"it encodes {value.name!r}, a column of {value.dtype}, and takes each number for the "
            "whole one below it",
            "index the column with StringIndexer or Bucketizer first, or give the model a "
            "signature with integer for it",
        )
    numbers = tuple(map(float, range(size)))
    if not keeps:
        builder.category(value, numbers)
    return Coded(value, numbers, numbers, float(size) if keeps else None)


def _refuse_invalid(coded: Coded, size: int, builder: Builder) -> None:
    """Rows whose index was not there in training, where the stage before knows more."""
    if all(number < size for number in coded.numbers):
        return
    if coded.of.name != builder.raw(coded.of):
        raise builder.refuse(
            f"it was fitted on {size} indices of {coded.of.name!r}, which can hold others",
            "call setHandleInvalid('keep') on the fitted stage and log the pipeline again",
        )
    pairs_ = zip(coded.categories, coded.codes, strict=True)
    builder.category(coded.of, tuple(category for category, code in pairs_ if code < size))


def _encoded(coded: Coded, size: int, width: int, hint: str, builder: Builder) -> Vector:
    places = [int(min(code, size)) for code in coded.codes]
    unknown = None if coded.unknown is None else int(min(coded.unknown, size))
    alone = {
        place: places.index(place)
        for place in range(width)
        if places.count(place) == 1 and unknown != place
    }
    names: dict[int, str] = {}
    if alone:
        fresh = [builder.fresh(f"{hint}.{place}") for place in alone]
        categories = tuple(coded.categories[i] for i in alone.values())
        builder.add(OneHotEncoder(coded.of.name, categories, tuple(fresh)))
        names = dict(zip(alone, fresh, strict=True))
    for place in range(width):
        if place not in names:
            names[place] = _shared(coded, places, unknown, place, hint, builder)
    return tuple(_indicator(names[place]) for place in range(width))


def _shared(
    coded: Coded,
    places: Sequence[int],
    unknown: int | None,
    place: int,
    hint: str,
    builder: Builder,
) -> str:
    """1.0 for all that go to ``place``, which may be several categories, unknown ones, or none."""
    sides = np.array([[float(p == place)] for p in places]).reshape(-1, 1)
    other = [float(unknown == place)]
    (found,) = look_up(coded.of, coded.categories, sides, other, [f"{hint}.{place}"], builder)
    return found.name


def _indicator(name: str) -> Scalar:
    value = Value(name, FLOAT64, missing=False, extremes=(0.0, 1.0))
    return Scalar(value, Coded(value, (0.0, 1.0), (0.0, 1.0)))
