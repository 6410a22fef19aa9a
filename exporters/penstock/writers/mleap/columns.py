"""Where each column of the graph lives in the bundle, and how vectors are assembled from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from penstock.writers.mleap.bundle import scalar_shape, vector_shape


@dataclass(frozen=True)
class Scalar:
    """A column of the frame that holds one double."""

    name: str


@dataclass(frozen=True)
class Vector:
    """A column of the frame that holds ``size`` doubles."""

    name: str
    size: int


@dataclass(frozen=True)
class Element:
    """One place of a vector: the indicator of a category of the text column ``text``."""

    vector: Vector
    index: int
    text: str
    category: str


Place = Scalar | Element


@dataclass(frozen=True)
class Text:
    """A text input of the bundle, read with ``fill`` in place of NULL where that is not None."""

    input: str
    fill: str | None = None


def runs(places: Sequence[Place]) -> list[Scalar | tuple[Vector, list[int]]]:
    """Neighbouring elements of one vector as one run, so that it enters an assembler at once."""
    parts: list[Scalar | tuple[Vector, list[int]]] = []
    for place in places:
        if isinstance(place, Scalar):
            parts.append(place)
        elif parts and isinstance(parts[-1], tuple) and parts[-1][0] == place.vector:
            parts[-1][1].append(place.index)
        else:
            parts.append((place.vector, [place.index]))
    return parts


def shape_of(part: Scalar | Vector) -> dict:
    return scalar_shape() if isinstance(part, Scalar) else vector_shape(part.size)
