"""Where each column of the graph lives in the bundle, and how vectors are assembled from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


class Names:
    """Names for new columns and nodes, never one that an input of the model has."""

    def __init__(self, taken: Iterable[str]):
        self._taken = set(taken)
        self._count = 0

    def fresh(self, stem: str) -> str:
        """``stem`` with a running number."""
        self._count += 1
        return self.claim(f"{stem}_{self._count}")

    def claim(self, wish: str) -> str:
        """``wish`` itself, or the nearest to it that is free."""
        name, suffix = wish, 1
        while name in self._taken:
            suffix += 1
            name = f"{wish}_{suffix}"
        self._taken.add(name)
        return name


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
