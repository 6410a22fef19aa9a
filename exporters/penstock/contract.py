"""What a model asks of its rows and what it answers: the manifest's ``contract``.

The files' formats cannot say that text is parsed into a number, which rows the
library refuses, or that a label is an integer. The contract says it, as data.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Category = str | float | None
Label = str | int | float | bool


class Refusal(StrEnum):
    """Why a row is refused; the same words as ``io.penstock.score.Refusal``."""

    NOT_A_NUMBER = "NOT_A_NUMBER"
    MISSING_VALUE = "MISSING_VALUE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNKNOWN_CATEGORY = "UNKNOWN_CATEGORY"


class Role(StrEnum):
    """How the model uses an input: a number (text is parsed), or a string (a category)."""

    NUMBER = "number"
    STRING = "string"


INPUT_TYPES = ("double", "float", "integer", "long", "boolean", "string")
"""The types of MLflow's signatures that an input may have."""


@dataclass(frozen=True)
class InputColumn:
    """One column of the model's signature.

    ``type`` is one of ``INPUT_TYPES`` and decides the pandas dtype that the model
    sees: float64, float32, int32, int64, bool, or object holding str and None.
    """

    name: str
    type: str
    required: bool = True

    def __post_init__(self) -> None:
        if self.type not in INPUT_TYPES:
            raise ValueError(
                f"column {self.name!r} has the type {self.type!r}; "
                f"the supported types are {', '.join(INPUT_TYPES)}"
            )


@dataclass(frozen=True)
class ContractInput:
    """An input of the exported model: its signature type and its role."""

    name: str
    type: str
    role: Role


@dataclass(frozen=True)
class NotANumber:
    """Refuses a row whose text in a column is not a Python float literal."""

    columns: tuple[str, ...]
    kind = Refusal.NOT_A_NUMBER


@dataclass(frozen=True)
class MissingValue:
    """Refuses a row that has NaN or NULL in a column."""

    columns: tuple[str, ...]
    kind = Refusal.MISSING_VALUE


@dataclass(frozen=True)
class OutOfRange:
    """Refuses a row whose number in a column is below ``min`` or above ``max``.

    The bounds themselves are accepted, and NaN is not this check's business. -0.0 lies below
    0.0, so a ``min`` of -0.0 takes both zeros and one of 0.0 only 0.0.
    """

    columns: tuple[str, ...]
    min: tuple[float, ...]
    max: tuple[float, ...]
    kind = Refusal.OUT_OF_RANGE


@dataclass(frozen=True)
class CautiousRange(OutOfRange):
    """An OutOfRange that may refuse rows that the library scores.

    Whether a number computed from several inputs overflows cannot be said about one
    input at a time, so all of them are kept where it cannot. Such a row is refused,
    and the library's answer to it does not count against that.
    """


@dataclass(frozen=True)
class UnknownCategory:
    """Refuses a row whose value is none of ``categories``.

    None stands for NULL. For numbers NaN equals NaN and -0.0 equals 0.0.
    """

    column: str
    categories: tuple[Category, ...]
    kind = Refusal.UNKNOWN_CATEGORY


Check = NotANumber | MissingValue | OutOfRange | UnknownCategory


class OutputKind(StrEnum):
    """Numbers (regressions, and probabilities as the prediction), or one label."""

    REGRESSION = "regression"
    CLASSIFICATION = "classification"


@dataclass(frozen=True)
class Output:
    """What ``predict`` answers for a row.

    ``type`` is double for a regression, else the labels' type: long, string,
    boolean or double; several labels at once are a regression of their numbers, an
    array of type long or double. ``width`` numbers; an ``array`` also where the width is 1
    but the library answers with an array of shape (n, 1). ``classes`` are the
    typed labels in the model's order, None for a regression.
    """

    kind: OutputKind
    type: str
    width: int = 1
    array: bool = False
    classes: tuple[Label, ...] | None = None
    probabilities: bool = False


@dataclass(frozen=True)
class Contract:
    """Inputs in the signature's order; ``checks`` in the order the library refuses.

    A row is refused with the kind of the first check that it fails.
    """

    inputs: tuple[ContractInput, ...]
    checks: tuple[Check, ...]
    output: Output
