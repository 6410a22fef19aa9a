"""Converted preprocessing against scikit-learn's own, on generated rows, one row at a time.

Each transformer stands before a tree, which tells a difference in the last bit, and before a
linear model, which refuses what a tree takes.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_selection import (
    RFE,
    RFECV,
    GenericUnivariateSelect,
    SelectFdr,
    SelectFpr,
    SelectFromModel,
    SelectFwe,
    SelectKBest,
    SelectPercentile,
    SequentialFeatureSelector,
    VarianceThreshold,
    f_regression,
)
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    LabelBinarizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from penstock import reference
from penstock.checks import parse
from penstock.converters import convert
from penstock.errors import UnsupportedModelError
from tests.native import assert_agrees, columns

RNG = np.random.default_rng(11)
ROWS = 150
NUMBERS = pd.DataFrame(
    {
        "a": RNG.normal(5.0, 2.0, ROWS).round(2),
        "b": RNG.normal(-100.0, 30.0, ROWS),
        "c": RNG.exponential(0.01, ROWS),
    }
)
HOLES = NUMBERS.mask(RNG.random(NUMBERS.shape) < 0.2)
TARGET = NUMBERS["a"].to_numpy() - 60.0 * NUMBERS["c"].to_numpy() + RNG.normal(size=ROWS) / 4
THREE = np.array(["low", "mid", "top"])[np.digitize(TARGET, np.quantile(TARGET, [0.3, 0.6]))]
DOUBLES = columns(a="double", b="double", c="double")
STRINGS = columns(a="string", b="string", c="string")
TEXT = pd.DataFrame(
    {
        "city": pd.Series(
            RNG.choice(["Bonn", "Köln", "Ulm", "", None], ROWS, p=[0.5, 0.3, 0.1, 0.06, 0.04]),
            dtype=object,
        ),
        "size": RNG.choice([1.0, 2.5, -0.0, np.nan, 7.0], ROWS, p=[0.5, 0.3, 0.1, 0.06, 0.04]),
    }
)
TEXT_INPUTS = columns(city="string", size="double")


def tree():
    return DecisionTreeRegressor(max_depth=6, random_state=0)


def told(thing):
    """What it prints as on one line, without the address of a function: each worker has its own."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(thing).replace("\n", ""))


@pytest.mark.parametrize("last", [tree(), LinearRegression()], ids=["tree", "linear"])
@pytest.mark.parametrize("inputs", [DOUBLES, STRINGS], ids=["doubles", "strings"])
@pytest.mark.parametrize(
    "transformer",
    [
        MaxAbsScaler(),
        RobustScaler(),
        RobustScaler(with_centering=False, quantile_range=(10, 90), unit_variance=True),
        RobustScaler(with_scaling=False),
        Binarizer(threshold=0.1),
        KBinsDiscretizer(4, encode="ordinal"),
        KBinsDiscretizer([2, 3, 5], encode="onehot", strategy="uniform"),
        KBinsDiscretizer(3, encode="onehot-dense", strategy="kmeans"),
        make_pipeline(MaxAbsScaler(), SelectKBest(f_regression, k=2)),
        VarianceThreshold(0.001),
    ],
    ids=told,
)
def test_a_transformer_of_numbers(transformer, inputs, last):
    model = make_pipeline(transformer, last).fit(NUMBERS, TARGET)
    agreement = assert_agrees(model, inputs, budget=200)
    assert agreement.scored > 60
    assert agreement.refused > 5


@pytest.mark.parametrize("scaler", [MaxAbsScaler(), MinMaxScaler(clip=True), StandardScaler()])
def test_a_scaler_makes_nan_of_a_column_without_any_value(scaler):
    data = NUMBERS.assign(b=np.nan)
    for last in (
        tree(),
        make_pipeline(SimpleImputer(keep_empty_features=True), LinearRegression()),
    ):
        model = make_pipeline(scaler, last).fit(data, TARGET)
        assert assert_agrees(model, DOUBLES, budget=100).scored > 30


@pytest.mark.parametrize(
    "selector",
    [
        SelectPercentile(f_regression, percentile=50),
        SelectFpr(f_regression),
        SelectFdr(f_regression),
        SelectFwe(f_regression),
        GenericUnivariateSelect(f_regression, mode="k_best", param=1),
        SelectFromModel(DecisionTreeRegressor(random_state=0)),
        RFE(LinearRegression(), n_features_to_select=2),
        RFECV(LinearRegression(), cv=3),
        SequentialFeatureSelector(LinearRegression(), n_features_to_select=1, cv=3),
    ],
    ids=lambda selector: type(selector).__name__,
)
def test_selectors_check_the_columns_that_they_leave_out(selector):
    model = make_pipeline(selector, LinearRegression()).fit(NUMBERS, TARGET)
    assert_agrees(model, DOUBLES, budget=120)


