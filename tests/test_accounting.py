"""Every estimator of the installed scikit-learn is converted or refused with a reason."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    LabelBinarizer,
    LabelEncoder,
    MultiLabelBinarizer,
    StandardScaler,
)
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils import all_estimators

from penstock import checking
from penstock.converters import convert, supported_classes
from penstock.converters.names import public_name
from penstock.converters.refused import REFUSED
from penstock.errors import UnsupportedModelError
from tests.native import columns
from tests.releases import newer

INSTALLED = {public_name(cls): cls for _, cls in all_estimators()}
X = np.arange(12.0).reshape(6, 2)
Y = np.arange(6.0)
DOUBLES = columns(a="double", b="double")


def test_every_class_of_scikit_learn_is_converted_or_refused():
    accounted = {*supported_classes(), *REFUSED}
    assert len(INSTALLED) > 150
    assert sorted(INSTALLED.keys() - accounted) == []


def test_no_class_is_refused_and_converted():
    assert sorted(REFUSED.keys() & set(supported_classes())) == []


def test_reasons_speak_of_classes_that_exist():
    """Older releases lack a class here and there; its module they have."""
    for name in REFUSED.keys() - INSTALLED.keys():
        importlib.import_module(name.rpartition(".")[0])
    assert len(REFUSED.keys() & INSTALLED.keys()) >= 0.95 * len(REFUSED)


def test_a_refusal_names_the_class_the_reason_and_the_remedy():
    model = make_pipeline(StandardScaler(), KNeighborsRegressor(2)).fit(X, Y)
    with pytest.raises(UnsupportedModelError) as error:
        convert(model, DOUBLES)
    reason = REFUSED["sklearn.neighbors.KNeighborsRegressor"]
    assert str(error.value) == (
        "step 'model/kneighborsregressor' (sklearn.neighbors.KNeighborsRegressor): "
        f"{reason.why}; {reason.remedy}"
    )


@pytest.mark.parametrize("encoder", [LabelBinarizer, LabelEncoder, MultiLabelBinarizer])
def test_encoders_of_labels_cannot_be_fitted_as_steps(encoder):
    with pytest.raises(TypeError):
        make_pipeline(encoder(), Ridge()).fit(X, Y)
    with pytest.raises(TypeError):
        ColumnTransformer([("labels", encoder(), [0])]).fit(X, Y)
    assert "cannot fit it as a step" in REFUSED[f"sklearn.preprocessing.{encoder.__name__}"].why


def test_an_encoder_of_labels_put_into_a_pipeline_by_hand_is_refused():
    encoder = LabelBinarizer().fit(Y)
    model = Pipeline([("labels", encoder), ("last", Ridge().fit(encoder.transform(Y), Y))])
    with pytest.raises(UnsupportedModelError, match="it encodes labels"):
        convert(model, columns(a="double"))


class Mean(RegressorMixin, BaseEstimator):
    """An estimator of another library."""

    def fit(self, x, y):
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, x):
        return np.full(len(x), self.mean_)


class OurRidge(Ridge):
    """It may override anything."""


@pytest.mark.parametrize(
    "last, words",
    [(Mean(), r"tests\.test_accounting\.Mean\): the class comes from tests"),
     (OurRidge(), r"OurRidge\): the class is derived from sklearn\.linear_model\.Ridge"),
     (FunctionTransformer(np.sort), r"numpy\.sort")],
    ids=["foreign", "derived", "function"],
)  # fmt: skip
def test_classes_of_other_libraries_are_refused_by_their_full_name(last, words):
    with pytest.raises(UnsupportedModelError, match=words):
        convert(make_pipeline(StandardScaler(), last).fit(X, Y), DOUBLES)


def test_check_tells_the_reason_of_each_part():
    inner = make_pipeline(StandardScaler(), KNeighborsRegressor(2))
    model = VotingRegressor([("t", DecisionTreeRegressor()), ("n", inner)]).fit(X, Y)
    with pytest.raises(UnsupportedModelError) as error:
        convert(model, DOUBLES)
    found = {
        step.step: step.support["pmml"]
        for step in checking._unconverted(SimpleNamespace(native=model), error.value, ["pmml"])
    }
    assert found == {
        "model/t": checking.ClassKnown(),
        "model/n/standardscaler": checking.ClassKnown(),
        "model/n/kneighborsregressor": REFUSED["sklearn.neighbors.KNeighborsRegressor"],
    }


@pytest.mark.parametrize(
    "model",
    [VotingRegressor([("t", Ridge()), ("x", "drop")]), StackingRegressor([("t", Ridge())], cv=2),
     OneVsRestClassifier(Ridge()), MultiOutputRegressor(Ridge()), GridSearchCV(Ridge(), {}, cv=2),
     TransformedTargetRegressor(Ridge()), CalibratedClassifierCV(LogisticRegression(), cv=2),
     make_union(StandardScaler(), "passthrough"), pytest.param(None, id="FixedThreshold")],
    ids=lambda model: type(model).__name__,
)  # fmt: skip
def test_parts_have_the_names_that_conversion_gives_them(model):
    """The first part of each kind is found under the path of its operation."""
    model = model or newer("sklearn.model_selection", "FixedThresholdClassifier")(
        LogisticRegression()
    )
    target = {"MultiOutputRegressor": np.stack([Y, Y], axis=1)}.get(type(model).__name__, Y > 2)
    if type(model).__name__ == "FeatureUnion":
        model = make_pipeline(model, Ridge())
    conversion = convert(model.fit(X, target), DOUBLES)
    paths = {operation.step for operation in conversion.operations}
    walked = [path for path, _ in checking._walk("model", model, "")]
    assert walked[0] in paths
