"""Every model in every format through the real thing, against pyfunc and the official engines.

A real registry, ``log_model``, ``penstock.export`` with its own gate, our scorer over py4j, and
then the judges: the official MLeap runtime on every bundle, JPMML on every PMML.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec

import penstock
from penstock.checks import first_failed
from penstock.contract import CautiousRange, InputColumn
from penstock.converters import convert
from penstock.oracle import refusal_kind
from tests.harness import SCORED, Frame, Refused, conflicts, oracle, table, typed_frame
from tests.parity.cases.composition import COMPOSED
from tests.parity.cases.preprocessing import PREPARED
from tests.parity.cases.shipped import REAL
from tests.parity.cases.sklearn import CASES, TEXTS, Case
from tests.parity.cases.trees import TREES
from tests.parity.rows import rows as rows_for
from tests.releases import is_older_than

FORMATS = {"mleap": "bundle.zip", "pmml": "model.pmml"}
KERNELS = ("flat", "packed-fixed", "packed-early", "planes-long", "planes-vector")
TYPED = {"fixed acidity": "float", "sugar": "integer", "density": "double", "pH": "boolean"}


@dataclass(frozen=True)
class Exported:
    """A case after its way through the registry and the exporter."""

    case: Case
    model: Any
    folder: Path
    types: dict[str, str]
    frame: Frame
    rows: list[list[Any]]
    predictions: list[Any]
    probabilities: list[Any] | None


def _types(case: Case) -> dict[str, str]:
    if case.form == "typed":
        return TYPED
    return {
        name: "string" if case.form == "string" or name in TEXTS else "double"
        for name in case.columns
    }


def _signature(case: Case, types: dict[str, str]) -> ModelSignature | None:
    if case.form == "none":
        return None
    if case.form == "tensor":
        spec = TensorSpec(np.dtype(np.float64), (-1, len(types)))
        return ModelSignature(inputs=Schema([spec]))
    return ModelSignature(inputs=Schema([ColSpec(type_, name) for name, type_ in types.items()]))


def _fit(case: Case, types: dict[str, str]) -> Any:
    if case.form != "typed":
        return case.fitted()
    frame = case.frame()
    narrow = {"float": np.float32, "integer": np.int32, "boolean": bool, "double": np.float64}
    cast = {name: frame[name] > 3.2 if name == "pH" else frame[name] for name in frame}
    typed = {name: cast[name].astype(narrow[types[name]]) for name in frame}
    return case.model().fit(pd.DataFrame(typed), case.y)


SLOW = pytest.mark.slow(reason="parity: a model that differs little from another case")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(case, id=case.name, marks=[SLOW] if case.slow else [])
        for case in [*CASES, *TREES, *PREPARED, *COMPOSED, *REAL]
    ],
)
def exported(request, registry, jar, monkeypatch_module, tmp_path_factory) -> Exported:
    case: Case = request.param
    monkeypatch_module.setenv("PENSTOCK_JAR", str(jar))
    if is_older_than(case.since):
        pytest.skip(f"scikit-learn cannot fit it before {case.since}")
    types = _types(case)
    model = _fit(case, types)
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=_signature(case, types),
            pyfunc_predict_fn=case.predict_fn,
            pip_requirements=["scikit-learn"],
            serialization_format="cloudpickle",
        )
    folder = tmp_path_factory.mktemp("export") / "out"
    penstock.export(
        logged.model_uri,
        to=list(FORMATS),
        out=folder,
        columns=list(types) if case.form == "tensor" else None,
    )
    frame: Frame = typed_frame(types)
    if case.form == "tensor":
        frame = lambda row: np.array([row], dtype=np.float64)  # noqa: E731
    inputs = [InputColumn(name, type_) for name, type_ in types.items()]
    contract = convert(model, inputs, case.predict_fn, array=case.form == "tensor").contract
    rows = rows_for(model, case.held_out(), types)
    # A row beyond a cautious range is refused whatever the library answers.
    failed = first_failed(contract, rows)
    rows = [row for row, check in zip(rows, failed, strict=True)
            if not isinstance(check, CautiousRange)]  # fmt: skip
    pyfunc = mlflow.pyfunc.load_model(logged.model_uri)
    native = mlflow.sklearn.load_model(logged.model_uri)
    probabilities = None
    # Of several labels at once no probabilities are asked for.
    if hasattr(native, "predict_proba") and case.predict_fn == "predict" and case.y.ndim == 1:
        probabilities = oracle(native.predict_proba, frame, rows)
    predictions = oracle(pyfunc.predict, frame, rows)
    return Exported(case, model, folder, types, frame, rows, predictions, probabilities)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.mark.parametrize("format", FORMATS)
def test_our_scorer_gives_pyfuncs_answers(exported, format, jvm, count_rows):
    asked = exported.folder, list(exported.types), exported.rows, format
    answers = jvm.score(*asked, leaves=True)
    if any(answer.get("leaves") for answer in answers):
        for kernel in KERNELS:
            assert repr(jvm.score(*asked, leaves=True, kernel=kernel)) == repr(answers), kernel
    _compare(
        exported,
        exported.rows,
        exported.predictions,
        exported.probabilities,
        [Refused(answer["refused"]) if "refused" in answer else answer for answer in answers],
    )
    wanted = [
        refusal_kind(answer.why) if isinstance(answer, Refused) else SCORED
        for answer in exported.predictions
    ]
    assert [answer.get("refused", SCORED) for answer in answers] == wanted
    count_rows(f"our scorer, {format}", wanted)
    assert wanted.count(SCORED) >= 60, f"only {wanted.count(SCORED)} rows scored"


@pytest.mark.parametrize("format", FORMATS)
def test_the_official_engine_reads_the_same_from_the_file(exported, format, request, count_rows):
    judge = request.getfixturevalue({"mleap": "mleap", "pmml": "jpmml"}[format])
    file = exported.folder / FORMATS[format]
    if format == "pmml":
        assert judge.validate(file) == []
    kinds = [(name, "string" if name in TEXTS else "number") for name in exported.types]
    probabilities = exported.probabilities
    scored = [
        i
        for i, answer in enumerate(exported.predictions)
        # An engine may refuse what is infinity minus infinity on the way.
        if not isinstance(answer, Refused) and not (probabilities and _is_nan(*probabilities[i]))
    ]
    answers = judge.score(file, kinds, [exported.rows[i] for i in scored])
    count_rows(f"the official engine, {format}", [SCORED] * len(scored))
    expected = [exported.predictions[i] for i in scored]
    _compare(
        exported,
        [exported.rows[i] for i in scored],
        expected,
        None if probabilities is None else [probabilities[i] for i in scored],
        [
            {**answer, "prediction": _as(want, answer.get("prediction", answer.get("error")))}
            for want, answer in zip(expected, answers, strict=True)
        ],
    )


def _is_nan(*numbers: Any) -> bool:
    return any(isinstance(number, float) and math.isnan(number) for number in numbers)


def _as(want: Any, got: Any) -> Any:
    """A label as the engine tells it (text, or a double), in the type of the label wanted.

    PMML's word for NaN is a missing result; where NaN comes from a function that JPMML defines for
    some numbers only (the logarithm), it refuses to compute it.
    """
    refused = got is None or str(got).startswith("EvaluationException")
    if refused and _is_nan(*(want if isinstance(want, list) else [want])):
        return want
    if isinstance(want, bool):
        return {"true": True, "false": False}.get(str(got).lower(), got)
    if isinstance(want, int):
        return int(float(got)) if str(got).removesuffix(".0") == str(want) else got
    if isinstance(want, list) and isinstance(got, float):
        return [got]
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [_as(*pair) for pair in zip(want, got, strict=True)]
    return got


def _compare(exported: Exported, rows, predictions, probabilities, answers) -> None:
    model, bound = exported.model, exported.case.bound

    def allowed(how: Callable[[Any, Any], float]) -> Callable[[Any], float]:
        return lambda row: how(model, exported.frame(row))

    got = [answer if isinstance(answer, Refused) else answer["prediction"] for answer in answers]
    found = conflicts(rows, predictions, got, allowed(bound.prediction))
    assert not found, table("prediction", found, len(rows))
    if probabilities is not None:
        got = [
            answer if isinstance(answer, Refused) else answer.get("probability")
            for answer in answers
        ]
        found = conflicts(rows, probabilities, got, allowed(bound.probability))
        assert not found, table("probability", found, len(rows))