@pytest.mark.parametrize(
    "last",
    [RFE(LogisticRegression(), n_features_to_select=2), RFECV(DecisionTreeClassifier(), cv=3)],
    ids=lambda selector: type(selector).__name__,
)
def test_a_selector_that_predicts(last):
    for model in (last, make_pipeline(MaxAbsScaler(), last)):
        agreement = assert_agrees(model.fit(NUMBERS, THREE), DOUBLES, budget=120)
        assert agreement.conversion.contract.output.classes == ("low", "mid", "top")
    with pytest.raises(UnsupportedModelError, match="predicts nothing"):
        convert(make_pipeline(last, MaxAbsScaler()).fit(NUMBERS, THREE), DOUBLES)


def test_encoders_of_labels_are_no_steps_of_a_model():
    model = Pipeline([("labels", LabelBinarizer().fit(THREE)), ("last", LinearRegression())])
    with pytest.raises(UnsupportedModelError, match=r"LabelBinarizer.*encodes labels"):
        convert(model, DOUBLES)


@pytest.mark.parametrize("encode", ["ordinal", "onehot"])
def test_bins_begin_at_their_edges(encode):
    model = make_pipeline(KBinsDiscretizer(4, encode=encode), tree()).fit(NUMBERS, TARGET)
    edges = model[0].bin_edges_[0]
    near = [x for edge in edges for x in (edge, np.nextafter(edge, 9e9), np.nextafter(edge, -9e9))]
    assert_agrees(model, DOUBLES, budget=60, extra=[(float(x), -100.0, 0.01) for x in near])


def test_bins_of_single_precision():
    model = make_pipeline(KBinsDiscretizer(3, encode="ordinal", dtype=np.float32), tree())
    assert_agrees(model.fit(NUMBERS, TARGET), DOUBLES, budget=200)


def test_a_selector_takes_null_for_text_and_so_it_cannot_be_told_from_nan():
    select = SelectKBest(f_regression, k=1)
    linear = make_pipeline(select, LinearRegression()).fit(NUMBERS, TARGET)
    assert_agrees(linear, STRINGS, budget=150)
    with pytest.raises(UnsupportedModelError, match="cannot tell apart"):
        convert(make_pipeline(select, tree()).fit(NUMBERS, TARGET), STRINGS)


def test_a_selector_of_several_texts_refuses_nan_before_what_is_no_number():
    several = make_pipeline(SelectKBest(f_regression, k=2), LinearRegression())
    with pytest.raises(UnsupportedModelError, match=r"NULL is let through and NaN is not"):
        convert(several.fit(NUMBERS, TARGET), STRINGS)
    scaled = make_pipeline(MaxAbsScaler(), SelectKBest(f_regression, k=2), LinearRegression())
    assert_agrees(scaled.fit(NUMBERS, TARGET), STRINGS, budget=150)


def test_a_column_in_one_bin():
    model = make_pipeline(KBinsDiscretizer([2, 3, 3], encode="onehot-dense"), LinearRegression())
    model.fit(NUMBERS, TARGET)
    model[0].bin_edges_[0] = model[0].bin_edges_[0][[0, -1]]
    model[0]._encoder.categories_[0] = np.array([0.0])
    model[0].n_bins_[0] = 1
    model[0]._encoder._n_features_outs = [1, 3, 3]
    model[1].coef_, model[1].n_features_in_ = np.arange(1.0, 8.0), 7
    assert_agrees(model, DOUBLES, budget=60)


def categories_before(encoder, last=None, y=TARGET):
    return make_pipeline(encoder, last or tree()).fit(TEXT, y)


@pytest.mark.parametrize(
    "encoder",
    [
        OrdinalEncoder(),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=-7
        ),
        OrdinalEncoder(
            handle_unknown="use_encoded_value",
            unknown_value=99,
            max_categories=3,
            encoded_missing_value=-2,
        ),
        OrdinalEncoder(min_frequency=10, dtype=np.float32),
        OneHotEncoder(handle_unknown="warn", min_frequency=10)
        if "warn" in str(OneHotEncoder._parameter_constraints["handle_unknown"])
        else OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10),
        TargetEncoder(random_state=0),
        TargetEncoder(smooth=5.0, random_state=0),
    ],
    ids=str,
)
def test_an_encoder_of_text_and_numbers(encoder):
    agreement = assert_agrees(categories_before(encoder), TEXT_INPUTS, budget=200)
    assert agreement.scored > 30


