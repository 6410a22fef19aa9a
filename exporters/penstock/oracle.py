"""The oracle: what ``mlflow.pyfunc`` answers for a row.

A row becomes a frame by the one published table (docs/types.md). pyfunc refuses
batches, not rows, so a refused batch is halved until the row is found, and
``one`` asks for a single row, which is what counts where the two differ.

What pyfunc does for scikit-learn is to enforce the schema, column by column, and to call
the model. ``alone`` has the schema enforced once for all its rows and then calls the model
for each; a test holds it against pyfunc's one-row answers for every kind of model and input.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import ThreadpoolController

from penstock.answer import OTHER, Answer, Value, narrowed
from penstock.contract import InputColumn, Refusal
from penstock.loading import LoadedModel
from penstock.native import Native
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
        self._native = Native(model.native, model.predict_fn)
        self._inputs = model.signature.inputs
        self._schema = model.pyfunc.metadata.get_input_schema()
        self._probabilities = probabilities
        self._threads = ThreadpoolController()
        self._leaves = leaves and self._native.tells_leaves

    @property
    def tells_leaves(self) -> bool:
        """Whether the answers in bulk have leaves."""
        return self._leaves

    def one(self, row: Sequence[Value]) -> Answer:
        """pyfunc's own answer for a one-row frame: the right answer.

        It has no leaves where those in bulk are as good: where the trees get the model's input
        itself, so that the row's cells decide, whatever rows stand beside it.
        """
        with self._quiet():
            return self._ask([row], self._leaves_of_one)[0]

    def alone(
        self, rows: Sequence[Sequence[Value]], refusals: Sequence[str | None] = ()
    ) -> list[Answer]:
        """As ``one`` for each of the rows, from the model inside pyfunc.

        ``refusals``: the kind of refusal that each row is likely to get, None for a score. Rows of
        one kind go through the preparing steps together where these refuse none of them.
        """
        answers = [null_refusal(self._inputs, row) for row in rows]
        groups: dict[str | None, list[int]] = {}
        for i, kind in enumerate(refusals or [None] * len(rows)):
            if answers[i] is None:
                groups.setdefault(kind, []).append(i)
        with self._quiet():
            for kind, places in groups.items():
                found = self._each([rows[i] for i in places], together=kind is not None)
                for i, answer in zip(places, found, strict=True):
                    answers[i] = answer
        return answers

    def many(self, rows: Sequence[Sequence[Value]]) -> list[Answer]:
        """The answers in bulk. Ask for rows that are likely to be refused with ``alone``."""
        with self._quiet():
            return [
                answer
                for start in range(0, len(rows), _BATCH)
                for answer in self._ask(list(rows[start : start + _BATCH]), self._leaves)
            ]

    @property
    def _leaves_of_one(self) -> bool:
        return self._leaves and self._native.prepares

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

    def _each(self, rows: list[Sequence[Value]], together: bool) -> list[Answer]:
        try:
            enforced = self._enforced(frame(self._inputs, rows))
        except Exception:  # the schema refuses one of them: which one, only pyfunc can tell
            return [self._bisect([row], self._leaves_of_one)[0] for row in rows]
        prepare = self._native.columns
        if together and self._native.prepares:
            with suppress(Exception):  # a row refused on the way: each is asked from the beginning
                enforced, prepare = prepare(enforced), lambda columns: columns
        return [self._alone(one, prepare) for one in _one_by_one(enforced)]

    def _alone(self, data: Any, prepare: Callable[[Any], Any]) -> Answer:
        try:
            columns = prepare(data)
            predictions = self._native.predict(columns)
            return self._told(predictions, columns, self._leaves_of_one)[0]
        except Exception as error:
            return Answer(refused=refusal_kind(error), message=_brief(error))

    def _answers(self, data: pd.DataFrame, leaves: bool) -> list[Answer]:
        predictions = self._pyfunc.predict(data)
        columns = None
        if self._probabilities or leaves:
            columns = self._native.columns(self._enforced(data))
        return self._told(predictions, columns, leaves)

    def _told(self, predictions: Any, columns: Any, with_leaves: bool) -> list[Answer]:
        """The answers; ``columns`` is what the last step gets, where it is asked for more."""
        predictions = np.asarray(predictions)
        probabilities = self._native.probabilities(columns) if self._probabilities else None
        leaves = narrowed(self._native.leaves(columns)) if with_leaves else None
        return [
            Answer(
                prediction=_prediction(predictions[position]),
                probabilities=None
                if probabilities is None
                else tuple(probabilities[position].tolist()),
                leaves=None if leaves is None else leaves[position],
            )
            for position in range(len(predictions))
        ]

    def _enforced(self, data: pd.DataFrame) -> Any:
        """What MLflow hands to the native model."""
        if self._schema is None:
            return data
        from mlflow.models.utils import _enforce_schema

        return _enforce_schema(data, self._schema)


def _one_by_one(data: Any) -> Iterator[Any]:
    """Each row of a frame, an array or a sparse matrix, as one of its own."""
    if isinstance(data, pd.DataFrame):
        data = data.copy()  # in as few blocks as can be: pyfunc makes one for each column
        yield from (data.iloc[[i]] for i in range(len(data)))
    else:
        yield from (data[[i]] for i in range(data.shape[0]))


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
