"""The differential partner: where MLeap's own Python exporter and pyfunc differ, and we do not.

Both exporters write a bundle of the same fitted model, the official MLeap runtime scores both, and
pyfunc judges row by row. The report at the end of pytest's output shows the counts.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import mlflow
import pandas as pd
import pytest
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import penstock
from tests.harness import Refused, conflicts, oracle, table, typed_frame
from tests.judges import JudgeError
from tests.parity.bounds import SUM
from tests.parity.rows import rows as rows_for
from tests.parity.tables import FRAME, NUMBERS, TARGETS

pytest.importorskip("mleap", reason="the mleap package, the partner, is not installed")


@dataclass(frozen=True)
class Pair:
    """A model that both can export, and whether the partner is known to get it wrong."""

    name: str
    model: Callable[[], Any]
    target: str
    partner_differs: bool


def scaled(scaler: Any) -> Any:
    return make_pipeline(scaler, LinearRegression())


# fmt: off
PAIRS = [
    # It compares in double where scikit-learn rounds the input to float32.
    Pair("deep tree", lambda: DecisionTreeRegressor(random_state=0), "number", True),
    Pair("deep forest", lambda: RandomForestRegressor(8, random_state=0), "number", True),
    # It writes the matrix by rows, and the runtime reads it by columns.
    Pair("logistic, 3 classes", lambda: make_pipeline(
        StandardScaler(), LogisticRegression()), "0/1/2", True),
    # It gives the class's index.
    Pair("tree, labels 1/2/5", lambda: DecisionTreeClassifier(random_state=0), "1/2/5", True),
    # It writes the mean although the model does not subtract it, and no range.
    Pair("scaler without mean", lambda: scaled(StandardScaler(with_mean=False)), "column", True),
    Pair("min-max to (0, 2)", lambda: scaled(MinMaxScaler((0, 2))), "column", True),
    # What it gets right, within rounding.
    Pair("linear", LinearRegression, "column", False),
    Pair("standard scaler", lambda: scaled(StandardScaler()), "column", False),
]
# fmt: on
TITLE = "MLeap's own exporter and ours, against pyfunc"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_where_the_partner_differs_we_do_not(
    pair, registry, jar, mleap, monkeypatch, tmp_path, report
):
    monkeypatch.setenv("PENSTOCK_JAR", str(jar))
    frame = FRAME[NUMBERS]
    y = TARGETS["1/2/5"] // 2 if pair.target == "0/1/2" else TARGETS[pair.target]
    model = pair.model().fit(frame, y)
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(frame),
            pip_requirements=["scikit-learn"],
            serialization_format="cloudpickle",
        )
    types = dict.fromkeys(NUMBERS, "double")
    pyfunc = mlflow.pyfunc.load_model(logged.model_uri)
    rows = rows_for(model, frame, types)
    expected = [_number(answer) for answer in oracle(pyfunc.predict, typed_frame(types), rows)]
    # Which rows pyfunc refuses no bundle can say: the manifest does.
    scored = [i for i, answer in enumerate(expected) if not isinstance(answer, Refused)]
    rows, expected = [rows[i] for i in scored], [expected[i] for i in scored]

    # The comparison below is the gate here.
    penstock.export(logged.model_uri, to=["mleap"], out=tmp_path / "ours", skip_verify=True)
    ours = _answers(mleap, tmp_path / "ours" / "bundle.zip", rows)
    partners = _partner(mleap, model, frame, tmp_path / "partner.zip", rows)

    def bound(row: Sequence[Any]) -> float:
        return SUM.prediction(model, typed_frame(types)(row)) if pair.target == "column" else 0.0

    wrong = conflicts(rows, expected, ours, bound)
    different = conflicts(rows, expected, partners, bound)
    largest = f", by up to {different[0].distance:.3g}" if different else ""
    report(
        TITLE,
        f"{pair.name:22} {len(rows):5} rows: theirs differs on {len(different)}{largest};"
        f" ours on {len(wrong)}",
    )
    assert not wrong, table(f"{pair.name}: ours", wrong, len(rows))
    assert bool(different) == pair.partner_differs, table(pair.name, different, len(rows))


def _answers(mleap: Any, file: Path, rows: Sequence[Sequence[Any]]) -> list[Any]:
    answers = mleap.score(file, [(name, "number") for name in NUMBERS], rows)
    return [_number(answer.get("prediction", answer.get("error"))) for answer in answers]


def _partner(
    mleap: Any, model: Any, frame: pd.DataFrame, file: Path, rows: Sequence[Sequence[Any]]
) -> list[Any]:
    saved = file.with_suffix(".joblib")
    joblib.dump({"model": model, "frame": frame}, saved)
    script = Path(__file__).with_name("mleap_partner.py")
    subprocess.run([sys.executable, script, saved, file], check=True, capture_output=True)
    try:
        return _answers(mleap, file, rows)
    except JudgeError as problem:
        return [str(problem)] * len(rows)


def _number(answer: Any) -> Any:
    """A number or a numeric label as a double, however it is told."""
    if isinstance(answer, list) and len(answer) == 1:
        return _number(answer[0])
    try:
        return float(answer)
    except (TypeError, ValueError):
        return answer
