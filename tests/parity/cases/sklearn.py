"""The parity cases of scikit-learn: one line per case, with its bound.

A case is an estimator that is fitted on one of the tables, the form in which it is logged, and how
far an answer may be from pyfunc's. tests/test_parity.py runs them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
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

from tests.parity.bounds import (
    CENTRED,
    CLIPPED,
    CONSENSUS,
    COUNTS,
    EXACT,
    EXP,
    GAUSSIAN,
    LABEL,
    MEAN,
    SEGMENT,
    SHARES,
    SIGMOID,
    SIGMOIDS,
    SOFTMAX,
    SUM,
    VOTE,
)
from tests.parity.libraries.sklearn import Case
from tests.parity.tables import MIXED, NUMBERS, TEXTS


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
