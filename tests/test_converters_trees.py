"""Converted tree ensembles against the estimators themselves, on generated rows, one at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from penstock.converters import convert
from penstock.converters.sklearn.bagging import last_outlier
from penstock.errors import UnsupportedModelError
from penstock.graph import CategoryMapper, TreeEnsemble
from tests.native import assert_agrees, columns
from tests.parity.cases.trees import ADAPTIVE
from tests.parity.tables import FRAME, MIXED, NUMBERS, TARGETS, TEXTS, with_gaps

GAPS = with_gaps(FRAME)
DOUBLES = columns(**dict.fromkeys(NUMBERS, "double"))
STRINGS = columns(**dict.fromkeys(NUMBERS, "string"))
BOTH = [*DOUBLES, *columns(**dict.fromkeys(TEXTS, "string"))]

# Older releases vote by logarithms unless told otherwise, and take no gaps in their trees.

BOOSTERS = st.one_of(
    st.builds(
        GradientBoostingRegressor,
        loss=st.sampled_from(["squared_error", "absolute_error", "huber", "quantile"]),
        learning_rate=st.sampled_from([0.1, 0.3, 1, 1 / 3]),
        init=st.sampled_from([None, "zero", DecisionTreeRegressor(max_depth=2)]),
        subsample=st.sampled_from([1.0, 0.6]),
        n_estimators=st.integers(1, 9),
        max_depth=st.sampled_from([1, 3, None]),
    ),
    st.builds(
        HistGradientBoostingRegressor,
        loss=st.sampled_from(["squared_error", "absolute_error", "gamma", "poisson"]),
        learning_rate=st.sampled_from([0.1, 1.0]),
        max_iter=st.integers(1, 9),
        max_leaf_nodes=st.sampled_from([2, 8, None]),
        min_samples_leaf=st.integers(1, 20),
        max_bins=st.sampled_from([4, 255]),
    ),
)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(model=BOOSTERS, text=st.booleans())
def test_boosted_regressors_of_drawn_parameters(model, text):
    frame = FRAME if isinstance(model, GradientBoostingRegressor) else GAPS
    model.fit(frame[NUMBERS], TARGETS["positive"] + 0.5)
    assert assert_agrees(model, STRINGS if text else DOUBLES, budget=120).scored > 40


@pytest.mark.parametrize("target", ["bool", "1/2/5"])
@pytest.mark.parametrize(
    "model",
    [
        GradientBoostingClassifier(n_estimators=4),
        GradientBoostingClassifier(n_estimators=4, init=DecisionTreeClassifier(max_depth=2)),
        GradientBoostingClassifier(n_estimators=4, init=DummyClassifier(strategy="uniform")),
        HistGradientBoostingClassifier(max_iter=4, min_samples_leaf=3),
        BaggingClassifier(n_estimators=4, max_samples=6, max_features=2),
        AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=4, **ADAPTIVE),
    ],
    ids=["plain", "from a tree", "from nothing known", "histogram", "bagging", "adaptive"],
)
def test_classifiers(model, target):
    agreement = assert_agrees(model.fit(FRAME[NUMBERS], TARGETS[target]), DOUBLES, budget=300)
    assert agreement.scored > 60
    assert agreement.ambiguous == 0


def test_a_boosted_sum_begins_with_the_initial_prediction():
    model = GradientBoostingRegressor(n_estimators=3).fit(FRAME[NUMBERS], TARGETS["number"])
    (node,) = convert(model, DOUBLES).graph.nodes
    assert len(node.trees) == 4
    assert node.trees[0].values.tolist() == [[model.init_.constant_.item()]]
    own = model.estimators_[0, 0].tree_.value[:, 0, 0]
    leaves = node.trees[1].feature < 0
    assert (node.trees[1].values[leaves, 0] == 0.1 * own[leaves]).all()


@pytest.mark.parametrize("frame", [FRAME, GAPS], ids=["whole", "gaps"])
def test_text_as_categories(frame):
    model = HistGradientBoostingRegressor(
        max_iter=5, min_samples_leaf=3, categorical_features=TEXTS
    )
    y = TARGETS["number"] + 20.0 * (frame["city"] == "b") * (frame["kind"] == "red")
    agreement = assert_agrees(model.fit(frame[MIXED], y), BOTH, budget=400)
    assert agreement.refused == 0
    assert any(isinstance(n, CategoryMapper) for n in agreement.conversion.graph.nodes)


def test_numbers_as_categories():
    """More of them than one word of a bitset has bits; infinity is refused, unseen numbers not."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"a": rng.normal(size=400), "c": rng.integers(-20, 50, 400).astype(float)})
    data["c"] = data["c"].mask(rng.random(400) < 0.1)
    y = np.nan_to_num(data["c"].to_numpy()) % 5 + rng.normal(size=400)
    model = HistGradientBoostingRegressor(
        max_iter=5, min_samples_leaf=5, categorical_features=["c"]
    )
    agreement = assert_agrees(model.fit(data, y), columns(a="double", c="double"), budget=600)
    assert agreement.scored > 300
    assert agreement.refused > 0


