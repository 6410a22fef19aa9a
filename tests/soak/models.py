"""Drawn models: any data, any estimator, any steps before it, through the registry and back.

The models come from the strategies of the drawn tests, the rows from here. Each is exported with
the most thorough gate and then compared with pyfunc by the harness, row by row, within the bounds
that the export declares. A model that the library cannot fit, or that is refused with a reason,
is counted and is no failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder
from sklearn.tree import DecisionTreeClassifier

import penstock
from penstock.checks import first_failed
from penstock.contract import CautiousRange, InputColumn
from penstock.converters import convert
from penstock.errors import (
    PenstockError,
    UnsupportedModelError,
    UnsupportedOperationError,
)
from penstock.jvm import jar_path
from penstock.oracle import refusal_kind
from penstock.parity import row_bounds
from tests.harness import SCORED, Jvm, Refused, conflicts, oracle, table, typed_frame
from tests.parity.rows import NUMBER_TEXTS, NUMBERS, ODD_TEXTS
from tests.soak.fixed_models import quiet, registry
from tests.soak.outcome import Tried
from tests.test_converters_drawn import LASTS, numeric_data, odd_tables, regressors, scalers
from tests.test_preprocessing_drawn import STEPS

FORMATS = ("mleap", "pmml")
ROWS = 160
EXAMPLES = 6
"""Hypothesis begins with the smallest example, so the last of some is the one that is taken."""

CLASSIFIERS = st.one_of(
    st.builds(LogisticRegression, C=st.floats(0.01, 100.0), max_iter=st.just(50)),
    st.builds(DecisionTreeClassifier, max_depth=st.integers(1, 8), random_state=st.just(0)),
    st.builds(RandomForestClassifier, st.integers(1, 20), random_state=st.just(0)),
    st.builds(ExtraTreesClassifier, st.integers(1, 9), random_state=st.just(0)),
    st.builds(GradientBoostingClassifier, n_estimators=st.integers(1, 9), random_state=st.just(0)),
    st.builds(
        HistGradientBoostingClassifier,
        max_iter=st.integers(1, 9),
        min_samples_leaf=st.integers(1, 9),
        random_state=st.just(0),
    ),
    st.just(GaussianNB()),
)
LABELS = st.sampled_from([[30, 10, 20], ["no", "yes"], [False, True], [-1.5, 0.0, 7.0, 9.0]])
TYPES = st.sampled_from(["double", "double", "string"])

Drawn = tuple[Any, pd.DataFrame, str]
"""A fitted model, its training frame, and the type of its columns of numbers."""


@st.composite
def regressions(draw: st.DrawFn) -> Drawn:
    frame, rng = draw(numeric_data())
    model = make_pipeline(*draw(scalers()), draw(regressors()))
    return model.fit(frame, rng.normal(size=len(frame))), frame, draw(TYPES)


@st.composite
def chains(draw: st.DrawFn) -> Drawn:
    """Some steps of any kind, then a regressor."""
    frame, rng = draw(numeric_data())
    steps = draw(st.lists(STEPS, min_size=1, max_size=3))
    model = make_pipeline(*steps, clone(draw(st.sampled_from(LASTS))))
    return model.fit(frame, rng.normal(size=len(frame))), frame, draw(TYPES)


@st.composite
def odd_columns(draw: st.DrawFn) -> Drawn:
    """Tables of up to 60 columns, with constant and equal ones."""
    frame, rng = draw(odd_tables())
    model = clone(draw(st.sampled_from(LASTS)))
    return model.fit(frame, rng.normal(size=len(frame))), frame, "double"


@st.composite
def classifications(draw: st.DrawFn) -> Drawn:
    frame, rng = draw(numeric_data())
    labels = np.array(draw(LABELS))
    target = labels[rng.integers(0, len(labels), len(frame))]
    return make_pipeline(SimpleImputer(), draw(CLASSIFIERS)).fit(frame, target), frame, draw(TYPES)


@st.composite
def categories(draw: st.DrawFn) -> Drawn:
    """A column of texts beside those of numbers."""
    frame, rng = draw(numeric_data())
    frame = frame.copy()
    known = np.array(["Porto", "", "São João", "nan", "B"], dtype=object)
    frame["text"] = known[rng.integers(0, draw(st.integers(1, 5)), len(frame))]
    encoder = draw(
        st.sampled_from(
            [
                OneHotEncoder(),
                OneHotEncoder(handle_unknown="ignore", drop="first"),
                OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=3),
                OrdinalEncoder(),
                OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
            ]
        )
    )
    prepared = ColumnTransformer([("text", encoder, ["text"])], remainder=SimpleImputer())
    model = make_pipeline(prepared, draw(regressors()))
    return model.fit(frame, rng.normal(size=len(frame))), frame, "double"


KINDS = {
    "regressions": regressions(),
    "chains of steps": chains(),
    "odd columns": odd_columns(),
    "classifications": classifications(),
    "categories": categories(),
}


def run(tried: Tried) -> None:
    """One model after another; case n is of the n-th kind in turn."""
    with TemporaryDirectory(prefix="penstock-soak-") as name, Jvm(jar_path()) as jvm, quiet():
        registry(Path(name))
        for case in tried.asked.cases():
            kind = list(KINDS)[case % len(KINDS)]
            seed = 1_000_003 * tried.asked.seed + case
            try:
                model, frame, type_ = drawn(KINDS[kind], seed)
            except ValueError:  # the library does not take every drawn model
                tried.counts["that the library does not fit"] += 1
                continue
            try:
                _compare(case, model, frame, type_, seed, jvm, Path(name) / f"out{case}", tried)
                tried.counts[kind] += 1
            except (UnsupportedModelError, UnsupportedOperationError):
                tried.counts["refused with a reason"] += 1
            except PenstockError as error:
                table_ = getattr(error, "table", "")
                tried.fail(case, f"{kind}: {type(error).__name__}: {error}\n{model}\n{table_}")


def drawn(strategy: st.SearchStrategy[Drawn], seed: int) -> Drawn:
    """The example that the seed gives. Raises what drawing it raises."""
    found: list[Drawn | ValueError] = []

    @hypothesis_seed(seed)
    @settings(max_examples=EXAMPLES, phases=[Phase.generate], database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.data())
    def keep(data: st.DataObject) -> None:
        try:
            found.append(data.draw(strategy))
        except ValueError as error:
            found.append(error)

    keep()
    if isinstance(found[-1], ValueError):
        raise found[-1]
    return found[-1]


def _compare(
    case: int,
    model: Any,
    frame: pd.DataFrame,
    type_: str,
    seed: int,
    jvm: Jvm,
    out: Path,
    tried: Tried,
) -> None:
    types = {name: "string" if name == "text" else type_ for name in frame}
    schema = Schema([ColSpec(kind, name) for name, kind in types.items()])
    with mlflow.start_run():
        uri = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=ModelSignature(inputs=schema),
            pip_requirements=["scikit-learn"],
            serialization_format="cloudpickle",
        ).model_uri
    penstock.export(uri, to=list(FORMATS), out=out, effort="thorough", seed=seed % 1_000)
    inputs = [InputColumn(name, kind) for name, kind in types.items()]
    conversion = convert(model, inputs)
    rows = list(_rows(frame, types, np.random.default_rng(seed)))
    failed = first_failed(conversion.contract, rows)
    kept = [k for k, check in enumerate(failed) if not isinstance(check, CautiousRange)]
    rows, failed = [rows[k] for k in kept], [failed[k] for k in kept]
    bounds = {id(row): b for row, b in zip(rows, row_bounds(conversion, rows, failed), strict=True)}
    one = typed_frame(types)
    expected = oracle(mlflow.pyfunc.load_model(uri).predict, one, rows)
    probabilities = None
    if hasattr(model, "predict_proba"):
        probabilities = oracle(model.predict_proba, one, rows)
    kinds = [refusal_kind(a.why) if isinstance(a, Refused) else SCORED for a in expected]
    tried.counts["rows scored"] += kinds.count(SCORED)
    tried.counts["rows refused"] += len(rows) - kinds.count(SCORED)
    for format_ in FORMATS:
        answers = jvm.score(out, list(types), rows, format_)
        wrong = [
            f"{row!r}: {answer.get('refused', SCORED)} and not {kind}"
            for row, answer, kind in zip(rows, answers, kinds, strict=True)
            if answer.get("refused", SCORED) != kind
        ]
        if wrong:
            tried.fail(case, f"{format_}: {len(wrong)} rows, {wrong[0]}\n{model}")
            continue
        got = [Refused("") if "refused" in a else a["prediction"] for a in answers]
        tied = [k for k, row in enumerate(rows) if bounds[id(row)].tie]
        _differ(case, f"{format_}, prediction", rows, expected, got, tied,
                lambda row: max(bounds[id(row)].prediction, default=0.0), tried)  # fmt: skip
        if probabilities is not None:
            got = [Refused("") if "refused" in a else a.get("probability") for a in answers]
            _differ(case, f"{format_}, probability", rows, probabilities, got, [],
                    lambda row: max(bounds[id(row)].probabilities, default=0.0), tried)  # fmt: skip


def _differ(case, title, rows, expected, got, tied, bound, tried: Tried) -> None:
    """Fails the case where rows differ that are no ties of two classes."""
    left = [k for k in range(len(rows)) if k not in set(tied)]
    pick = lambda values: [values[k] for k in left]  # noqa: E731
    found = conflicts(pick(rows), pick(expected), pick(got), bound)
    if found:
        tried.fail(case, table(title, found, len(left)))


def _rows(
    frame: pd.DataFrame, types: dict[str, str], rng: np.random.Generator
) -> Iterator[list[Any]]:
    """Rows of the training frame, of which most have an odd cell or one that moved a little."""
    odd = {"double": NUMBERS, "string": [*NUMBER_TEXTS, None]}
    for _ in range(ROWS):
        row = frame.iloc[int(rng.integers(len(frame)))].tolist()
        moved = int(rng.integers(len(row)))
        kind = rng.random()
        for place, name in enumerate(types):
            value = row[place]
            if name == "text":
                changed = place == moved and kind < 0.4
                row[place] = ODD_TEXTS[rng.integers(len(ODD_TEXTS))] if changed else value
                continue
            if place == moved and kind < 0.8:
                value = float(value) * (1 + rng.normal() * 10.0 ** -rng.integers(0, 16))
            number = None if np.isnan(value) else float(value)
            row[place] = repr(number) if types[name] == "string" and number is not None else number
            if place == moved and kind < 0.4:
                row[place] = odd[types[name]][rng.integers(len(odd[types[name]]))]
        yield row
