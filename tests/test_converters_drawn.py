"""Models whose hyper-parameters, data and column types are drawn: does the conversion agree?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    AdaBoostRegressor,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tests.native import assert_agrees, columns
from tests.sizes import DRAWN

SETTINGS = settings(
    max_examples=DRAWN, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@st.composite
def numeric_data(draw):
    """A frame of two to four numeric columns of different scales, with or without holes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    rows = draw(st.integers(12, 80))
    frame = {}
    for k in range(draw(st.integers(2, 4))):
        scale = 10.0 ** draw(st.integers(-12, 12))
        values = rng.normal(draw(st.sampled_from([0.0, 1.0, -1e3])), 1.0, rows) * scale
        if draw(st.booleans()):
            values = np.round(values / scale) * scale
        if draw(st.booleans()):
            values[rng.random(rows) < 0.3] = np.nan
        frame[f"c{k}"] = values
    return pd.DataFrame(frame), rng


@st.composite
def odd_tables(draw, widths=(1, 2, 7, 60)):
    """Tables of any width in which columns may be constant, or the same as one before."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    width = draw(st.sampled_from(widths))
    values = rng.normal(size=(50, width)).round(3) * 10.0 ** rng.integers(-6, 7, width)
    for k in range(width):
        kind = rng.integers(4)
        if kind == 0:
            values[:, k] = rng.choice([0.0, -3.25, 1e10])
        elif kind == 1 and k:
            values[:, k] = values[:, rng.integers(k)]
    return pd.DataFrame(values, columns=[f"c{k}" for k in range(width)]), rng


LASTS = [
    LinearRegression(),
    ElasticNet(alpha=0.1),
    DecisionTreeRegressor(max_depth=5, random_state=0),
    RandomForestRegressor(4, max_depth=5, random_state=0),
    HistGradientBoostingRegressor(max_iter=4, min_samples_leaf=4, random_state=0),
    AdaBoostRegressor(n_estimators=4, random_state=0),
]


def _agrees_on(table, scaler, last):
    frame, rng = table
    model = make_pipeline(scaler, last).fit(frame, rng.normal(size=len(frame)))
    assert_agrees(model, columns(**dict.fromkeys(frame.columns, "double")), budget=100)


SCALERS = st.sampled_from(["passthrough", StandardScaler(), MinMaxScaler()])


@given(odd_tables(), SCALERS, st.sampled_from(LASTS))
@settings(SETTINGS, max_examples=10)
def test_constant_and_duplicate_columns(table, scaler, last):
    _agrees_on(table, scaler, last)


@pytest.mark.slow(reason="drawn models: hundreds of columns, of which each is asked")
@given(odd_tables(widths=(200, 500)), SCALERS, st.sampled_from(LASTS))
@settings(SETTINGS, max_examples=10)
def test_hundreds_of_columns(table, scaler, last):
    _agrees_on(table, scaler, last)


@st.composite
def scalers(draw):
    imputer = SimpleImputer(
        strategy=draw(st.sampled_from(["mean", "median", "most_frequent", "constant"])),
        add_indicator=draw(st.booleans()),
        keep_empty_features=draw(st.booleans()),
    )
    scaler = draw(
        st.sampled_from(
            [
                StandardScaler(),
                StandardScaler(with_mean=False),
                StandardScaler(with_std=False),
                MinMaxScaler(),
                MinMaxScaler((-2, 5), clip=True),
                "passthrough",
            ]
        )
    )
    return draw(st.sampled_from([[imputer, scaler], [scaler, imputer]]))


@st.composite
def regressors(draw):
    depth = draw(st.sampled_from([1, 3, None]))
    leaf = draw(st.integers(1, 5))
    seed = draw(st.integers(0, 99))
    return draw(
        st.sampled_from(
            [
                LinearRegression(fit_intercept=draw(st.booleans())),
                ElasticNet(alpha=0.1, l1_ratio=0.5),
                DecisionTreeRegressor(max_depth=depth, min_samples_leaf=leaf, random_state=seed),
                RandomForestRegressor(
                    draw(st.integers(1, 6)), max_depth=depth, max_features=draw(
                        st.sampled_from([1.0, "sqrt"])), random_state=seed,
                ),
            ]
        )
    )  # fmt: skip


@given(numeric_data(), scalers(), regressors(), st.sampled_from(["double", "string"]))
@SETTINGS
def test_numbers_through_preprocessing_into_a_regressor(data, steps, last, type_):
    frame, rng = data
    model = make_pipeline(*steps, last).fit(frame, rng.normal(size=len(frame)))
    keeps_text = any(getattr(s, "strategy", "") in ("most_frequent", "constant") for s in steps)
    assume(not (type_ == "string" and keeps_text and steps[0].__class__ is SimpleImputer))
    assert_agrees(model, columns(**dict.fromkeys(frame.columns, type_)), budget=240)


@given(
    numeric_data(),
    st.integers(2, 5),
    st.sampled_from(["double", "string"]),
    st.sampled_from(["tree", "forest"]),
    st.sampled_from(["gini", "entropy", "log_loss"]),
    st.sampled_from([None, "balanced"]),
    st.booleans(),
    st.integers(1, 8),
)
@SETTINGS
def test_classifying_trees(data, classes, type_, kind, criterion, weight, bootstrap, size):
    frame, rng = data
    labels = rng.integers(0, classes, len(frame))
    assume(len(np.unique(labels)) > 1)
    common = {"criterion": criterion, "class_weight": weight, "random_state": 0}
    if kind == "tree":
        model = DecisionTreeClassifier(max_leaf_nodes=1 + size, **common)
    else:
        model = RandomForestClassifier(size, bootstrap=bootstrap, max_depth=size, **common)
    agreement = assert_agrees(
        model.fit(frame, labels), columns(**dict.fromkeys(frame.columns, type_)), budget=240
    )
    assert agreement.ambiguous == 0


@given(
    numeric_data(),
    st.integers(2, 4),
    st.sampled_from(["lbfgs", "newton-cg", "liblinear"]),
    st.floats(0.001, 1000.0),
    st.booleans(),
)
@SETTINGS
def test_logistic_regression(data, classes, solver, strength, intercept):
    frame, rng = data
    labels = rng.integers(0, classes, len(frame))
    assume(len(np.unique(labels)) > 1)
    assume(solver != "liblinear" or len(np.unique(labels)) == 2)
    last = LogisticRegression(C=strength, solver=solver, fit_intercept=intercept, max_iter=20)
    model = make_pipeline(SimpleImputer(), StandardScaler(), last).fit(frame, labels)
    assert_agrees(model, columns(**dict.fromkeys(frame.columns, "double")), budget=240)


TEXTS = st.sampled_from(["a", "b", "B", "", " ", "é", "nan", "None", "1", "1.0", None, np.nan])


@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=8, max_size=40),
    st.sampled_from(["error", "ignore", "infrequent_if_exist"]),
    st.sampled_from([None, "first", "if_binary"]),
    st.sampled_from([None, 2, 0.2]),
    st.sampled_from([None, 1, 2, 3]),
    st.booleans(),
    st.floats(0.0, 1.0),
)
@SETTINGS
def test_categories_beside_numbers(cells, unknown, drop, frequency, most, sparse, threshold):
    frame = pd.DataFrame(cells, columns=["s", "t"], dtype=object)
    rng = np.random.default_rng(len(cells))
    frame["x"] = rng.normal(size=len(frame))
    encoder = OneHotEncoder(
        handle_unknown=unknown, drop=drop, min_frequency=frequency, max_categories=most,
        sparse_output=sparse,
    )  # fmt: skip
    prep = ColumnTransformer(
        [("cat", encoder, ["t", "s"])], remainder=StandardScaler(), sparse_threshold=threshold
    )
    for last in (LinearRegression(), DecisionTreeRegressor(random_state=0)):
        model = make_pipeline(prep, last)
        try:
            model.fit(frame, rng.normal(size=len(frame)))
        except ValueError:  # scikit-learn itself has no such encoder
            assume(False)
        assert_agrees(model, columns(s="string", x="double", t="string"), budget=150)


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, -0.0, 1.0, 2.5, np.nan, -1e300]), st.integers(-2, 2)),
        min_size=8,
        max_size=40,
    ),
    st.sampled_from(["error", "ignore", "infrequent_if_exist"]),
    st.sampled_from([None, "first"]),
    st.sampled_from([None, 2]),
    st.sampled_from(["integer", "long", "double"]),
)
@SETTINGS
def test_numeric_categories(cells, unknown, drop, most, type_):
    frame = pd.DataFrame(cells, columns=["x", "n"])
    encoder = OneHotEncoder(handle_unknown=unknown, drop=drop, max_categories=most)
    try:
        model = make_pipeline(encoder, LinearRegression()).fit(frame, frame["n"])
    except ValueError:
        assume(False)
    assert_agrees(model, columns(x="double", n=type_), budget=150)