def test_unknown_categories_that_become_nan():
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    data = TEXT.fillna({"size": 2.5})
    with pytest.raises(UnsupportedModelError, match="unknown category becomes NaN"):
        convert(make_pipeline(codes, LinearRegression()).fit(data, TARGET), TEXT_INPUTS)
    filled = make_pipeline(codes, SimpleImputer(strategy="most_frequent"), LinearRegression())
    assert_agrees(filled.fit(data, TARGET), TEXT_INPUTS, budget=120)


def test_a_missing_value_that_an_imputer_filled_has_no_code_of_its_own():
    inner = make_pipeline(SimpleImputer(), OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1))  # fmt: skip
    inner.fit(HOLES.round(0)[["a"]])
    inner[1].categories_[0] = np.append(inner[1].categories_[0], np.nan)
    inner[1]._missing_indices = {0: len(inner[1].categories_[0]) - 1}
    last = LinearRegression().fit(inner.transform(HOLES.round(0)[["a"]]), TARGET)
    assert_agrees(make_pipeline(*inner, last), columns(a="double"), budget=80)


@pytest.mark.parametrize("y", [THREE, THREE == "top"], ids=["three classes", "two classes"])
def test_target_encoder_of_classes(y):
    encoder = TargetEncoder(random_state=0)
    assert_agrees(categories_before(encoder, LogisticRegression(), y), TEXT_INPUTS, budget=150)


