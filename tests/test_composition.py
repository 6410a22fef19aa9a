"""Models made of models, against scikit-learn, row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    PowerTransformer,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from penstock.contract import CautiousRange
from penstock.converters import convert
from penstock.errors import UnsupportedModelError
from penstock.estimators import nested_estimators
from tests import native
from tests.native import columns
from tests.releases import newer, since

FrozenEstimator = newer("sklearn.frozen", "FrozenEstimator")
FixedThresholdClassifier = newer("sklearn.model_selection", "FixedThresholdClassifier")
TunedThresholdClassifierCV = newer("sklearn.model_selection", "TunedThresholdClassifierCV")
RNG = np.random.default_rng(11)
ROWS = 160
X = pd.DataFrame(
    {
        "a": RNG.normal(5.0, 2.0, ROWS).round(2),
        "b": RNG.normal(-10.0, 3.0, ROWS),
        "c": RNG.exponential(1.0, ROWS).round(1),
    }
)
Y = X["a"].to_numpy() * 0.5 - X["c"].to_numpy() + RNG.normal(size=ROWS)
TWO = np.where(np.median(Y) < Y, 7, 2)
TEXT = np.array(["low", "mid", "high"], dtype=object)[np.digitize(Y, np.quantile(Y, [0.3, 0.6]))]
DOUBLES = columns(a="double", b="double", c="double")
STRINGS = columns(a="string", b="string", c="string")


def assert_agrees(model, inputs):
    return native.assert_agrees(model, inputs, budget=150)


def tree(depth=3, **more):
    return DecisionTreeClassifier(max_depth=depth, random_state=0, **more)


def forest(**more):
    return RandomForestClassifier(4, max_depth=3, random_state=0, **more)


def grown(depth=3):
    return DecisionTreeRegressor(max_depth=depth, random_state=0)


def scaled(model):
    return make_pipeline(StandardScaler(), model)


# -- voting -----------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [None, [2, 1.5, 0.25]], ids=["equal", "weighted"])
@pytest.mark.parametrize("voting", ["hard", "soft"])
@pytest.mark.parametrize("labels", [TWO, TEXT], ids=["two", "text"])
def test_voting_classifier(labels, voting, weights):
    members = [("t", tree()), ("f", forest()), ("l", scaled(LogisticRegression()))]
    model = VotingClassifier(members, voting=voting, weights=weights).fit(X, labels)
    assert assert_agrees(model, DOUBLES).scored >= 40


@pytest.mark.parametrize("voting", ["hard", "soft"])
def test_ties_of_voters_go_to_the_first_class(voting):
    members = [(f"t{k}", tree(2, max_features=1, splitter="random")) for k in range(4)]
    for k, (_, member) in enumerate(members):
        member.set_params(random_state=k)
    model = VotingClassifier(members, voting=voting).fit(X, TEXT)
    votes = np.array([member.predict(X) for member in model.estimators_])
    assert any(len(set(row)) == 2 and row.tolist().count(row[0]) == 2 for row in votes.T)
    assert assert_agrees(model, DOUBLES).ambiguous == 0


@pytest.mark.parametrize("weights", [None, [3, 1]], ids=["equal", "weighted"])
def test_voting_regressor_without_a_dropped_member(weights):
    members = [("t", grown()), ("x", "drop"), ("r", scaled(Ridge()))]
    weights = weights and [*weights[:1], 5, *weights[1:]]
    assert_agrees(VotingRegressor(members, weights=weights).fit(X, Y), STRINGS)


def test_a_mean_of_many_regressors():
    members = [(f"t{k}", grown(k + 1)) for k in range(11)]
    assert_agrees(VotingRegressor(members).fit(X, Y), DOUBLES)


# -- searches and frozen estimators ---------------------------------------------------------


def test_a_search_answers_with_what_it_found():
    model = GridSearchCV(scaled(Ridge()), {"ridge__alpha": [0.1, 1]}, cv=3).fit(X, Y)
    conversion = assert_agrees(model, DOUBLES).conversion
    assert conversion.operations[0].step == "model/best_estimator_/standardscaler"
    halving = HalvingRandomSearchCV(tree(), {"max_depth": [1, 2, 3]}, cv=3, random_state=0)
    assert_agrees(make_pipeline(StandardScaler(), halving).fit(X, TWO), DOUBLES)
    frozen = FrozenEstimator(RandomForestRegressor(3, random_state=0).fit(X, Y))
    assert_agrees(frozen, DOUBLES)


def test_a_search_that_kept_no_model_is_refused():
    model = GridSearchCV(Ridge(), {"alpha": [0.1, 1]}, cv=3, refit=False).fit(X, Y)
    with pytest.raises(UnsupportedModelError, match="refit=True"):
        convert(model, DOUBLES)


# -- thresholds ---------------------------------------------------------------------------


@pytest.mark.parametrize("positive", [None, 2, 7])
@pytest.mark.parametrize("method", ["auto", "predict_proba", "decision_function"])
def test_a_fixed_threshold(method, positive):
    inner = scaled(LogisticRegression())
    threshold = "auto" if method == "auto" else 0.3
    model = FixedThresholdClassifier(
        inner, threshold=threshold, response_method=method, pos_label=positive
    ).fit(X, TWO)
    assert assert_agrees(model, DOUBLES).scored >= 40


def test_a_method_that_the_estimator_does_not_have():
    model = FixedThresholdClassifier(tree(2), response_method="decision_function").fit(X, TWO)
    with pytest.raises(UnsupportedModelError, match=r"Classifier has no decision_function"):
        convert(model, DOUBLES)


def test_a_tuned_threshold_compares_with_at_least():
    model = TunedThresholdClassifierCV(tree(2), cv=3).fit(X, TWO == 7)
    model.best_threshold_ = float(np.unique(model.predict_proba(X)[:, 1])[1])
    assert assert_agrees(model, DOUBLES).scored >= 40


# -- transformed targets ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "func, inverse",
    [(np.log, np.exp), (np.log1p, np.expm1), (np.sqrt, np.square), (np.log2, np.exp2),
     (np.exp, np.log), (np.expm1, np.log1p), (np.negative, np.negative),
     (np.reciprocal, np.reciprocal), (np.exp2, np.log2)],
    ids=lambda function: function.__name__,
)  # fmt: skip
@pytest.mark.parametrize("inner", [grown(), scaled(Ridge())], ids=["tree", "ridge"])
def test_targets_through_numpys_functions(func, inverse, inner):
    model = TransformedTargetRegressor(inner, func=func, inverse_func=inverse, check_inverse=False)
    target = 1.5 + np.abs(Y) / 4
    assert assert_agrees(model.fit(X, target), DOUBLES).scored >= 40


def test_a_square_root():
    model = TransformedTargetRegressor(grown(), func=np.square, inverse_func=np.sqrt)
    assert_agrees(model.fit(X, 1.5 + np.abs(Y)), DOUBLES)


@pytest.mark.parametrize(
    "transformer",
    [StandardScaler(), StandardScaler(with_mean=False), MinMaxScaler((1, 3)), None,
     make_pipeline(FunctionTransformer(np.log1p, np.expm1), StandardScaler())],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("shape", ["n", "n, 1", "n, 2"])
def test_targets_through_scalers_keep_their_shape(transformer, shape):
    target = {"n": Y, "n, 1": Y[:, None], "n, 2": np.stack([Y, -2 * Y], axis=1)}[shape]
    if transformer is not None and hasattr(transformer, "steps"):
        target = np.abs(target)
    model = TransformedTargetRegressor(LinearRegression(), transformer=transformer)
    assert_agrees(model.fit(X, target), DOUBLES)


@pytest.mark.parametrize("power", [None, 0.0, 2.0, -0.3, 2.7, 1e-9])
@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
def test_targets_through_powers(method, power):
    transformer = PowerTransformer(method, standardize=power is None)
    model = TransformedTargetRegressor(LinearRegression(), transformer=transformer)
    model.fit(X, Y if method == "yeo-johnson" else np.exp(Y))
    if power is not None:
        model.transformer_.lambdas_[:] = power
    assert assert_agrees(model, DOUBLES).scored >= 40


def test_a_power_that_negative_numbers_have_too():
    model = TransformedTargetRegressor(LinearRegression(), transformer=PowerTransformer())
    model.fit(X, Y).transformer_.lambdas_[:] = 3.0
    with pytest.raises(UnsupportedModelError, match="raises negative numbers to -1"):
        convert(model, DOUBLES)


def test_a_python_function_is_refused_by_name():
    model = TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=_undo)
    with pytest.raises(UnsupportedModelError, match=r"test_composition\._undo.*numpy\.expm1"):
        convert(model.fit(X, np.abs(Y)), DOUBLES)


def _undo(x):
    return np.expm1(x)


# -- columns side by side -----------------------------------------------------------------------


@pytest.mark.parametrize("last", [Ridge(), grown()], ids=["ridge", "tree"])
def test_feature_union(last):
    union = FeatureUnion(
        [("s", StandardScaler()), ("m", MinMaxScaler()), ("p", "passthrough"), ("d", "drop")],
        transformer_weights={"m": 0.5},
    )
    assert_agrees(make_pipeline(union, last).fit(X, Y), STRINGS)


def test_a_union_of_sparse_and_dense_is_sparse():
    mixed = X.assign(city=RNG.choice(["Bonn", "Ulm"], ROWS).astype(object))
    numbers = ColumnTransformer([("n", StandardScaler(), ["a", "b"])])
    texts = ColumnTransformer([("t", OneHotEncoder(handle_unknown="ignore"), ["city"])],
                              sparse_threshold=1.0)  # fmt: skip
    model = make_pipeline(make_union(numbers, texts), StandardScaler(with_mean=False), Ridge())
    assert_agrees(model.fit(mixed, Y), [*DOUBLES, *columns(city="string")])


@pytest.mark.parametrize(
    "picked",
    [["a", "c"], [0, 2], [-3, -1], slice(0, 2), slice("a", "b"), [True, False, True],
     lambda frame: ["b"], np.array([False, True, True])],
    ids=["names", "positions", "negative", "slice", "names slice", "mask", "callable", "array"],
)  # fmt: skip
@pytest.mark.parametrize("rest", ["drop", "passthrough", MinMaxScaler()], ids=str)
def test_a_column_transformer_picks_columns(picked, rest):
    model = make_pipeline(ColumnTransformer([("s", StandardScaler(), picked)], remainder=rest),
                          Ridge())  # fmt: skip
    assert_agrees(model.fit(X, Y), DOUBLES)


# -- stacking -----------------------------------------------------------------------------------


@pytest.mark.parametrize("passthrough", [False, True])
@pytest.mark.parametrize("method", ["auto", "predict_proba", "predict"])
@pytest.mark.parametrize("labels", [TWO, TEXT], ids=["two", "text"])
def test_stacking_classifier(labels, method, passthrough):
    model = StackingClassifier(
        [("t", tree()), ("x", "drop"), ("l", scaled(LogisticRegression()))],
        tree(4), cv=2, stack_method=method, passthrough=passthrough,
    )  # fmt: skip
    assert assert_agrees(model.fit(X, labels), STRINGS).scored >= 40


@pytest.mark.parametrize("last", [None, tree(4)], ids=["logistic", "tree"])
def test_stacking_margins_and_prefit_members(last):
    members = [("l", scaled(LogisticRegression())), ("t", tree())]
    fitted = [(name, member.fit(X, TWO)) for name, member in members]
    model = StackingClassifier(fitted, last, cv="prefit", stack_method="predict").fit(X, TWO)
    assert_agrees(model, DOUBLES)
    margins = StackingClassifier(members[:1], last, cv=2, stack_method="decision_function")
    assert_agrees(margins.fit(X, TEXT), DOUBLES)


def test_stacking_regressors_refuses_what_overflows():
    members = [("t", grown()), ("l", LinearRegression())]
    model = StackingRegressor(members, RandomForestRegressor(3, random_state=0), cv=2,
                              passthrough=True).fit(X, Y)  # fmt: skip
    conversion = assert_agrees(model, DOUBLES).conversion
    assert any(isinstance(check, CautiousRange) for check in conversion.contract.checks)
    trees = StackingRegressor(members[:1], Ridge(), cv=2).fit(X, Y)
    conversion = assert_agrees(trees, DOUBLES).conversion
    assert not any(isinstance(check, CautiousRange) for check in conversion.contract.checks)


# -- several classes by two, several outputs ----------------------------------------------------


@pytest.mark.parametrize("labels", [TWO, TEXT], ids=["two", "text"])
@pytest.mark.parametrize("kind", [OneVsRestClassifier, OneVsOneClassifier])
@pytest.mark.parametrize(
    "inner", [tree(2), scaled(LogisticRegression()), Ridge(), grown(2)], ids=repr
)
def test_many_classes_by_two(kind, inner, labels):
    assert assert_agrees(kind(inner).fit(X, labels), STRINGS).scored >= 40


def test_equal_scores_of_classes_fall_as_in_the_library():
    model = OneVsRestClassifier(tree(1)).fit(X, TEXT)
    for member in model.estimators_:
        member.tree_.value[:, 0, 1] = member.tree_.value[:, 0, 1] > 0.4
    scores = np.stack([member.predict_proba(X)[:, 1] for member in model.estimators_])
    assert (np.sort(scores, axis=0)[-1] == np.sort(scores, axis=0)[-2]).any()
    assert assert_agrees(model, DOUBLES).ambiguous == 0


def test_classes_that_no_member_believes_in():
    model = OneVsRestClassifier(tree(1)).fit(X, TEXT)
    for member in model.estimators_:
        member.tree_.value[:, 0, 1] = 0.0
    assert_agrees(model, DOUBLES)


def test_several_regressors():
    two = np.stack([Y, X["b"]], axis=1)
    output = assert_agrees(MultiOutputRegressor(grown()).fit(X, two), DOUBLES).conversion
    assert (output.contract.output.width, output.contract.output.array) == (2, True)
    assert_agrees(MultiOutputRegressor(Ridge()).fit(X, two[:, :1]), DOUBLES)


def test_several_labels_at_once_are_refused():
    labels = np.stack([TWO == 7, Y > 0], axis=1).astype(int)
    with pytest.raises(UnsupportedModelError, match=r"several labels.*fit one classifier"):
        convert(OneVsRestClassifier(tree()).fit(X, labels), DOUBLES)


# -- calibration -------------------------------------------------------------------------------


@pytest.mark.parametrize("ensemble", [True, False])
@pytest.mark.parametrize(
    "method",
    ["sigmoid", "isotonic", pytest.param("temperature", marks=since("1.8", "has no temperature"))],
)
@pytest.mark.parametrize("labels", [TWO, TEXT], ids=["two", "text"])
@pytest.mark.parametrize("inner", [tree(), scaled(LogisticRegression())], ids=["tree", "logistic"])
def test_calibrated_classifier(inner, labels, method, ensemble):
    model = CalibratedClassifierCV(inner, method=method, cv=2, ensemble=ensemble)
    assert assert_agrees(model.fit(X, labels), DOUBLES).scored >= 40


def test_a_fold_that_has_not_seen_all_classes():
    folds = [(np.arange(120), np.arange(100, 160)), (np.arange(60, 160), np.arange(60))]
    for count in (2, 3):
        labels = np.where(np.arange(160) >= 130, 5, np.digitize(Y, [0.0, 1.0][: count - 1]))
        model = CalibratedClassifierCV(tree(), cv=folds[::-1]).fit(X, labels)
        assert len(model.calibrated_classifiers_[1].estimator.classes_) == count
        assert_agrees(model, DOUBLES)


def test_text_columns_are_found_inside_of_members():
    mixed = X.assign(city=RNG.choice(["Bonn", "Ulm"], ROWS).astype(object))
    encoded = ColumnTransformer([("t", OneHotEncoder(), ["city"])], remainder="passthrough")
    members = [("a", make_pipeline(encoded, Ridge())), ("b", make_pipeline(encoded, grown()))]
    model = StackingRegressor(members, Ridge(), cv=2).fit(mixed, Y)
    assert_agrees(model, [*DOUBLES, *columns(city="string")])
    found = [places for part, places in nested_estimators(model, range(4))
             if isinstance(part, OneHotEncoder)]  # fmt: skip
    assert found == [[3], [3]]


def test_a_stack_of_several_labels_is_refused():
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(40, 2)), rng.integers(2, size=(40, 2))
    tree = DecisionTreeClassifier(max_depth=2)
    model = StackingClassifier([("t", tree)], tree, cv=2).fit(x, labels)
    with pytest.raises(UnsupportedModelError, match="several labels at once"):
        convert(model, DOUBLES)