def test_bagging_never_looks_at_columns_that_no_member_has():
    data = FRAME[NUMBERS].assign(note="text")
    model = BaggingRegressor(n_estimators=2, max_features=1, random_state=0)
    model.fit(FRAME[NUMBERS].assign(note=1.0), TARGETS["number"])
    used = {int(i) for features in model.estimators_features_ for i in features}
    (node,) = convert(model, columns(**dict.fromkeys(data, "double"))).graph.nodes
    assert node.inputs == tuple(list(data)[i] for i in sorted(used))


@pytest.mark.parametrize("subset", [1.0, 0.5], ids=["all columns", "half of them"])
def test_isolation_forest(subset):
    model = IsolationForest(n_estimators=5, contamination=0.3, max_features=subset, random_state=0)
    agreement = assert_agrees(model.fit(FRAME[NUMBERS]), DOUBLES, budget=400)
    assert agreement.scored > 200
    labels = agreement.conversion.contract.output.classes
    assert labels == (-1, 1)


def test_the_last_sum_of_an_outlier_is_next_to_the_first_of_an_inlier():
    model = IsolationForest(n_estimators=5, contamination=0.3, random_state=0).fit(FRAME[NUMBERS])
    last = last_outlier(model)
    lengths = [
        path + mean - 1.0
        for path, mean in zip(
            model._decision_path_lengths, model._average_path_length_per_tree, strict=True
        )
    ]
    x = FRAME[NUMBERS].to_numpy(dtype=np.float32)
    sums = sum(own[t.tree_.apply(x)] for own, t in zip(lengths, model.estimators_, strict=True))
    assert ((sums > last) == (model.predict(FRAME[NUMBERS]) == 1)).all()
    assert (sums <= last).any()


@pytest.mark.parametrize(
    ("model", "inputs", "why"),
    [
        (GradientBoostingRegressor(init=LinearRegression()), DOUBLES, "what its init"),
        (GradientBoostingRegressor(init=RandomForestRegressor(3)), DOUBLES, "single decision tree"),
        (BaggingRegressor(LinearRegression()), DOUBLES, "its members are of the class"),
        (AdaBoostClassifier(n_estimators=3, **ADAPTIVE), STRINGS, "signature of doubles"),
        (AdaBoostRegressor(n_estimators=3), STRINGS, "signature of doubles"),
    ],
    ids=["from a line", "from a forest", "bagged lines", "adaptive on text", "median on text"],
)
def test_refused_with_a_reason(model, inputs, why):
    target = "bool" if isinstance(model, AdaBoostClassifier) else "number"
    with pytest.raises(UnsupportedModelError, match=why):
        convert(model.fit(FRAME[NUMBERS], TARGETS[target]), inputs)


@pytest.mark.parametrize("member", [None, Ridge()], ids=["trees", "lines"])
def test_adaptive_boosting_answers_with_a_weighted_median(member):
    model = AdaBoostRegressor(member, n_estimators=7, random_state=0)
    agreement = assert_agrees(model.fit(FRAME[NUMBERS], TARGETS["number"]), DOUBLES, budget=400)
    assert agreement.scored > 150
    node = agreement.conversion.graph.nodes[-1]
    assert node.weights == tuple(model.estimator_weights_[: len(model.estimators_)])


def test_extremely_random_trees_with_several_outputs():
    model = ExtraTreesRegressor(4, random_state=0).fit(FRAME[NUMBERS], TARGETS["two"])
    agreement = assert_agrees(model, DOUBLES, budget=200)
    (node,) = (n for n in agreement.conversion.graph.nodes if isinstance(n, TreeEnsemble))
    assert len(node.outputs) == 2