@pytest.mark.parametrize("step", [PowerTransformer(), PCA(2), FunctionTransformer(np.log1p)])
@pytest.mark.parametrize(
    "encoder",
    [
        OneHotEncoder(handle_unknown="ignore"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        TargetEncoder(random_state=0),
    ],
    ids=str,
)
def test_categories_are_not_looked_for_among_numbers_that_rounding_changes(encoder, step):
    data = NUMBERS.abs().round(0)
    with pytest.raises(UnsupportedModelError, match="known within a bound only"):
        convert(make_pipeline(step, encoder, LinearRegression()).fit(data, TARGET), DOUBLES)
    bins = KBinsDiscretizer(3, encode="ordinal")
    model = make_pipeline(step, bins, encoder, LinearRegression()).fit(NUMBERS.abs(), TARGET)
    assert convert(model, DOUBLES)


@pytest.mark.parametrize("features", ["all", "missing-only"])
@pytest.mark.parametrize("error_on_new", [True, False])
def test_missing_indicator(features, error_on_new):
    data = HOLES.assign(c=NUMBERS["c"])
    indicator = MissingIndicator(features=features, error_on_new=error_on_new and features != "all")
    model = make_pipeline(indicator, LinearRegression()).fit(data, TARGET)
    assert_agrees(model, DOUBLES, budget=150)
    flags = MissingIndicator(error_on_new=False)
    parts = ColumnTransformer([("flags", flags, ["a", "b"])], remainder="passthrough")
    assert_agrees(make_pipeline(parts, tree()).fit(data, TARGET), DOUBLES, budget=150)


def test_missing_indicator_of_a_number():
    data = NUMBERS.mask(RNG.random(NUMBERS.shape) < 0.2, -1.0)
    model = make_pipeline(MissingIndicator(missing_values=-1.0, features="all"), tree())
    assert_agrees(model.fit(data, TARGET), DOUBLES, budget=150, extra=[(-1.0, 0.0, -1.0)])


# -- columns made of several --------------------------------------------------------------


@pytest.mark.parametrize("last", [tree(), LinearRegression()], ids=["tree", "linear"])
@pytest.mark.parametrize(
    "transformer",
    [
        PolynomialFeatures(2),
        PolynomialFeatures((2, 3), include_bias=False, interaction_only=True),
        PolynomialFeatures(4, order="F"),
        Normalizer("l1"),
        Normalizer("l2"),
        Normalizer("max"),
        PCA(2),
        PCA(2, whiten=True, svd_solver="full"),
        TruncatedSVD(2, random_state=0),
    ],
    ids=str,
)
def test_a_transformer_of_several_columns(transformer, last):
    model = make_pipeline(transformer, last).fit(NUMBERS, TARGET)
    extra = [(1e-16, 1e-17, 0.0), (0.0, -0.0, 0.0), (1e-170, 1e-180, 5e-324), (1e30, 1e29, -1e31)]
    agreement = assert_agrees(model, DOUBLES, budget=200, extra=extra)
    assert agreement.scored > 60


def test_products_of_a_sparse_matrix():
    data = TEXT[["city"]].assign(x=NUMBERS["a"].mask(NUMBERS["a"] < 4.0, 0.0))
    prep = ColumnTransformer(
        [("city", OneHotEncoder(handle_unknown="ignore"), ["city"])],
        remainder="passthrough",
        sparse_threshold=1.0,
    )
    inputs = columns(city="string", x="double")
    for last in (tree(), LinearRegression()):
        model = make_pipeline(prep, PolynomialFeatures(2), last).fit(data, TARGET)
        assert_agrees(model, inputs, budget=120)
    model = make_pipeline(prep, PolynomialFeatures(3), tree()).fit(data, TARGET)
    with pytest.raises(UnsupportedModelError, match="three columns of a sparse matrix"):
        convert(model, inputs)


def test_a_projection_of_one_column_of_text():
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    for last in (tree(), LinearRegression()):
        model = make_pipeline(encoder, PCA(2), last).fit(TEXT[["city"]], TARGET)
        assert_agrees(model, columns(city="string"), budget=60)


def test_a_tree_over_a_projection_is_open_where_the_projection_is_close_to_a_threshold():
    model = make_pipeline(PCA(1), DecisionTreeRegressor(max_depth=1)).fit(NUMBERS, TARGET)
    threshold = model[1].tree_.threshold[0]
    (row,) = model[0].inverse_transform([[threshold]])
    conversion = convert(model, DOUBLES)
    found = reference.evaluate(conversion.graph, parse(conversion.contract, [row, row + 1e-6]))
    distance = np.ptp(model[1].tree_.value[1:, 0, 0])
    assert found.bounds[0, 0] == pytest.approx(distance)
    assert found.bounds[1, 0] == 0.0


# -- functions ----------------------------------------------------------------------------


@pytest.mark.parametrize("last", [tree(), LinearRegression()], ids=["tree", "linear"])
@pytest.mark.parametrize(
    "transformer",
    [
        *map(FunctionTransformer, [np.log1p, np.sqrt, np.abs, np.square, np.exp, np.expm1]),
        *map(FunctionTransformer, [np.log2, np.log10, np.negative]),
        FunctionTransformer(np.log, inverse_func=np.exp, validate=True),
        FunctionTransformer(np.clip, kw_args={"a_min": -1, "a_max": 2.5}),
        FunctionTransformer(np.log).set_output(transform="pandas"),
        make_pipeline(FunctionTransformer(np.log), StandardScaler()),
        make_pipeline(MinMaxScaler((1, 2)), FunctionTransformer(np.log)),
        PowerTransformer(),
        PowerTransformer(standardize=False),
        PowerTransformer("box-cox"),
    ],
    ids=lambda transformer: told(getattr(transformer, "func", transformer)),
)
def test_functions(transformer, last):
    data = NUMBERS.assign(b=-NUMBERS["b"] / 50.0 + 3.0)
    model = make_pipeline(transformer, last).fit(data, TARGET)
    extra = [(x, 1.0, 1.0) for x in (1e-300, 1e-12, 0.5, -0.5, 1.0, -1.0, -2.0, 0.0, -0.0, 30.0)]
    agreement = assert_agrees(model, DOUBLES, budget=200, extra=extra)
    assert agreement.scored > 40


@pytest.mark.parametrize("power", [0.0, 1e-20, 1e-9, 1.0, 2.0, 2.0 + 1e-9, -3.0, 7.5])
@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
def test_special_powers(power, method):
    model = make_pipeline(PowerTransformer(method, standardize=False), LinearRegression())
    model.fit(NUMBERS[["a"]].abs() + 1.0, TARGET)
    model[0].lambdas_[:] = power
    extra = [(x,) for x in (1e-300, 1e-12, 0.5, -0.5, 1.0, -1.0, -2.0, 0.0, -0.0, 30.0, 1e4)]
    assert_agrees(model, columns(a="double"), budget=80, extra=extra)


def mine(x):
    return x


@pytest.mark.parametrize(
    "transformer, what",
    [
        (FunctionTransformer(mine), "test_converters_preprocessing.mine"),
        (FunctionTransformer(np.cbrt), "numpy.cbrt"),
        (FunctionTransformer(np.log, kw_args={"dtype": np.float32}), "arguments of its own"),
        (FunctionTransformer(np.clip, kw_args={"a_min": [0, 1, 2], "a_max": None}), "numpy.clip"),
    ],
)
def test_other_functions_are_refused_by_their_full_names(transformer, what):
    data = NUMBERS.abs()
    model = make_pipeline(transformer, LinearRegression()).fit(data, TARGET)
    with pytest.raises(UnsupportedModelError, match=what):
        convert(model, DOUBLES)


@pytest.mark.parametrize("type_, what", [("string", "text"), ("integer", "wraps around")])
def test_columns_for_which_numpy_computes_otherwise_are_refused(type_, what):
    model = make_pipeline(FunctionTransformer(np.square), LinearRegression()).fit(NUMBERS, TARGET)
    with pytest.raises(UnsupportedModelError, match=what):
        convert(model, columns(a=type_, b="double", c="double"))
