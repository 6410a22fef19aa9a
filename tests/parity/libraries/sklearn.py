"""scikit-learn in the harness: pyfunc answers, the native model's probabilities beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec

from tests.harness import NO_NULL, Refused, plain, typed_frame, typed_table
from tests.parity import case as parity
from tests.parity.answers import Answer, Answers
from tests.parity.bounds import Bound
from tests.parity.case import Row
from tests.parity.labels import in_type
from tests.parity.rows import kinds
from tests.parity.rows import rows as rows_of
from tests.parity.suite import Exported
from tests.parity.tables import FRAME, NUMBERS, TARGETS, TEXTS, with_gaps
from tests.registered import REQUIREMENTS
from tests.releases import is_older_than
from tests.sizes import ALL

TYPED = {"fixed acidity": "float", "sugar": "integer", "density": "double", "pH": "boolean"}
NARROW = {"float": np.float32, "integer": np.int32, "boolean": bool, "double": np.float64}

KINDS = (
    ("could not convert string to float|all columns should be a numeric", "NOT_A_NUMBER"),
    ("Unable to convert array of bytes/strings", "NOT_A_NUMBER"),
    ("contains? NaN|missing values in transform but have no missing", "MISSING_VALUE"),
    ("infinity or a value too large|strictly positive data", "OUT_OF_RANGE"),
    ("(above|below) the interpolation range", "OUT_OF_RANGE"),
    ("Found unknown categories", "UNKNOWN_CATEGORY"),
)
"""The kind of a refusal by scikit-learn's words for it, as docs/types.md tells them apart."""


@dataclass(frozen=True)
class Case(parity.Case):
    """A model of the tables, or of one of its own.

    ``form``: double, string (every input logged as text), typed, tensor, or none (no signature).
    ``since``: the first release of scikit-learn that can fit it, where that is not the oldest.
    """

    target: str
    bound: Bound
    columns: Sequence[str] = field(default_factory=lambda: NUMBERS)
    form: str = "double"
    gaps: bool = False
    predict_fn: str = "predict"
    since: str = "1.4"

    def frame(self) -> pd.DataFrame:
        """What the model is fitted on."""
        frame = with_gaps(FRAME) if self.gaps else FRAME
        return frame[list(self.columns)]

    def held_out(self) -> pd.DataFrame:
        """The rows that it is asked for, before odd ones are made of them."""
        return self.frame()

    @property
    def y(self) -> np.ndarray:
        """What it is fitted to."""
        return TARGETS[self.target]


class Sklearn:
    """See ``tests.parity.suite.Library``."""

    least = 60

    def fit(self, case: Case, request: pytest.FixtureRequest) -> Any:
        if is_older_than(case.since):
            pytest.skip(f"scikit-learn cannot fit it before {case.since}")
        frame = case.frame()
        if case.form == "tensor":
            return case.model().fit(frame.to_numpy(), case.y)
        if case.form == "typed":
            cast = {name: frame[name] > 3.2 if name == "pH" else frame[name] for name in frame}
            frame = pd.DataFrame({n: cast[n].astype(NARROW[type_]) for n, type_ in TYPED.items()})
        return case.model().fit(frame, case.y)

    def log(self, case: Case, model: Any, folder: Path) -> str:
        with mlflow.start_run():
            return mlflow.sklearn.log_model(
                model,
                name="model",
                signature=self._signature(case),
                pyfunc_predict_fn=case.predict_fn,
                pip_requirements=REQUIREMENTS,
                serialization_format="cloudpickle",
            ).model_uri

    def _signature(self, case: Case) -> ModelSignature | None:
        types = self.types(case)
        if case.form == "none":
            return None
        if case.form == "tensor":
            spec = TensorSpec(np.dtype(np.float64), (-1, len(types)))
            return ModelSignature(inputs=Schema([spec]))
        columns = [ColSpec(type_, name) for name, type_ in types.items()]
        return ModelSignature(inputs=Schema(columns))

    def types(self, case: Case) -> dict[str, str]:
        if case.form == "typed":
            return TYPED
        return {
            name: "string" if case.form == "string" or name in TEXTS else "double"
            for name in case.columns
        }

    def texts(self, case: Case) -> set[str]:
        return set(TEXTS)

    def options(self, case: Case) -> dict[str, Any]:
        return {"columns": list(case.columns)} if case.form == "tensor" else {}

    def rows(self, case: Case, model: Any) -> list[Row]:
        return rows_of(model, case.held_out(), self.types(case))

    def answers(
        self, case: Case, model: Any, uri: str, rows: list[Row], request: pytest.FixtureRequest
    ) -> Answers:
        types = self.types(case)
        refused = {
            i: Refused("a column that cannot hold it contains NaN")
            for i, row in enumerate(rows)
            if any(c is None and t in NO_NULL for c, t in zip(row, types.values(), strict=True))
        }
        asked = [i for i in range(len(rows)) if i not in refused]
        whole = typed_table(types, [rows[i] for i in asked])
        place = {i: position for position, i in enumerate(asked)}
        loaded = mlflow.pyfunc.load_model(uri)
        native = loaded.get_raw_model()
        # Of several labels at once no probabilities are asked for.
        proba = case.predict_fn == "predict" and case.y.ndim == 1
        tells = getattr(native, "predict_proba", None) if proba else None

        def ask(places: Sequence[int]) -> list[Answer]:
            data = whole.iloc[[place[i] for i in places]].reset_index(drop=True)
            if case.form == "tensor":
                data = data.to_numpy()
            with np.errstate(all="ignore"):
                predictions = np.asarray(loaded.predict(data))
                shares = None if tells is None else np.asarray(tells(data)).tolist()
            return [
                Answer(plain(prediction), None if shares is None else shares[position])
                for position, prediction in enumerate(predictions)
            ]

        return Answers(rows, ask, range(len(rows)) if ALL else kinds(rows), refused)

    def kind(self, why: str) -> str:
        return next((kind for words, kind in KINDS if re.search(words, why)), "OTHER")

    def read(self, want: Any, got: Any) -> Any:
        return in_type(want, got)

    def bounded(self, model: Any) -> Any:
        return model

    def given(self, exported: Exported, i: int) -> Any:
        """The one-row frame, or the array, of the row."""
        row = exported.rows[i]
        if exported.case.form == "tensor":
            return np.array([row], dtype=np.float64)
        return typed_frame(exported.types)(row)


SKLEARN = Sklearn()
