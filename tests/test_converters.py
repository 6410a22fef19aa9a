"""Converted models against the estimators themselves, on generated rows, one row at a time."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from penstock import reference, rows
from penstock.checks import parse, refusals
from penstock.contract import MissingValue, NotANumber, OutOfRange, UnknownCategory
from penstock.converters import convert
from penstock.errors import SignatureError, UnsupportedModelError
from penstock.graph import Imputer, TreeEnsemble
from tests.native import assert_agrees, at_most, columns

RNG = np.random.default_rng(7)
ROWS = 150
NUMBERS = pd.DataFrame(
    {
        "a": RNG.normal(5.0, 2.0, ROWS).round(2),
        "b": RNG.normal(-100.0, 30.0, ROWS),
        "c": RNG.exponential(0.01, ROWS),
    }
)
HOLES = NUMBERS.mask(RNG.random(NUMBERS.shape) < 0.2)
TEXT = pd.DataFrame(
    {"city": RNG.choice(["Bonn", "Köln", "Ulm", ""], ROWS), "kind": RNG.choice(["x", "y"], ROWS)},
    dtype=object,
)
MIXED = pd.concat([HOLES, TEXT], axis=1)
TARGET = NUMBERS["a"].to_numpy() * 0.5 + RNG.normal(size=ROWS)
SIDE = np.median(TARGET) < TARGET
THREE = np.digitize(TARGET, np.quantile(TARGET, [0.3, 0.6]))

DOUBLES = columns(a="double", b="double", c="double")
STRINGS = columns(a="string", b="string", c="string")
MIXED_INPUTS = [*DOUBLES, *columns(city="string", kind="string")]


def on_holes(*steps):
    return make_pipeline(SimpleImputer(), *steps)


# -- linear models --------------------------------------------------------------------


@pytest.mark.parametrize("inputs", [DOUBLES, STRINGS], ids=["doubles", "strings"])
@pytest.mark.parametrize(
    "model",
    [
        LinearRegression(),
        LinearRegression(fit_intercept=False, positive=True),
        Ridge(),
        Lasso(0.01),
        ElasticNet(0.01),
    ],
    ids=lambda model: type(model).__name__,
)
def test_linear_models(model, inputs):
    agreement = assert_agrees(model.fit(NUMBERS, TARGET), inputs)
    assert agreement.scored > 80
    assert agreement.refused > 20


@pytest.mark.parametrize("model", [LinearRegression(), Ridge(), ElasticNet(0.01)])
def test_several_targets_and_the_shape_of_one(model):
    two = np.stack([TARGET, -2.0 * TARGET], axis=1)
    assert assert_agrees(model.fit(NUMBERS, two), DOUBLES).conversion.contract.output.width == 2
    one = assert_agrees(model.fit(NUMBERS, two[:, :1]), DOUBLES).conversion.contract.output
    assert one.width == 1


def test_a_column_vector_as_target_gives_arrays_from_linear_regression_only():
    column = TARGET.reshape(-1, 1)
    linear = LinearRegression().fit(NUMBERS, column)
    assert convert(linear, DOUBLES).contract.output.array
    forest = RandomForestRegressor(2).fit(NUMBERS, column)
    assert not convert(forest, DOUBLES).contract.output.array


@pytest.mark.parametrize("inputs", [DOUBLES, STRINGS], ids=["doubles", "strings"])
@pytest.mark.parametrize(
    "labels",
    [SIDE, SIDE.astype(int), np.where(SIDE, "no", "yes"), np.where(SIDE, 2.0, -1.0), THREE,
     np.array(["b", "a", "c"])[THREE], np.array(["é", "", "nan"], dtype=object)[THREE]],
)  # fmt: skip
def test_logistic_regression_with_labels_of_every_type(labels, inputs):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(NUMBERS, labels)
    agreement = assert_agrees(model, inputs)
    assert agreement.scored > 60
    assert agreement.ambiguous < agreement.scored / 3


def test_a_label_that_no_bigint_holds_is_refused():
    model = LogisticRegression().fit(NUMBERS, np.array([1, 2**64 - 1], dtype=np.uint64)[SIDE * 1])
    with pytest.raises(UnsupportedModelError, match="no BIGINT holds; fit it on labels below"):
        convert(model, DOUBLES)


def test_a_binary_label_is_decided_by_the_margin_not_by_the_probability():
    model = LogisticRegression().fit(NUMBERS[["a"]], SIDE)
    model.coef_, model.intercept_ = np.array([[1.0]]), np.array([0.0])
    inputs = columns(a="double")
    extra = [(1e-17,), (-1e-17,), (0.0,), (-0.0,), (5e-324,)]
    conversion = assert_agrees(model, inputs, extra=extra).conversion
    found = reference.evaluate(conversion.graph, parse(conversion.contract, [(1e-17,)]))
    assert found.probabilities.tolist() == [[0.5, 0.5]]
    assert found.predictions.tolist() == [[1.0]]


def test_predict_proba_as_the_predict_function():
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(NUMBERS, THREE)
    agreement = assert_agrees(model, DOUBLES, predict_fn="predict_proba")
    output = agreement.conversion.contract.output
    assert (output.kind, output.width, output.array) == ("regression", 3, True)
    assert output.classes is None


@pytest.mark.parametrize(
    "predict_fn, model",
    [("predict_log_proba", LogisticRegression()), ("predict_proba", LinearRegression())],
)
def test_other_predict_functions_are_refused(predict_fn, model):
    model.fit(NUMBERS, SIDE)
    with pytest.raises(UnsupportedModelError, match=predict_fn):
        convert(model, DOUBLES, predict_fn)


def test_sparsified_coefficients():
    model = LogisticRegression().fit(NUMBERS, SIDE).sparsify()
    assert_agrees(model, DOUBLES, budget=100)


# -- preprocessing ----------------------------------------------------------------------


@pytest.mark.parametrize("inputs", [DOUBLES, STRINGS], ids=["doubles", "strings"])
@pytest.mark.parametrize(
    "scaler",
    [
        StandardScaler(),
        StandardScaler(with_mean=False),
        StandardScaler(with_std=False),
        StandardScaler(with_mean=False, with_std=False),
        MinMaxScaler(),
        MinMaxScaler((-3.0, 0.1), clip=True),
    ],
    ids=str,
)
def test_scalers_are_exact_in_front_of_a_tree(scaler, inputs):
    model = make_pipeline(scaler, DecisionTreeRegressor(max_depth=6, random_state=0))
    agreement = assert_agrees(model.fit(NUMBERS, TARGET), inputs, budget=500)
    assert agreement.scored > 200


def test_a_column_without_variance_is_centred_but_not_scaled():
    data = NUMBERS.assign(b=3.25)
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(data, TARGET)
    model[-1].coef_[1] = 0.7
    assert_agrees(model, DOUBLES)


def test_a_scaler_narrows_the_range_that_is_accepted():
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(NUMBERS, TARGET)
    ranges = [c for c in convert(model, DOUBLES).contract.checks if isinstance(c, OutOfRange)]
    narrowed = [c for c in ranges if c.columns == ("c",)][-1]
    assert narrowed.max[0] < 1.7e307  # the deviation of c is about 0.01
    tight = [(0.0, 0.0, x) for end in narrowed.max + narrowed.min for x in
             (end, np.nextafter(end, np.inf), np.nextafter(end, -np.inf))]  # fmt: skip
    assert_agrees(model, DOUBLES, extra=tight)


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent", "constant"])
@pytest.mark.parametrize("add_indicator", [False, True])
def test_simple_imputer_on_numbers(strategy, add_indicator):
    imputer = SimpleImputer(strategy=strategy, add_indicator=add_indicator)
    model = make_pipeline(imputer, LinearRegression()).fit(HOLES, TARGET)
    assert_agrees(model, DOUBLES)


@pytest.mark.parametrize("strategy", ["mean", "median"])
def test_simple_imputer_parses_text(strategy):
    model = make_pipeline(SimpleImputer(strategy=strategy), LinearRegression())
    assert_agrees(model.fit(HOLES, TARGET), STRINGS)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("strategy", ["mean", "constant"])
def test_a_column_that_was_all_missing_in_training(keep, strategy):
    data = HOLES.assign(b=np.nan)
    imputer = SimpleImputer(strategy=strategy, keep_empty_features=keep, add_indicator=True)
    model = make_pipeline(imputer, LinearRegression()).fit(data, TARGET)
    assert_agrees(model, DOUBLES)


def test_simple_imputer_of_a_number_that_stands_for_missing():
    data = NUMBERS.mask(RNG.random(NUMBERS.shape) < 0.2, -999.0)
    model = make_pipeline(
        SimpleImputer(missing_values=-999.0, add_indicator=True), StandardScaler(),
        DecisionTreeRegressor(max_depth=4),
    ).fit(data, TARGET)  # fmt: skip
    assert_agrees(model, DOUBLES, extra=[(-999.0, -999.0, -999.0), (None, 1.0, 1.0)])


def test_simple_imputer_leaves_null_in_text():
    data = TEXT.mask(RNG.random(TEXT.shape) < 0.2, None)
    encoder = OneHotEncoder(handle_unknown="ignore")
    imputer = SimpleImputer(strategy="most_frequent")
    model = make_pipeline(imputer, encoder, Ridge()).fit(data, TARGET)
    assert_agrees(model, columns(city="string", kind="string"))


@pytest.mark.parametrize("missing", [None, pd.NA])
def test_simple_imputer_of_none_fills_null_in_text(missing):
    data = TEXT.copy()
    data.loc[::7, "city"] = None
    imputer = SimpleImputer(missing_values=missing, strategy="constant", fill_value="Ulm")
    model = make_pipeline(imputer, OneHotEncoder(), Ridge()).fit(data, TARGET)
    agreement = assert_agrees(model, columns(city="string", kind="string"))
    assert None in agreement.conversion.contract.checks[0].categories


@pytest.mark.parametrize("strategy", ["most_frequent", "constant"])
def test_an_imputer_that_keeps_text_is_refused_in_front_of_numbers(strategy):
    model = make_pipeline(SimpleImputer(strategy=strategy, fill_value="0"), LinearRegression())
    model.fit(NUMBERS.astype(str).astype(object), TARGET)
    with pytest.raises(UnsupportedModelError, match="signature of doubles"):
        convert(model, STRINGS)


@pytest.mark.parametrize("drop", [None, "first", "if_binary", ["Ulm", "x"]])
@pytest.mark.parametrize("unknown", ["error", "ignore", "infrequent_if_exist"])
@pytest.mark.parametrize("frequency", [None, 40])
def test_one_hot_encoder_on_text(drop, unknown, frequency):
    if frequency and isinstance(drop, list):
        drop = ["Ulm", "y"]
    encoder = OneHotEncoder(drop=drop, handle_unknown=unknown, min_frequency=frequency)
    try:
        model = make_pipeline(encoder, Ridge()).fit(TEXT, TARGET)
    except ValueError as error:
        pytest.skip(f"scikit-learn does not fit it: {error}")
    assert_agrees(model, columns(city="string", kind="string"), budget=200)


@pytest.mark.parametrize("unknown", ["error", "ignore"])
def test_one_hot_encoder_keeps_none_nan_and_the_empty_text_apart(unknown):
    data = TEXT.copy()
    data.loc[::5, "city"] = None
    data.loc[1::5, "city"] = np.nan
    model = make_pipeline(OneHotEncoder(handle_unknown=unknown), Ridge()).fit(data, TARGET)
    agreement = assert_agrees(model, columns(city="string", kind="string"))
    assert agreement.scored


@pytest.mark.parametrize("unknown", ["error", "ignore", "infrequent_if_exist"])
@pytest.mark.parametrize("max_categories", [None, 3])
def test_one_hot_encoder_on_numbers(unknown, max_categories):
    data = pd.DataFrame(
        {
            "a": RNG.choice([-0.0, 1.5, np.nan, 1e300], ROWS),
            "n": RNG.choice([-3, 0, 7, 11], ROWS),
            "t": RNG.random(ROWS) < 0.5,
        }
    )
    encoder = OneHotEncoder(handle_unknown=unknown, max_categories=max_categories)
    model = make_pipeline(encoder, Ridge()).fit(data, TARGET)
    assert_agrees(model, columns(a="double", n="long", t="boolean"))


def test_one_hot_encoder_that_counts_every_unknown_as_infrequent():
    encoder = OneHotEncoder(max_categories=1, handle_unknown="infrequent_if_exist")
    model = make_pipeline(encoder, Ridge()).fit(TEXT, TARGET)
    assert_agrees(model, columns(city="string", kind="string"))


def test_imputed_numbers_become_categories():
    data = pd.DataFrame({"n": RNG.choice([1.0, 2.0, 3.0, np.nan], ROWS)})
    imputer = SimpleImputer(strategy="most_frequent")
    model = make_pipeline(imputer, OneHotEncoder(), Ridge()).fit(data, TARGET)
    assert_agrees(model, columns(n="double"))


def test_a_sparse_matrix_is_scaled_by_the_reciprocal_and_trees_refuse_nan_in_it():
    encoder = OneHotEncoder(handle_unknown="ignore")
    prep = ColumnTransformer(
        [("n", "passthrough", ["a"]), ("t", encoder, ["city", "kind"])], sparse_threshold=1.0
    )
    data = MIXED.assign(a=NUMBERS["a"])
    for last in (DecisionTreeRegressor(max_depth=5), LinearRegression()):
        model = make_pipeline(prep, StandardScaler(with_mean=False), last).fit(data, TARGET)
        agreement = assert_agrees(model, MIXED_INPUTS)
        assert any(isinstance(c, MissingValue) for c in agreement.conversion.contract.checks)


# -- columns ------------------------------------------------------------------------------


def preprocessing(remainder="drop", **settings):
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return ColumnTransformer(
        [("num", numbers, ["c", "a"]), ("cat", OneHotEncoder(), ["city"])],
        remainder=remainder,
        **settings,
    )


@pytest.mark.parametrize("remainder", ["drop", "passthrough", MinMaxScaler()])
def test_column_transformer(remainder):
    data = MIXED.drop(columns="kind").assign(b=NUMBERS["b"])
    model = make_pipeline(preprocessing(remainder), LogisticRegression()).fit(data, THREE)
    assert_agrees(model, MIXED_INPUTS[:-1])


@pytest.mark.parametrize(
    "selection", [[0, 2], slice(0, 2), [True, False, True, False, False], ["a"], "callable", []]
)
def test_column_transformer_selects_by_position_mask_slice_name_and_callable(selection):
    data = MIXED.assign(**NUMBERS)
    if selection == "callable":
        selection = make_column_selector(dtype_include=np.number)
    transformers = [
        ("num", StandardScaler(), selection),
        ("off", "drop", ["b"]),
        ("cat", OneHotEncoder(), make_column_selector(pattern="kind")),
    ]
    model = make_pipeline(ColumnTransformer(transformers), Ridge()).fit(data, TARGET)
    assert_agrees(model, MIXED_INPUTS, budget=200)


def test_columns_are_found_by_name_in_any_order_and_extra_ones_are_left_alone():
    model = make_pipeline(preprocessing(), Ridge()).fit(MIXED, TARGET)
    inputs = [*columns(extra="string"), *reversed(MIXED_INPUTS)]
    assert_agrees(model, inputs, budget=200)


def test_text_is_parsed_when_a_sparse_result_is_put_together():
    data = NUMBERS.assign(city=TEXT["city"])
    prep = ColumnTransformer(
        [("cat", OneHotEncoder(), ["city"]), ("rest", "passthrough", ["a", "b", "c"])],
        sparse_threshold=1.0,
    )
    model = make_pipeline(prep, Ridge()).fit(data, TARGET)
    assert_agrees(model, [*STRINGS, *columns(city="string")])


def test_text_that_passes_through_is_parsed_by_the_model():
    data = NUMBERS.assign(city=TEXT["city"])
    prep = ColumnTransformer([("rest", "passthrough", ["a", "b"]), ("n", StandardScaler(), ["c"])])
    model = make_pipeline(prep, RandomForestRegressor(3, max_depth=4)).fit(data, TARGET)
    assert_agrees(model, [*STRINGS, *columns(city="string")])


def test_transformer_weights():
    prep = preprocessing(transformer_weights={"num": 0.1, "cat": 3.0})
    model = make_pipeline(prep, Ridge()).fit(MIXED, TARGET)
    assert_agrees(model, MIXED_INPUTS, budget=200)


def test_nested_pipelines_and_frames_between_the_steps():
    inner = ColumnTransformer([("scale", StandardScaler(), ["num__a"])], remainder="passthrough")
    prep = preprocessing(sparse_threshold=0)
    prep.named_transformers = None
    prep.transformers[1] = ("cat", OneHotEncoder(sparse_output=False), ["city"])
    model = Pipeline(
        [
            ("prep", Pipeline([("a", prep), ("none", "passthrough"), ("b", inner)])),
            ("last", Ridge()),
        ]
    ).set_output(transform="pandas")
    assert_agrees(model.fit(MIXED, TARGET), MIXED_INPUTS, budget=200)


@pytest.mark.parametrize("names", [True, False])
def test_frames_of_columns_whose_names_only_scikit_learn_knows(names):
    """A pipeline that holds a FunctionTransformer has no get_feature_names_out."""
    data, inputs = NUMBERS.assign(city=TEXT["city"]), [*DOUBLES, *columns(city="string")]
    squares = make_pipeline(FunctionTransformer(np.square), StandardScaler())
    prep = ColumnTransformer(
        [
            ("squares", squares, ["b"]),
            ("cat", OneHotEncoder(sparse_output=False), ["city"]),
            ("rest", "passthrough", ["c"]),
        ],
        verbose_feature_names_out=names,
    ).set_output(transform="pandas")
    again = ColumnTransformer([("z", MinMaxScaler(), [1, 0])], remainder="passthrough")
    for last in (Ridge(), make_pipeline(again, Ridge())):
        model = make_pipeline(prep, last).fit(data, TARGET)
        assert assert_agrees(model, inputs, budget=100).scored > 20


def test_a_column_transformer_that_keeps_nothing():
    nothing = ColumnTransformer([("none", "drop", ["a"]), ("empty", StandardScaler(), [])])
    model = make_pipeline(nothing, DummyRegressor()).fit(NUMBERS, TARGET)
    with pytest.raises(UnsupportedModelError, match="it keeps no column at all"):
        convert(model, DOUBLES)


def test_a_bare_array_from_a_tensor_signature():
    model = make_pipeline(StandardScaler(), Ridge()).fit(NUMBERS.to_numpy(), TARGET)
    assert_agrees(model, DOUBLES, array=True, budget=150)


@pytest.mark.parametrize("type_", ["integer", "long", "boolean", "float"])
@pytest.mark.parametrize(
    "model",
    [
        LinearRegression(),
        make_pipeline(SimpleImputer(), DecisionTreeRegressor(max_depth=5)),
        RandomForestClassifier(5, max_depth=4, random_state=0),
    ],
    ids=["linear", "imputer", "forest"],
)
def test_columns_of_every_type(type_, model):
    data = NUMBERS.assign(n=RNG.integers(-5, 5, ROWS))
    if type_ == "boolean":
        data["n"] = data["n"] > 0
    if type_ == "float":
        data["n"] = (data["n"] / 10).astype(np.float32)
    target = THREE if isinstance(model, RandomForestClassifier) else TARGET
    model = model.fit(data, target)
    assert_agrees(model, [*DOUBLES, *columns(n=type_)])


def test_a_forest_on_single_precision_columns():
    data = NUMBERS.astype(np.float32)
    model = RandomForestRegressor(5, random_state=0).fit(data, TARGET)
    assert_agrees(model, columns(a="float", b="float", c="float"))


@pytest.mark.parametrize(
    "model", [LinearRegression(), make_pipeline(StandardScaler(), LinearRegression())]
)
def test_arithmetic_in_single_precision_is_refused(model):
    model.fit(NUMBERS.astype(np.float32), TARGET.astype(np.float32))
    with pytest.raises(UnsupportedModelError, match=r"single precision.*set_signature"):
        convert(model, columns(a="float", b="float", c="float"))


# -- trees --------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [NUMBERS, HOLES], ids=["complete", "holes"])
@pytest.mark.parametrize("inputs", [DOUBLES, STRINGS], ids=["doubles", "strings"])
@pytest.mark.parametrize(
    "model",
    [
        DecisionTreeRegressor(random_state=0),
        DecisionTreeClassifier(random_state=0),
        RandomForestRegressor(7, random_state=0),
        RandomForestClassifier(6, max_depth=3, random_state=0),
    ],
    ids=lambda model: type(model).__name__,
)
def test_trees_end_at_the_same_leaf(model, data, inputs):
    target = THREE if "Classifier" in type(model).__name__ else TARGET
    model.fit(data, target)
    agreement = assert_agrees(model, inputs, budget=600)
    assert agreement.ambiguous == 0


def test_leaves_equal_those_of_apply():
    model = RandomForestRegressor(10, random_state=0).fit(HOLES, TARGET)
    conversion = convert(model, DOUBLES)
    generated = rows.generate(conversion, effort=at_most(5000)).rows
    kinds = refusals(conversion.contract, generated)
    fine = [row for row, kind in zip(generated, kinds, strict=True) if kind is None]
    found = reference.evaluate(conversion.graph, parse(conversion.contract, fine))
    data = np.array(fine, dtype=np.float64)
    assert np.array_equal(found.leaves, model.apply(data))
    assert np.array_equal(found.predictions[:, 0], model.predict(data))
    assert len(fine) > 1000


def test_regressions_with_several_targets():
    two = np.stack([TARGET, -2.0 * TARGET], axis=1)
    for model in (DecisionTreeRegressor(max_depth=4), RandomForestRegressor(3, max_depth=4)):
        output = assert_agrees(model.fit(NUMBERS, two), DOUBLES).conversion.contract.output
        assert (output.width, output.array) == (2, True)


def test_a_tree_that_is_a_single_leaf():
    for model in (DecisionTreeRegressor(), DecisionTreeClassifier()):
        assert_agrees(model.fit(NUMBERS, np.ones(ROWS)), DOUBLES, budget=100)


def test_ties_between_classes_go_to_the_first():
    data = pd.DataFrame({"a": [0.0, 0.0, 1.0, 1.0]})
    model = RandomForestClassifier(4, bootstrap=False, max_depth=1, random_state=0)
    model.fit(data, ["b", "a", "b", "a"])
    agreement = assert_agrees(model, columns(a="double"), budget=50)
    assert agreement.ambiguous == 0
    assert model.predict(data).tolist() == ["a"] * 4


def test_a_random_splitter_accepts_missing_values_only_where_scikit_learn_does():
    model = DecisionTreeRegressor(splitter="random", random_state=0).fit(NUMBERS, TARGET)
    assert_agrees(model, DOUBLES, budget=200)


def test_monotonic_constraints_and_missing_values():
    model = RandomForestRegressor(3, monotonic_cst=[1, 0, 0], random_state=0).fit(NUMBERS, TARGET)
    assert_agrees(model, DOUBLES, budget=200)


# -- what is refused ------------------------------------------------------------------------


class Tuned(Ridge):
    def predict(self, X):
        return 2.0 * super().predict(X)


def double_it(x):
    return 2.0 * x


@pytest.mark.parametrize(
    "model, words",
    [
        (Tuned(), [r"tests\.test_converters\.Tuned", "derived from sklearn.linear_model.Ridge"]),
        (
            make_pipeline(FunctionTransformer(double_it), Ridge()),
            ["model/functiontransformer", r"test_converters\.double_it", "Python function"],
        ),
        (RandomForestClassifier(2), ["labels at once, of type boolean", "RandomForestClassifier"]),
    ],
    ids=["subclass", "function", "labels"],
)
def test_what_cannot_be_said_is_refused_by_name_with_a_remedy(model, words):
    target = np.stack([SIDE, SIDE], axis=1) if isinstance(model, RandomForestClassifier) else TARGET
    model.fit(NUMBERS, target)
    with pytest.raises(UnsupportedModelError) as error:
        convert(model, DOUBLES)
    for word in words:
        assert re.search(word, str(error.value))
    assert error.value.step
    assert error.value.class_name


def test_a_class_from_elsewhere_is_named():
    from sklearn.svm import SVR

    model = make_pipeline(StandardScaler(), SVR()).fit(NUMBERS, TARGET)
    with pytest.raises(UnsupportedModelError, match=r"model/svr.*sklearn\.svm\.SVR"):
        convert(model, DOUBLES)


def test_thousands_of_categories():
    count = 3000
    data = pd.DataFrame(
        {"city": [f"city {i}" for i in range(count)], "n": np.arange(count) // 2}
    ).astype({"city": object})
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2)
    model = make_pipeline(encoder, Ridge()).fit(data, np.arange(count))
    assert_agrees(model, columns(city="string", n="long"), budget=60)


@pytest.mark.parametrize(
    "inputs", [DOUBLES[:2], [*DOUBLES, *columns(d="double")], list(reversed(DOUBLES))]
)
def test_a_signature_that_the_model_would_refuse(inputs):
    with pytest.raises(SignatureError, match="signature"):
        convert(Ridge().fit(NUMBERS, TARGET), inputs)


def test_integers_that_doubles_cannot_tell_apart():
    data = pd.DataFrame({"n": RNG.integers(2**60, 2**61, ROWS)})
    tree = DecisionTreeRegressor().fit(data, TARGET)
    with pytest.raises(UnsupportedModelError, match=r"2\^53"):
        convert(tree, columns(n="long"))
    coded = make_pipeline(OneHotEncoder(), Ridge()).fit(data, TARGET)
    with pytest.raises(UnsupportedModelError, match=r"double cannot hold|2\^53"):
        convert(coded, columns(n="long"))


# -- models that another release of scikit-learn saved -----------------------------------------


@pytest.mark.skipif(
    not hasattr(SimpleImputer().fit([[0.0]]), "_fill_dtype"),
    reason="scikit-learn up to 1.7 runs such an imputer",
)
def test_an_imputer_that_the_installed_release_cannot_run_is_refused():
    imputer = SimpleImputer().fit(NUMBERS)
    del imputer._fill_dtype
    model = Pipeline([("fill", imputer), ("last", Ridge().fit(NUMBERS.to_numpy(), TARGET))])
    with pytest.raises(AttributeError):
        model.predict(NUMBERS)
    with pytest.raises(UnsupportedModelError, match=r"_fill_dtype.*requirements\.txt"):
        convert(model, DOUBLES)


@pytest.mark.parametrize("multi_class", ["ovr", "multinomial", "auto", "deprecated"])
@pytest.mark.parametrize("labels", [SIDE, THREE], ids=["two", "three"])
def test_what_logistic_regression_makes_of_multi_class_depends_on_the_installed_release(
    multi_class, labels
):
    model = LogisticRegression().fit(NUMBERS, labels)
    model.multi_class = multi_class
    assert_agrees(model, DOUBLES, budget=150)


# -- the contract -----------------------------------------------------------------------------


def test_checks_follow_the_order_of_the_library():
    prep = ColumnTransformer([("cat", OneHotEncoder(), ["city"]), ("rest", "passthrough", ["a"])])
    data = NUMBERS.assign(city=TEXT["city"])
    model = make_pipeline(prep, Ridge()).fit(data, TARGET)
    checks = convert(model, [*columns(a="string"), *columns(city="string")]).contract.checks
    kinds = [type(check) for check in checks]
    assert kinds == [UnknownCategory, NotANumber, MissingValue, OutOfRange]


def test_nodes_that_no_output_needs_are_left_out():
    model = make_pipeline(SimpleImputer(), RandomForestClassifier(2)).fit(HOLES, THREE)
    conversion = convert(model, DOUBLES, "predict_proba")
    assert [type(node) for node in conversion.graph.nodes] == [Imputer, TreeEnsemble]
    assert [operation.nodes for operation in conversion.operations] == [(0,), (1,)]


def test_converting_does_not_change_the_model():
    model = make_pipeline(preprocessing(), LogisticRegression()).fit(MIXED, THREE)
    before = pickle.dumps(model)
    convert(model, MIXED_INPUTS)
    assert pickle.dumps(model) == before
