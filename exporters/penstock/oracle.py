"""The oracle: what ``mlflow.pyfunc`` answers for a row.

A row becomes a frame by the one published table (docs/types.md). pyfunc refuses
batches, not rows, so a refused batch is halved until the row is found, and
``one`` asks for a single row, which is what counts where the two differ.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import ThreadpoolController

from penstock.answer import OTHER, Answer, Value, narrowed
from penstock.contract import InputColumn, Refusal
from penstock.leaves import finder, is_alone
from penstock.loading import LoadedModel
from penstock.quiet import captured

_DTYPES = {
    "double": np.float64,
    "float": np.float32,
    "integer": np.int32,
    "long": np.int64,
    "boolean": np.bool_,
    "string": object,
}
_NO_NULL = ("integer", "long", "boolean")
_BATCH = 2000

_KINDS = (
    ("could not convert string to float", Refusal.NOT_A_NUMBER),
    ("For a sparse output, all columns should be a numeric", Refusal.NOT_A_NUMBER),
    ("Unable to convert array of bytes/strings into decimal numbers", Refusal.NOT_A_NUMBER),
    (r"contains? NaN", Refusal.MISSING_VALUE),
    ("have missing values in transform but have no missing values in fit", Refusal.MISSING_VALUE),
    ("contains? infinity or a value too large", Refusal.OUT_OF_RANGE),
    ("can only be applied to strictly positive data", Refusal.OUT_OF_RANGE),
    ("is (above|below) the interpolation range", Refusal.OUT_OF_RANGE),
    ("Found unknown categories", Refusal.UNKNOWN_CATEGORY),
)


def frame(inputs: Sequence[InputColumn], rows: Sequence[Sequence[Value]]) -> pd.DataFrame:
    """The rows as pyfunc gets them; cells are in the order of ``inputs``."""
    return pd.DataFrame(
        {
            column.name: _filled(
                [_cell(column.type, row[position]) for row in rows], _DTYPES[column.type]
            )
            for position, column in enumerate(inputs)
        }
    )


def _filled(cells: list[Any], dtype: type) -> np.ndarray | pd.Series:
    """One column. From arrays a frame is made in half the time, where pandas keeps their type."""
    if dtype in (np.float64, np.float32):
        return np.array(cells, dtype=dtype)
    return pd.Series(cells, dtype=dtype)


def refusal_kind(error: Exception | str) -> str:
    """The kind of refusal behind an exception of pyfunc, or behind its text, or OTHER."""
    text = str(error)
    for pattern, kind in _KINDS:
        if re.search(pattern, text):
            return kind.value
    return OTHER


def null_refusal(inputs: Sequence[InputColumn], row: Sequence[Value]) -> Answer | None:
    """NULL has no place in a column of integers or booleans: the table refuses it."""
    for column, value in zip(inputs, row, strict=True):
        if value is None and column.type in _NO_NULL:
            return Answer(
                refused=Refusal.MISSING_VALUE.value,
                message=f"NULL in the {column.type} column {column.name!r}",
            )
    return None


class Oracle:
    """pyfunc's answers, with class probabilities and leaves from the native model."""

    def __init__(self, model: LoadedModel, probabilities: bool, leaves: bool):
        """``probabilities`` and ``leaves``: whether the answers shall have them, if they can."""
        self._pyfunc = model.pyfunc
        self._native = model.native
        self._inputs = model.signature.inputs
        self._schema = model.pyfunc.metadata.get_input_schema()
        self._probabilities = probabilities
        self._threads = ThreadpoolController()
        self._find_leaves = finder(model.native) if leaves else None
        self._leaves_of_one = not is_alone(model.native)

    @property
    def tells_leaves(self) -> bool:
        """Whether the answers in bulk have leaves."""
        return self._find_leaves is not None

    def one(self, row: Sequence[Value]) -> Answer:
        """The answer for a one-row frame: the right answer.

        It has no leaves where those in bulk are as good: where the trees get the model's input
        itself, so that the row's cells decide, whatever rows stand beside it.
        """
        return self.alone([row])[0]

    def alone(
        self, rows: Sequence[Sequence[Value]], likely_refused: Sequence[bool] | None = None
    ) -> list[Answer]:
        """As ``one`` for each of the rows."""
        with self._quiet():
            return [self._ask([row], self._leaves_of_one)[0] for row in rows]

    def many(self, rows: Sequence[Sequence[Value]]) -> list[Answer]:
        """The answers in bulk. Ask for rows that are likely to be refused with ``alone``."""
        with self._quiet():
            return [
                answer
                for start in range(0, len(rows), _BATCH)
                for answer in self._ask(list(rows[start : start + _BATCH]), leaves=True)
            ]

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        # Many threads for one row only wait for each other: ten times as long, on a busy machine.
        one_thread = self._threads.limit(limits=1, user_api="openmp")
        with captured(), one_thread, np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield

    def _ask(self, rows: list[Sequence[Value]], leaves: bool) -> list[Answer]:
        refused = [null_refusal(self._inputs, row) for row in rows]
        asked = [row for row, answer in zip(rows, refused, strict=True) if answer is None]
        answers = iter(self._bisect(asked, leaves))
        return [answer if answer is not None else next(answers) for answer in refused]

    def _bisect(self, rows: list[Sequence[Value]], leaves: bool) -> list[Answer]:
        if not rows:
            return []
        data = frame(self._inputs, rows)
        try:
            return self._answers(data, leaves)
        except Exception as error:
            if len(rows) == 1:
                return [Answer(refused=refusal_kind(error), message=_brief(error))]
        middle = len(rows) // 2
        return self._bisect(rows[:middle], leaves) + self._bisect(rows[middle:], leaves)

    def _answers(self, data: pd.DataFrame, with_leaves: bool) -> list[Answer]:
        predictions = np.asarray(self._pyfunc.predict(data))
        find_leaves = self._find_leaves if with_leaves else None
        enforced = self._enforced(data) if self._probabilities or find_leaves else None
        probabilities = self._native.predict_proba(enforced) if self._probabilities else None
        leaves = narrowed(find_leaves(enforced)) if find_leaves else None
        return [
            Answer(
                prediction=_prediction(predictions[position]),
                probabilities=None
                if probabilities is None
                else tuple(probabilities[position].tolist()),
                leaves=None if leaves is None else leaves[position],
            )
            for position in range(len(data))
        ]

    def _enforced(self, data: pd.DataFrame) -> Any:
        """What MLflow hands to the native model."""
        if self._schema is None:
            return data
        from mlflow.models.utils import _enforce_schema

        return _enforce_schema(data, self._schema)


def _cell(type_: str, value: Value) -> Any:
    if value is None:
        return None if type_ == "string" else np.nan
    if type_ == "string":
        return value if isinstance(value, str) else float(value)
    return value


def _prediction(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return tuple(value.tolist())
    return value.item() if isinstance(value, np.generic) else value


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
