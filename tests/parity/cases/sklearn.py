"""The parity cases: one line per case, with its bound and the bound's reason.

A case is an estimator that is fitted on one of the frames here, the form in which it is logged,
and how far an answer may be from pyfunc's. ``CASES`` is the product that test_parity.py runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn import linear_model as lm
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.compose import ColumnTransformer
from sklearn.cross_decomposition import PLSRegression
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import LinearSVC, LinearSVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

EPS = float(np.finfo(np.float64).eps)
ROWS = 160


def _frames() -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Inputs with two and three decimals, as measured data has them, and targets that need them."""
    rng = np.random.default_rng(7)
    acid = rng.integers(380, 1420, ROWS) / 100
    sugar = rng.integers(6, 658, ROWS) / 10
    density = rng.integers(98711, 103898, ROWS) / 100000
    ph = rng.integers(272, 382, ROWS) / 100
    city = rng.choice(["Porto", "Braga", "São João", "", "b"], ROWS)
    kind = rng.choice(["red", "white"], ROWS)
    frame = pd.DataFrame(
        {
            "fixed acidity": acid,
            "sugar": sugar,
            "density": density,
            "pH": ph,
            "city": pd.Series(city, dtype=object),
            "kind": pd.Series(kind, dtype=object),
        }
    )
    score = acid - sugar / 9 + 400 * (density - 1) + 5 * (city == "Porto") + rng.normal(0, 1, ROWS)
    thirds = np.searchsorted(np.quantile(score, [0.33, 0.66]), score)
    targets = {
        "number": score,
        "whole": np.round(score / 4),
        "positive": score - score.min(),
        "column": score.reshape(-1, 1),
        "two": np.column_stack([score, ph + rng.normal(0, 0.1, ROWS)]),
        "two labels": np.column_stack([np.array([1, 2, 5])[thirds], ph > 3.2]),
        "0/1": (score > np.median(score)).astype(np.int64),
        "2/7": np.where(score > np.median(score), 7, 2),
        "bool": score > np.median(score),
        "no/yes": np.where(score > np.median(score), "yes", "no").astype(object),
        "1/2/5": np.array([1, 2, 5])[thirds],
        "one": np.full(ROWS, 3),
        "exponential": np.exp(score / 8),
        "three": np.array(["low", "mid, or so", 'high "<&>"'], dtype=object)[thirds],
    }
    return frame, targets


FRAME, TARGETS = _frames()
NUMBERS = ["fixed acidity", "sugar", "density", "pH"]
TEXTS = ["city", "kind"]
MIXED = [*NUMBERS, *TEXTS]


def with_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """Every seventh number is missing."""
    numbers = frame[NUMBERS].to_numpy(copy=True)
    numbers.flat[::7] = np.nan  # whatever its order in memory
    return frame.assign(**dict(zip(NUMBERS, numbers.T, strict=True)))


@dataclass(frozen=True)
class Bound:
    """``margin(model, x)`` bounds a prediction's distance, ``probability`` each class's."""

    why: str
    prediction: Callable[[Any, Any], float] = lambda model, x: 0.0
    probability: Callable[[Any, Any], float] = lambda model, x: 0.0


def final(model: Any, x: Any) -> tuple[Any, np.ndarray]:
    """The last estimator, and its input for the one-row frame or array ``x``."""
    if not isinstance(model, Pipeline):
        return model, np.asarray(x, dtype=np.float64)
    inner = model[:-1].transform(x)
    return model[-1], np.asarray(inner.toarray() if hasattr(inner, "toarray") else inner)


def _dot(model: Any, x: Any) -> float:
    """(n + 2) eps (|b| + sum |w x|): n products, n additions and the order of both."""
    last, row = final(model, x)
    row = row.astype(np.float64)
    size = np.abs(row) @ np.abs(np.atleast_2d(last.coef_)).T + np.abs(last.intercept_)
    return (row.shape[1] + 2) * EPS * float(np.max(size))


