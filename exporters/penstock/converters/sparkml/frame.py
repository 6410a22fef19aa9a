"""What a stage of Spark ML gets: columns by name, each one value or a vector of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from penstock.contract import Category, InputColumn
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table, Value
from penstock.errors import SignatureError


@dataclass(frozen=True)
class Coded:
    """The few numbers that a column can hold, and what they stand for.

    It is ``codes[i]`` where the column ``of`` holds ``categories[i]``, and ``unknown``
    otherwise; None where such a row is refused or cannot be.
    """

    of: Value
    categories: tuple[Category, ...]
    codes: tuple[float, ...]
    unknown: float | None = None

    @property
    def numbers(self) -> tuple[float, ...]:
        """All that the column can hold."""
        return self.codes if self.unknown is None else (*self.codes, self.unknown)


@dataclass(frozen=True)
class Scalar:
    """A column of one value; ``coded`` where it can hold a few known numbers only.

    ``nullable``: a stage before refuses a row with NaN there and lets NULL pass.
    """

    value: Value
    coded: Coded | None = None
    nullable: bool = False


Vector = tuple[Scalar, ...]


def null_differs(name: str) -> tuple[str, str]:
    """Why a step cannot read a ``nullable`` column, and what the user can do."""
    return (
        f"a stage before refuses NaN in {name!r} and lets NULL pass, which a column of numbers "
        "does not tell apart",
        "put an Imputer before that stage, or use handleInvalid='error' here",
    )


@dataclass(frozen=True)
class Frame:
    """The columns that a stage gets, and those that later ones want of it.

    Spark computes no column that the answer does not need, so a stage converts those of its
    outputs that are ``wanted``, and only they can refuse a row. ``predictions`` holds, by the
    column's name, what a predictor answers.
    """

    columns: Mapping[str, Scalar | Vector]
    wanted: frozenset[str] = frozenset()
    predictions: Mapping[str, Prediction] = field(default_factory=dict)

    @staticmethod
    def of_inputs(columns: Sequence[InputColumn]) -> Frame:
        table = Table.of_inputs(columns, array=False)
        named = zip(columns, table.columns, strict=True)
        return Frame({column.name: Scalar(value) for column, value in named})

    def scalar(self, name: str, builder: Builder) -> Scalar:
        """The column of one value.

        Raises SignatureError where there is none, UnsupportedModelError for a vector.
        """
        found = self._column(name, builder)
        if not isinstance(found, Scalar):
            raise builder.refuse(
                f"it takes one number and gets the vector {name!r}", "look at its inputCol"
            )
        return found

    def number(self, name: str, builder: Builder, *, nullable: bool = False) -> Scalar:
        """The same, for a column that holds numbers; ``nullable`` ones only where asked for."""
        found = self.scalar(name, builder)
        if found.nullable and not nullable:
            raise builder.refuse(*null_differs(name))
        if found.value.text:
            raise builder.refuse(
                f"Spark refuses every row, because the column {name!r} is text",
                "put a StringIndexer before it, or give the model the signature of its training "
                "columns",
            )
        return found

    def vector(self, name: str, size: int, builder: Builder) -> Vector:
        """The elements of the vector column, of which the stage was fitted on ``size``."""
        found = self._column(name, builder)
        if isinstance(found, Scalar):
            raise builder.refuse(
                f"it takes a vector and gets the single column {name!r}",
                "put a VectorAssembler before it and log the pipeline again",
            )
        if len(found) != size:
            raise SignatureError(
                f"step {builder.step_path!r} was fitted on {size} features and gets {len(found)}; "
                "log the pipeline with the stages it was fitted with"
            )
        return found

    def _column(self, name: str, builder: Builder) -> Scalar | Vector:
        if name not in self.columns:
            raise SignatureError(
                f"step {builder.step_path!r} reads the column {name!r}, which the signature does "
                "not have and no stage makes; log the model with a signature of its inputs"
            )
        return self.columns[name]

    def with_columns(self, made: Iterable[tuple[str, Scalar | Vector]]) -> Frame:
        return replace(self, columns={**self.columns, **dict(made)})

    def with_prediction(self, name: str, prediction: Prediction) -> Frame:
        return replace(self, predictions={**self.predictions, name: prediction})
