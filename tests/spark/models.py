"""The models that the Spark tests score with: fitted here, exported as a user exports them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from mlflow.types import ColSpec, Schema
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import penstock
from tests.harness import oracle, typed_frame
from tests.parity.bounds import EXACT, SOFTMAX, SUM
from tests.parity.case import Bound
from tests.registered import REQUIREMENTS

NUMBERS = ["fixed acidity", "sugar", "pH"]
ROWS = 120
WIDE = 70  # more than one generated method takes


class Near(float):
    """A number that knows how far another right answer may be: ``allowed``."""

    allowed: float


@dataclass(frozen=True)
class Exported:
    """An export, and pyfunc to compare with; ``bound`` of its numbers, of the row's frame."""

    path: Path
    types: dict[str, str]
    native: Any
    pyfunc: Any
    bound: Bound = EXACT
    asked: dict[str, list[Any]] = field(default_factory=dict)

    def answers(self, rows: list[tuple]) -> list[Any]:
        """What pyfunc gives for each row alone, its floats as ``Near``, or ``Refused``."""
        return self._ask(self.pyfunc.predict, self.bound.prediction, rows)

    def probabilities(self, rows: list[tuple]) -> list[Any]:
        """What the model inside pyfunc gives for each row alone, as ``Near``."""
        return self._ask(self.native.predict_proba, self.bound.probability, rows)

    def _ask(self, predict: Callable, bound: Callable, rows: list[tuple]) -> list[Any]:
        key = f"{predict.__name__} {rows!r}"
        if key not in self.asked:
            frame = typed_frame(self.types)
            answers = zip(rows, oracle(predict, frame, rows), strict=True)
            self.asked[key] = [
                _near(answer, lambda row=row: bound(self.native, frame(row)))
                for row, answer in answers
            ]
        return self.asked[key]


def _near(answer: Any, allowed: Callable[[], float]) -> Any:
    if isinstance(answer, list):
        return [_near(number, allowed) for number in answer]
    if isinstance(answer, float):
        answer = Near(answer)
        answer.allowed = allowed()
    return answer


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "fixed acidity": rng.integers(380, 1420, ROWS) / 100,
            "sugar": rng.integers(6, 658, ROWS) / 10,
            "pH": rng.integers(272, 382, ROWS) / 100,
            "city": pd.Series(rng.choice(["Porto", "Braga", "São João"], ROWS), dtype=object),
        }
    )


FRAME = frame()
NUMBER = FRAME["fixed acidity"] - FRAME["sugar"] / 9 + 5 * FRAME["pH"]
HIGH = NUMBER.gt(NUMBER.median()).to_numpy()


def linear() -> tuple[Any, pd.DataFrame]:
    """As a team has it that reads CSV without casting: every input is text."""
    text = FRAME[NUMBERS].astype(str).astype(object)
    return ElasticNet(alpha=0.01).fit(text, NUMBER), text


def forest(trees: int = 10) -> tuple[Any, pd.DataFrame]:
    x = FRAME[NUMBERS]
    return RandomForestRegressor(trees, random_state=0).fit(x, NUMBER), x


def words() -> tuple[Any, pd.DataFrame]:
    columns = ColumnTransformer(
        [("city", OneHotEncoder(handle_unknown="ignore"), ["city"])], remainder=StandardScaler()
    )
    labels = np.where(NUMBER.gt(NUMBER.quantile(0.66)), "high", np.where(HIGH, "mid", "low"))
    return make_pipeline(columns, LogisticRegression()).fit(FRAME, labels.astype(object)), FRAME


def grades() -> tuple[Any, pd.DataFrame]:
    x = FRAME[NUMBERS]
    return DecisionTreeClassifier(max_depth=4).fit(x, np.where(HIGH, 7, 3)), x


def truths() -> tuple[Any, pd.DataFrame]:
    x = FRAME[NUMBERS]
    return DecisionTreeClassifier(max_depth=4).fit(x, HIGH), x


def several() -> tuple[Any, pd.DataFrame]:
    x = FRAME[NUMBERS]
    return LinearRegression().fit(x, np.column_stack([NUMBER, -NUMBER])), x


def labels() -> tuple[Any, pd.DataFrame]:
    """Two labels at once."""
    x = FRAME[NUMBERS]
    target = np.column_stack([np.where(HIGH, 7, 3), FRAME["pH"] > 3.2])
    return DecisionTreeClassifier(max_depth=4).fit(x, target), x


def wide(inputs: int = WIDE) -> tuple[Any, pd.DataFrame]:
    x = pd.DataFrame(
        np.random.default_rng(3).normal(size=(ROWS, inputs)),
        columns=[f"x{i}" for i in range(inputs)],
    )
    return Ridge().fit(x, NUMBER), x


def typed() -> tuple[Any, pd.DataFrame]:
    """One input of each of MLflow's narrower types."""
    x = pd.DataFrame(
        {
            "f": FRAME["sugar"].astype(np.float32),
            "i": (FRAME["pH"] * 100).astype(np.int32),
            "l": (FRAME["fixed acidity"] * 100).astype(np.int64),
            "b": HIGH,
        }
    )
    return DecisionTreeRegressor(random_state=0).fit(x, NUMBER), x


def cased() -> tuple[Any, pd.DataFrame]:
    """Two inputs that differ in case only."""
    x = pd.DataFrame({"ph": FRAME["pH"], "PH": FRAME["sugar"]})
    return LinearRegression().fit(x, NUMBER), x


BOUNDS = {
    "linear": SUM, "several": SUM, "wide": SUM, "cased": SUM, "words": SOFTMAX,
}  # fmt: skip
"""Of the models that are no trees."""

FITTED: dict[str, Callable[..., tuple[Any, pd.DataFrame]]] = {
    "linear": linear,
    "forest": forest,
    "words": words,
    "grades": grades,
    "truths": truths,
    "several": several,
    "labels": labels,
    "wide": wide,
    "typed": typed,
    "cased": cased,
}


def export(
    name: str,
    folder: Path,
    format: str = "mleap",
    fit: Callable[..., tuple[Any, pd.DataFrame]] | None = None,
    **options: Any,
) -> Exported:
    """Fits, saves as an MLflow model and exports under ``folder``."""
    native, x = (fit or FITTED[name])(**options)
    signature = infer_signature(x, native.predict(x))
    columns = [ColSpec(c.type, c.name, required=True) for c in signature.inputs.inputs]
    signature.inputs = Schema(columns)
    source, target = folder / "mlflow" / name, folder / name
    mlflow.sklearn.save_model(
        native,
        source,
        signature=signature,
        serialization_format="cloudpickle",
        pip_requirements=REQUIREMENTS,
    )
    penstock.export(str(source), to=[format], out=target, effort="quick")
    types = {c.name: c.type.name for c in columns}
    bound = BOUNDS.get(name, EXACT)
    return Exported(target, types, native, mlflow.pyfunc.load_model(str(source)), bound)