def _logistic(model: Any, x: Any) -> float:
    """The margin's bound through a slope of at most 1/4, and 4 eps for exp, sum and division."""
    return _dot(model, x) / 4 + 4 * EPS


def _softmax(model: Any, x: Any) -> float:
    """Two margins' bounds through a slope of at most 1/4 each, and k + 4 eps for the sum of k."""
    return _dot(model, x) / 2 + (len(model.classes_) + 4) * EPS


def _exp(model: Any, x: Any) -> float:
    """y (expm1(b) + 6 eps): the margin's bound through exp, which differs between libraries."""
    y = float(np.max(np.abs(model.predict(x))))
    return y * (np.expm1(_dot(model, x)) + 6 * EPS)


def _centred(model: Any, x: Any) -> float:
    """As for a dot product, of the columns less their means."""
    row = np.asarray(x, dtype=np.float64) - model._x_mean
    size = np.abs(row) @ np.abs(model.coef_).T + np.abs(model.intercept_)
    return (row.shape[1] + 2) * EPS * float(np.max(size))


def _shares(model: Any, x: Any) -> float:
    """p_j = s_j / sum s: the relative bounds of two logistic functions, k + 8 roundings."""
    return 2 * _dot(model, x) + (len(model.classes_) + 8) * EPS


def _clipped(model: Any, x: Any) -> float:
    """q_j = (clip(m_j) + 1) / 2 within d; p_j = q_j / sum q within (1 + k) d / sum q, k > 2."""
    d = _dot(model, x) / 2 + 2 * EPS
    k = len(model.classes_)
    if k == 2:
        return d
    q = float(np.sum((np.clip(model.decision_function(x), -1, 1) + 1) / 2))
    return (1 + k) * d / (q - k * d) if q > k * d else np.inf


def _segment(model: Any, x: Any) -> float:
    """The product and the sum of a line may be one rounding: 4 eps (|rise| + |y|) <= 12 eps |y|."""
    return 12 * EPS * float(np.max(np.abs(model.y_thresholds_)))


def _posterior(likelihood: Callable[[Any, np.ndarray], float]) -> Callable[[Any, Any], float]:
    """exp(l - log(sum(exp(l)))), each l within b: two of them, roundings at the sum's size, exp."""

    def bound(model: Any, x: Any) -> float:
        row = np.asarray(x, dtype=np.float64)
        k = len(model.classes_)
        largest = np.max(np.abs(model.predict_joint_log_proba(x))) + np.log(k)
        exponent = 2 * likelihood(model, row) + EPS * largest
        return np.expm1(exponent) + (k + 30) * EPS

    return bound


def _gaussian(model: Any, row: np.ndarray) -> float:
    """(n + 6) eps of the sizes of all terms, the constants' own included."""
    squares = ((row - model.theta_) ** 2 / model.var_).sum(axis=1) / 2
    constants = np.abs(np.log(2 * np.pi * model.var_)).sum(axis=1) / 2
    sizes = squares + constants + np.abs(np.log(model.class_prior_))
    return (row.shape[1] + 6) * EPS * float(np.max(sizes))


def _counts(model: Any, row: np.ndarray) -> float:
    """(n + 2) eps of a dot product with log probabilities."""
    weights, prior = model.feature_log_prob_, np.abs(model.class_log_prior_)
    if isinstance(model, BernoulliNB):
        absent = np.log(1 - np.exp(weights))
        row, prior = (row > model.binarize) * 1.0, prior + np.abs(absent).sum(axis=1)
        weights = np.abs(weights) + np.abs(absent)
    return (row.shape[1] + 2) * EPS * float(np.max(np.abs(row) @ np.abs(weights).T + prior))


