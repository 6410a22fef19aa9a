"""Linear kin, naive Bayes, clusters and constants: odd models, odd rows, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import linear_model as lm
from sklearn.cluster import KMeans
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.impute import MissingIndicator
from sklearn.isotonic import IsotonicRegression
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from penstock.contract import OutOfRange
from penstock.converters import convert
from penstock.errors import SignatureError, UnsupportedModelError
from penstock.reference import evaluate
from tests.native import assert_agrees, columns
from tests.releases import since

RNG = np.random.default_rng(3)
FRAME = pd.DataFrame(RNG.integers(0, 9, (60, 3)).astype(float), columns=list("abc"))
NUMBER = FRAME.sum(axis=1).to_numpy() + RNG.normal(0, 0.1, 60)
THIRDS = np.searchsorted(np.quantile(NUMBER, [0.33, 0.66]), NUMBER)
DOUBLES = columns(a="double", b="double", c="double")
ONE = columns(a="double")
SGD = lm.SGDClassifier


def sgd(coef, intercept, loss="modified_huber") -> SGD:
    """A classifier with these coefficients."""
    coef = np.array(coef, dtype=float)
    y = np.arange(20) % max(2, len(coef))
    model = SGD(loss=loss).fit(np.arange(20.0 * coef.shape[1]).reshape(20, -1), y)
    model.coef_, model.intercept_ = coef, np.array(intercept, dtype=float)
    return model


def test_shares_of_clipped_margins_are_uniform_where_all_are_zero():
    """At -1 for every class, and just above it, where one class gets everything."""
    model = sgd([[1.0], [2.0], [3.0]], [-2.0, -3.0, -4.0])
    near = [1.0, np.nextafter(1.0, 2), np.nextafter(1.0, 0), -5.0, 0.0, 1.5]
    found = assert_agrees(model, ONE, extra=[(x,) for x in near])
    probabilities = evaluate(found.conversion.graph, {"a": np.array([-5.0, 1.5])})
    assert probabilities.probabilities[0].tolist() == [1 / 3] * 3
    assert probabilities.probability_bounds[0].tolist() == [0.0] * 3
    assert probabilities.probabilities[1] == pytest.approx([1 / 6, 1 / 3, 1 / 2])


def test_a_margin_of_zero_is_the_first_class():
    model = sgd([[1.0, -1.0]], [0.0], loss="log_loss")
    inputs = columns(a="double", b="double")
    assert_agrees(model, inputs, extra=[(2.5, 2.5), (0.0, -0.0), (5e-324, 0.0), (1e308, 1e308)])


def test_margins_that_are_equal_fall_to_the_first_class():
    model = sgd([[1.0], [1.0], [1.0]], [0.0, 0.0, 0.0], loss="hinge")
    model.classes_ = np.array([7, 3, 5])
    found = assert_agrees(model, ONE, extra=[(1.0,), (-1.0,), (0.0,)])
    assert evaluate(found.conversion.graph, {"a": np.array([1.0])}).predictions[0, 0] == 0


@pytest.mark.parametrize("power", [0, 1, 1.5, 2, 3])
def test_the_link_is_the_one_that_was_fitted(power):
    y = np.exp(NUMBER / 8)
    model = make_pipeline(StandardScaler(), lm.TweedieRegressor(power=power)).fit(FRAME, y)
    found = assert_agrees(model, DOUBLES)
    assert found.conversion.operations[-1].op == "generalized_linear"


def test_exp_overflows_on_both_sides_or_has_a_bound():
    model = lm.PoissonRegressor().fit(FRAME[["a"]], np.exp(NUMBER / 8))
    model.coef_, model.intercept_ = np.array([1.0]), 0.0
    found = assert_agrees(model, ONE, extra=[(709.78,), (709.79,), (800.0,), (-745.0,), (-800.0,)])
    answers = evaluate(found.conversion.graph, {"a": np.array([709.0, 800.0])})
    assert np.isfinite(answers.bounds).all()
    assert answers.predictions[1, 0] == np.inf and answers.bounds[1, 0] == 0.0


def test_ransac_says_what_its_own_model_says():
    inner = make_pipeline(StandardScaler(), lm.Ridge())
    model = lm.RANSACRegressor(inner, min_samples=20, random_state=0).fit(FRAME, NUMBER)
    found = assert_agrees(model, DOUBLES)
    assert found.conversion.operations[-1].step == "model/estimator_/ridge"


def test_a_cluster_is_the_nearest_centre_and_ties_are_known_to_be_ties():
    model = KMeans(2, n_init=1, random_state=0).fit([[0.0], [1.0], [9.0], [10.0]])
    model.cluster_centers_ = np.array([[10.0], [0.0]])
    found = assert_agrees(model, ONE, extra=[(5.0,), (np.nextafter(5.0, 9.0),), (4.9,)])
    answers = evaluate(found.conversion.graph, {"a": np.array([5.0, 4.9, 5.1])})
    assert answers.ambiguous.tolist() == [True, False, False]
    assert answers.predictions[:, 0].tolist() == [0, 1, 0]


@pytest.mark.parametrize("bounds", ["nan", "clip", "raise"])
@pytest.mark.parametrize("increasing", [True, False])
def test_interpolation_at_its_knots_and_beyond(bounds, increasing):
    model = IsotonicRegression(out_of_bounds=bounds, increasing=increasing)
    model.fit(FRAME["a"] + RNG.integers(0, 3, 60) / 3, NUMBER)
    knots = model.X_thresholds_
    near = [*knots, *np.nextafter(knots, -np.inf), *np.nextafter(knots, np.inf), 1e308, -1e308]
    found = assert_agrees(model, ONE, extra=[(float(x),) for x in near])
    inside = evaluate(found.conversion.graph, {"a": knots})
    assert inside.predictions[:, 0].tolist() == model.y_thresholds_.tolist()
    ranges = [check for check in found.conversion.contract.checks if isinstance(check, OutOfRange)]
    assert ((knots[-1],) in [check.max for check in ranges]) == (bounds == "raise")


def test_one_threshold_is_a_constant_everywhere():
    model = IsotonicRegression(out_of_bounds="raise").fit([2.0, 2.0], [1.0, 2.0])
    found = assert_agrees(model, ONE, extra=[(1e300,), (-7.0,)])
    assert found.scored > 50


def test_likelihoods_in_the_thousands_have_their_own_bound():
    """A softmax would claim a few eps; the logarithm of their sum is rounded at its own size."""
    model = GaussianNB().fit(FRAME, THIRDS)
    model.var_ = np.full_like(model.var_, 1e-7)
    model.theta_ = model.theta_[[0, 0, 0]] + np.array([[0.0], [1e-9], [2e-9]])
    rows = FRAME.head(20)
    found = assert_agrees(model, DOUBLES, extra=list(rows.itertuples(index=False, name=None)))
    answers = evaluate(found.conversion.graph, {c: rows[c].to_numpy() for c in rows})
    assert np.max(answers.probability_bounds) > 1e-9


def test_a_binarised_column_compares_strictly_above():
    model = BernoulliNB(binarize=4.0).fit(FRAME, THIRDS)
    near = np.nextafter(4.0, 5.0)
    found = assert_agrees(model, DOUBLES, extra=[(4.0, 4.0, 4.0), (near, near, near)])
    integers = columns(a="integer", b="long", c="boolean")
    assert_agrees(model, integers, extra=[(4, 5, True), (5, 4, False)])
    assert found.scored


@pytest.mark.parametrize("inputs", [DOUBLES, columns(a="string", b="double", c="integer")])
def test_constants_take_any_row(inputs):
    label = DummyClassifier(strategy="constant", constant="b").fit(FRAME, list("abc") * 20)
    assert assert_agrees(label, inputs).conversion.contract.output.classes == ("a", "b", "c")
    number = DummyRegressor(strategy="quantile", quantile=0.3).fit(FRAME, NUMBER)
    agreement = assert_agrees(number, inputs)
    assert agreement.scored > 10


@pytest.mark.parametrize("count", [1, 2])
def test_a_posterior_of_one_class_and_of_equal_classes(count):
    model = MultinomialNB().fit(FRAME, np.arange(60) % count)
    model.feature_log_prob_ = np.repeat(model.feature_log_prob_[:1], count, axis=0)
    model.class_log_prior_ = np.full(count, -np.log(count))
    found = assert_agrees(model, DOUBLES, extra=[(0.0, 0.0, 0.0), (1.0, 2.0, 3.0)])
    answer = evaluate(found.conversion.graph, {c: np.array([1.0]) for c in "abc"})
    assert answer.probabilities[0] == pytest.approx([1 / count] * count, rel=1e-15)


def _zero_variance():
    model = GaussianNB(var_smoothing=0).fit(FRAME, THIRDS)
    model.var_ = model.var_ * 0.0
    return model


def _unsmoothed():
    model = MultinomialNB().fit(FRAME, THIRDS)
    model.feature_log_prob_ = np.full_like(model.feature_log_prob_, -np.inf)
    return model


FLOATS = columns(a="float", b="float", c="float")
REFUSED = [
    (lambda: KMeans(2, n_init=1).fit(FRAME), FLOATS, "single precision"),
    (lambda: KMeans(2, n_init=1).fit(FRAME.astype(np.float32)), DOUBLES, "centres are float32"),
    (lambda: make_pipeline(OneHotEncoder(), KMeans(2, n_init=1)).fit(FRAME), DOUBLES, "sparse"),
    (lambda: lm.RidgeClassifier().fit(FRAME, np.eye(3)[THIRDS]), DOUBLES, "several labels"),
    (lambda: lm.RidgeClassifier().fit(FRAME, [1] * 60), DOUBLES, "at least two classes"),
    (lambda: DummyClassifier(strategy="uniform").fit(FRAME, THIRDS), DOUBLES, "at random"),
    (
        lambda: make_pipeline(MissingIndicator(), DummyClassifier()).fit(FRAME, THIRDS),
        DOUBLES,
        "it gets no column at all",
    ),
    (lambda: DummyClassifier(strategy="stratified").fit(FRAME, THIRDS), DOUBLES, "at random"),
    (lambda: DummyClassifier().fit(FRAME, np.eye(3)[THIRDS]), DOUBLES, "several labels"),
    (_zero_variance, DOUBLES, "variance is zero"),
    (lambda: GaussianNB(priors=[0.5, 0.5, 0.0]).fit(FRAME, THIRDS), DOUBLES, "prior of a class"),
    (_unsmoothed, DOUBLES, "logarithm of a probability"),
    (lambda: BernoulliNB(binarize=0.1).fit(FRAME, THIRDS), FLOATS, "threshold 0.1"),
    (lambda: lm.SGDRegressor().fit(FRAME.astype(np.float32), NUMBER), FLOATS, "float32"),
]


@pytest.mark.parametrize(("make", "inputs", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_what_cannot_be_said_is_refused_with_its_reason(make, inputs, why):
    with pytest.raises(UnsupportedModelError, match=why):
        convert(make(), inputs)


@since("1.8", "keeps the variances as doubles")
def test_variances_in_single_precision_are_refused():
    model = GaussianNB().fit(FRAME.astype(np.float32), THIRDS)
    with pytest.raises(UnsupportedModelError, match="likelihoods in single"):
        convert(model, FLOATS)


def test_isotonic_regression_takes_one_column():
    model = IsotonicRegression().fit(FRAME["a"], NUMBER)
    with pytest.raises(SignatureError, match="one column"):
        convert(model, DOUBLES)
    wide = IsotonicRegression(out_of_bounds="raise").fit(FRAME["a"], NUMBER)
    scaled = make_pipeline(StandardScaler(), wide).fit(FRAME[["a"]], NUMBER)
    with pytest.raises(UnsupportedModelError, match="its input is computed"):
        convert(scaled, ONE)