EXACT = Bound("a leaf's own number, or a label")
SUM = Bound("the order of a dot product's sum", prediction=_dot)
MEAN = Bound("the trees' numbers, added in their order and divided once")
SIGMOID = Bound("labels equal; probabilities through exp", probability=_logistic)
SOFTMAX = Bound("labels equal; probabilities through exp", probability=_softmax)
VOTE = Bound("labels and probabilities equal: the trees' shares, added in their order")
SHARES = Bound("labels equal; logistic functions over their sum", probability=_shares)
CLIPPED = Bound("labels equal; clipped margins over their sum", probability=_clipped)
LABEL = Bound("labels equal: no probabilities")
EXP = Bound("the order of a dot product's sum, through exp", prediction=_exp)
CONSENSUS = Bound(
    "the order of a dot product's sum", prediction=lambda model, x: _dot(model.estimator_, x)
)
CENTRED = Bound("the order of a dot product's sum", prediction=_centred)
SEGMENT = Bound("a product and a sum that may be fused", prediction=_segment)
GAUSSIAN = Bound("labels equal; likelihoods through exp", probability=_posterior(_gaussian))
COUNTS = Bound("labels equal; likelihoods through exp", probability=_posterior(_counts))
SIGMOIDS = Bound("probabilities through exp", prediction=_logistic)


@dataclass(frozen=True)
class Case:
    """One line of the table.

    ``form``: double, string (every input logged as text), typed, tensor, or none (no signature).
    ``since``: the first release of scikit-learn that can fit it, where that is not the oldest.
    ``slow``: it differs little from another case, so `make test` leaves it to `make test-all`.
    """

    name: str
    model: Any
    target: str
    bound: Bound
    columns: Sequence[str] = field(default_factory=lambda: NUMBERS)
    form: str = "double"
    gaps: bool = False
    predict_fn: str = "predict"
    slow: bool = False
    since: str = "1.4"

    def frame(self) -> pd.DataFrame:
        """What the model is fitted on."""
        frame = with_gaps(FRAME) if self.gaps else FRAME
        return frame[list(self.columns)]

    def held_out(self) -> pd.DataFrame:
        """The rows that it is asked for, before odd ones are made of them."""
        return self.frame()

    def fitted(self) -> Any:
        """The fitted model; a fresh one every time."""
        frame = self.frame()
        return self.model().fit(frame if self.form != "tensor" else frame.to_numpy(), self.y)

    @property
    def y(self) -> np.ndarray:
        """What it is fitted to."""
        return TARGETS[self.target]


def scaled(model: Any) -> Pipeline:
    return make_pipeline(StandardScaler(), model)


def imputed(model: Any, **how: Any) -> Pipeline:
    return make_pipeline(SimpleImputer(**how), model)


def columns(model: Any, numbers: Any = "passthrough", texts: Any = None) -> Pipeline:
    texts = texts or OneHotEncoder(handle_unknown="ignore")
    parts = [("numbers", numbers, NUMBERS), ("texts", texts, TEXTS)]
    return make_pipeline(ColumnTransformer(parts), model)


def tree(kind: Any, **more: Any) -> Any:
    return kind(random_state=0, **more)


def forest(kind: Any, trees: int = 6, **more: Any) -> Any:
    return kind(trees, random_state=0, **more)


def sgd(loss: str) -> Pipeline:
    return scaled(lm.SGDClassifier(loss, random_state=0))


def filled_texts() -> Pipeline:
    return make_pipeline(
        SimpleImputer(strategy="constant", fill_value="none", missing_values=None),
        OneHotEncoder(handle_unknown="ignore"),
    )


def unknown_is_nan() -> OrdinalEncoder:
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)


DTR, DTC, RFR, RFC = (
    DecisionTreeRegressor,
    DecisionTreeClassifier,
    RandomForestRegressor,
    RandomForestClassifier,
)

# fmt: off
CASES = [
    # Linear models.
    Case("linear", LinearRegression, "number", SUM),
    Case("linear, y of shape (n, 1)", LinearRegression, "column", SUM),
    Case("linear, two outputs", LinearRegression, "two", SUM, slow=True),
    Case("linear, no intercept", lambda: LinearRegression(fit_intercept=False), "number", SUM,
         slow=True),
    Case("ridge", Ridge, "number", SUM, slow=True),
    Case("lasso", lambda: Lasso(alpha=0.01), "number", SUM, form="none", slow=True),
    Case("elastic net, all text", lambda: ElasticNet(alpha=0.01), "number", SUM, form="string"),
    Case("elastic net, tensor", lambda: ElasticNet(alpha=0.01), "number", SUM, form="tensor"),
    Case("linear, typed columns", LinearRegression, "number", SUM, form="typed"),
    # Other ways to find the coefficients of the same sums.
    Case("ridge cv, two outputs", lm.RidgeCV, "two", SUM, slow=True),
    Case("lasso cv", lm.LassoCV, "number", SUM, slow=True),
    Case("elastic net cv", lm.ElasticNetCV, "column", SUM, slow=True),
    Case("multi-task lasso", lm.MultiTaskLasso, "two", SUM, slow=True),
    Case("lars, two outputs", lm.Lars, "two", SUM, slow=True),
    Case("lasso lars", lambda: lm.LassoLars(alpha=0.01), "column", SUM, slow=True),
    Case("lasso lars ic", lm.LassoLarsIC, "number", SUM, slow=True),
    Case("matching pursuit", lm.OrthogonalMatchingPursuit, "number", SUM, slow=True),
    Case("bayesian ridge, all text", lm.BayesianRidge, "number", SUM, form="string", slow=True),
    Case("ard", lambda: lm.ARDRegression(fit_intercept=False), "number", SUM, slow=True),
    Case("huber", lambda: scaled(lm.HuberRegressor()), "number", SUM, slow=True),
    Case("theil-sen", lambda: lm.TheilSenRegressor(max_subpopulation=99, random_state=0),
         "number", SUM, slow=True),
    Case("ransac", lambda: lm.RANSACRegressor(random_state=0), "number", CONSENSUS, form="string"),
    Case("sgd", lambda: scaled(lm.SGDRegressor(random_state=0)), "number", SUM, slow=True),
    Case("linear svr", lambda: LinearSVR(random_state=0), "number", SUM, form="tensor", slow=True),
    Case("quantile", lambda: lm.QuantileRegressor(alpha=0.01), "number", SUM, slow=True),
    Case("pls, two outputs", lambda: PLSRegression(3), "two", CENTRED),
    Case("pls, y of shape (n, 1)", lambda: PLSRegression(1), "column", CENTRED, slow=True),
    Case("poisson", lambda: scaled(lm.PoissonRegressor()), "exponential", EXP),
    Case("gamma, all text", lambda: scaled(lm.GammaRegressor()), "exponential", EXP, form="string",
         slow=True),
    Case("tweedie", lambda: scaled(lm.TweedieRegressor(power=1.5, alpha=0.1)), "exponential", EXP,
         slow=True),
    Case("tweedie, identity link", lm.TweedieRegressor, "number", SUM, slow=True),
    # Logistic regression and its labels.
    Case("logistic 2/7", lambda: scaled(LogisticRegression()), "2/7", SIGMOID, slow=True),
    Case("logistic bool", lambda: scaled(LogisticRegression()), "bool", SIGMOID, slow=True),
    Case("logistic text", lambda: scaled(LogisticRegression()), "no/yes", SIGMOID, form="string"),
    Case("logistic 1/2/5", lambda: scaled(LogisticRegression()), "1/2/5", SOFTMAX),
    Case("logistic three", lambda: scaled(LogisticRegression()), "three", SOFTMAX, form="none",
         slow=True),
    Case("logistic predict_proba", lambda: scaled(LogisticRegression()), "0/1", SIGMOIDS,
         predict_fn="predict_proba"),
    # Other linear classifiers.
    Case("logistic cv", lambda: scaled(lm.LogisticRegressionCV(Cs=2)), "three", SOFTMAX, slow=True),
    Case("ridge classifier 2/7", lm.RidgeClassifier, "2/7", LABEL),
    Case("ridge classifier cv", lm.RidgeClassifierCV, "three", LABEL, slow=True),
    Case("perceptron", lambda: scaled(lm.Perceptron()), "no/yes", LABEL, slow=True),
    Case("linear svc", lambda: scaled(LinearSVC(random_state=0)), "1/2/5", LABEL),
    Case("sgd hinge", lambda: sgd("hinge"), "bool", LABEL, slow=True),
    Case("sgd log loss", lambda: sgd("log_loss"), "no/yes", SIGMOID, slow=True),
    Case("sgd log loss 1/2/5", lambda: sgd("log_loss"), "1/2/5", SHARES),
    Case("sgd modified huber", lambda: sgd("modified_huber"), "2/7", CLIPPED, slow=True),
    Case("sgd modified huber three", lambda: sgd("modified_huber"), "three", CLIPPED),
    Case("discriminant", LinearDiscriminantAnalysis, "no/yes", SIGMOID),
    Case("discriminant three", LinearDiscriminantAnalysis, "three", SOFTMAX, slow=True),
    # Naive Bayes.
    Case("gaussian bayes", GaussianNB, "three", GAUSSIAN),
    Case("gaussian bayes, one class", GaussianNB, "one", GAUSSIAN, slow=True),
    Case("bernoulli bayes", lambda: BernoulliNB(binarize=5), "1/2/5", COUNTS),
    Case("multinomial bayes", MultinomialNB, "no/yes", COUNTS),
    Case("complement bayes, all text", ComplementNB, "three", COUNTS, form="string", slow=True),
    # Clusters, steps and constants.
    Case("k-means", lambda: scaled(KMeans(5, n_init=1, random_state=0)), "number", LABEL),
    Case("mini-batch k-means", lambda: MiniBatchKMeans(4, n_init=1, random_state=0), "number",
         LABEL, slow=True),
    Case("isotonic", IsotonicRegression, "number", SEGMENT, columns=["sugar"]),
    Case("isotonic, falling, clipped",
         lambda: IsotonicRegression(increasing=False, out_of_bounds="clip"), "number", SEGMENT,
         columns=["sugar"], form="string", slow=True),
    Case("isotonic, range kept", lambda: IsotonicRegression(out_of_bounds="raise"), "number",
         SEGMENT, columns=["sugar"]),
    Case("constant, two outputs", lambda: DummyRegressor(strategy="median"), "two", EXACT,
         columns=MIXED, gaps=True, slow=True),
    Case("constant label", DummyClassifier, "three", EXACT, columns=["kind", "pH"], gaps=True),
    # Trees.
    Case("tree", lambda: tree(DTR), "number", EXACT),
    Case("tree, all text", lambda: tree(DTR), "number", EXACT, form="string", slow=True),
    Case("tree, tensor", lambda: tree(DTR), "number", EXACT, form="tensor", slow=True),
    Case("tree, fitted with gaps", lambda: tree(DTR), "number", EXACT, gaps=True),
    Case("tree, two outputs", lambda: tree(DTR), "two", EXACT),
    Case("tree, typed columns", lambda: tree(DTR), "number", EXACT, form="typed"),
    Case("tree 1/2/5", lambda: tree(DTC, min_samples_leaf=5), "1/2/5", EXACT, slow=True),
    Case("tree bool", lambda: tree(DTC), "bool", EXACT, form="none", slow=True),
    Case("tree three, gaps", lambda: tree(DTC, max_depth=6), "three", EXACT, gaps=True, slow=True),
    # Forests.
    Case("forest", lambda: forest(RFR), "number", MEAN),
    Case("forest, all text", lambda: forest(RFR), "number", MEAN, form="string", slow=True),
    Case("forest, fitted with gaps", lambda: forest(RFR), "number", MEAN, gaps=True, slow=True),
    Case("forest, 100 deep trees", lambda: forest(RFR, 100), "number", MEAN, slow=True),
    Case("forest 1/2/5", lambda: forest(RFC), "1/2/5", VOTE),
    Case("forest text, ties", lambda: forest(RFC, 4, max_depth=3), "no/yes", VOTE),
    Case("forest three, gaps", lambda: forest(RFC, min_samples_leaf=3), "three", VOTE, gaps=True,
         slow=True),
    Case("forest predict_proba", lambda: forest(RFC, max_depth=4), "1/2/5", MEAN,
         predict_fn="predict_proba"),
    # Preprocessing.
    Case("standard scaler", lambda: scaled(Ridge()), "number", SUM),
    Case("scaler without mean", lambda: make_pipeline(StandardScaler(with_mean=False), Ridge()),
         "number", SUM, slow=True),
    Case("min-max scaler", lambda: make_pipeline(MinMaxScaler((0, 2)), ElasticNet(alpha=0.01)),
         "number", SUM),
    Case("min-max clipped", lambda: make_pipeline(MinMaxScaler(clip=True), Ridge()),
         "number", SUM, slow=True),
    Case("scaler before a forest", lambda: scaled(forest(RFR)), "number", MEAN, slow=True),
    Case("imputer mean", lambda: imputed(Ridge()), "number", SUM, gaps=True, slow=True),
    Case("imputer median", lambda: imputed(forest(RFR), strategy="median"), "number", MEAN,
         gaps=True, slow=True),
    Case("imputer constant", lambda: imputed(tree(DTR), strategy="constant", fill_value=-1),
         "number", EXACT, gaps=True, slow=True),
    Case("imputer with indicator", lambda: imputed(Ridge(), add_indicator=True), "number", SUM,
         gaps=True),
    Case("max-abs scaler", lambda: make_pipeline(MaxAbsScaler(), tree(DTR)), "number", EXACT,
         slow=True),
    Case("robust scaler", lambda: make_pipeline(RobustScaler(), tree(DTR)), "number", EXACT,
         slow=True),
    Case("robust scaler to ridge", lambda: make_pipeline(RobustScaler(), Ridge()), "number", SUM,
         form="string", slow=True),
    Case("binarizer", lambda: make_pipeline(Binarizer(threshold=3.2), Ridge()), "number", SUM),
    Case("bins, ordinal", lambda: make_pipeline(KBinsDiscretizer(4, encode="ordinal"), tree(DTR)),
         "number", EXACT, slow=True),
    Case("bins, one-hot", lambda: make_pipeline(KBinsDiscretizer(3), Ridge()), "number", SUM),
    Case("missing indicator", lambda: make_pipeline(MissingIndicator(), Ridge()), "number", SUM,
         gaps=True),
    Case("select k best", lambda: make_pipeline(SelectKBest(f_regression, k=2), Ridge()),
         "number", SUM, slow=True),
    # Categories.
    Case("ordinal encoder", lambda: columns(tree(DTR), texts=OrdinalEncoder()), "number", EXACT,
         columns=MIXED, slow=True),
    Case("ordinal encoder, unknown is NaN",
         lambda: columns(tree(DTR), texts=unknown_is_nan(), numbers=unknown_is_nan()), "number",
         EXACT, columns=MIXED, gaps=True),
    Case("target encoder",
         lambda: columns(tree(DTR), texts=TargetEncoder(random_state=0)), "number", EXACT,
         columns=MIXED),
    Case("one-hot", lambda: columns(Ridge()), "number", SUM, columns=MIXED),
    Case("one-hot, unknown refused", lambda: columns(Ridge(), texts=OneHotEncoder()), "number",
         SUM, columns=MIXED),
    Case("one-hot, drop first", lambda: columns(Ridge(), texts=OneHotEncoder(drop="first")),
         "number", SUM, columns=MIXED, slow=True),
    Case("one-hot, text filled", lambda: columns(Ridge(), texts=filled_texts()), "number", SUM,
         columns=MIXED),
    Case("one-hot to logistic", lambda: columns(LogisticRegression(), StandardScaler()), "three",
         SOFTMAX, columns=MIXED, slow=True),
    Case("one-hot to forest", lambda: columns(forest(RFC)), "1/2/5", VOTE, columns=MIXED),
    Case("one-hot to forest, all text", lambda: columns(forest(RFR)), "number", MEAN,
         columns=MIXED, form="string", slow=True),
    Case("all together",
         lambda: columns(forest(RFC), make_pipeline(SimpleImputer(), StandardScaler())), "three",
         VOTE, columns=MIXED, gaps=True),
]
# fmt: on
