"""Generated rows: reproducible, within the budget, and at the splits that they are made for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from penstock import floats, reference, rows
from penstock.checks import parse, refusals
from penstock.contract import Refusal
from penstock.converters import convert
from penstock.domains import domain
from penstock.graph import TreeEnsemble
from penstock.ordinary import Ordinary
from penstock.pathrows import LEFT, MISSING, RIGHT, path_rows, spread
from penstock.paths import boxes, splits
from penstock.sources import Status
from tests.native import at_most, columns

RNG = np.random.default_rng(11)
ROWS = 400
DATA = pd.DataFrame(
    {
        "a": RNG.normal(5.0, 2.0, ROWS).round(2),
        "b": RNG.normal(-100.0, 30.0, ROWS),
        "n": RNG.integers(-4, 5, ROWS),
        "t": RNG.random(ROWS) < 0.4,
        "city": RNG.choice(["Bonn", "Köln", "Ulm", "Trier"], ROWS).astype(object),
    }
)
TARGET = RNG.normal(size=ROWS)
INPUTS = columns(a="double", b="string", n="integer", t="boolean", city="string")


def prepared(numbers, last=None):
    prep = ColumnTransformer(
        [("num", numbers, ["b", "a"]), ("cat", OneHotEncoder(), ["city"])],
        remainder="passthrough",
    )
    model = make_pipeline(prep, last or DecisionTreeRegressor(random_state=0))
    return model.fit(DATA, TARGET)


def paths_of(conversion, budget, seed=0):
    rng = np.random.default_rng(seed)
    domains = {c.name: domain(conversion.contract, c) for c in conversion.contract.inputs}
    ordinary = Ordinary(conversion.graph, domains, rng)
    return path_rows(conversion.graph, domains, ordinary, budget, rng)


@pytest.mark.parametrize(
    "numbers",
    [
        "passthrough",
        StandardScaler(),
        MinMaxScaler(clip=True),
        make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()),
    ],
    ids=["raw", "standard", "min_max", "imputer"],
)
def test_every_split_is_met_on_both_sides_or_proved_impossible(numbers):
    conversion = convert(prepared(numbers), INPUTS)
    (ensemble,) = (n for n in conversion.graph.nodes if isinstance(n, TreeEnsemble))
    (tree,) = ensemble.trees
    inner = splits(tree)
    found = paths_of(conversion, budget=3 * len(inner))
    coverage = found.coverage()
    assert coverage["splits"] == len(inner) > 100
    assert coverage["met"] + coverage["infeasible"] == coverage["splits"]
    assert coverage["infeasible"] <= coverage["splits"] * 0.02

    leaves = reference.evaluate(conversion.graph, found.columns).leaves[:, 0]
    assert len(leaves) == (found.status == Status.MET).sum()
    made_for = np.concatenate(
        [inner[found.status[:, side] == Status.MET] for side in (LEFT, RIGHT, MISSING)]
    )
    side = np.concatenate(
        [np.full((found.status[:, side] == Status.MET).sum(), side)
         for side in (LEFT, RIGHT, MISSING)]
    )  # fmt: skip
    for leaf, node, where in zip(leaves, made_for, side, strict=True):
        child = step_below(tree, node, leaf)
        assert child is not None, "the row does not reach the split that it was made for"
        if where != MISSING:
            assert child == (tree.left, tree.right)[where][node]
        else:
            assert child == (tree.left if tree.missing_left[node] else tree.right)[node]


def step_below(tree, node, leaf):
    """The child of ``node`` on the way to ``leaf``, None where the way is another."""
    for child in (tree.left[node], tree.right[node]):
        stack = [child]
        while stack:
            at = stack.pop()
            if at == leaf:
                return child
            if tree.feature[at] >= 0:
                stack += [tree.left[at], tree.right[at]]
    return None


@pytest.mark.parametrize("numbers", ["passthrough", StandardScaler()], ids=["raw", "standard"])
def test_the_two_sides_of_a_split_are_neighbouring_numbers(numbers):
    prep = make_pipeline(numbers, DecisionTreeRegressor(max_depth=1))
    model = prep.fit(DATA[["b"]], TARGET)
    conversion = convert(model, columns(b="double"))
    found = paths_of(conversion, budget=3)
    left, right = found.columns["b"][:2]
    assert right == np.nextafter(left, np.inf)
    assert model.predict([[left]]) != model.predict([[right]])


def test_generated_rows_are_reproducible_and_within_the_budget():
    conversion = convert(prepared("passthrough"), INPUTS)
    first, again = (rows.generate(conversion, 3, at_most(900)) for _ in range(2))
    assert repr(first) == repr(again)
    assert len(first.rows) <= 900
    assert sum(first.coverage["rows"].values()) == len(first.rows)
    assert repr(rows.generate(conversion, 4, at_most(900)).rows) != repr(first.rows)


def test_splits_left_out_for_lack_of_budget_are_counted():
    forest = RandomForestRegressor(20, random_state=0)
    conversion = convert(forest.fit(DATA[["a", "b"]], TARGET), columns(a="double", b="double"))
    made, coverage = rows.generate(conversion, effort=at_most(1500))
    asked = coverage["splits"] - coverage["left_out"]
    assert 0 < asked < coverage["splits"]
    assert coverage["met"] == asked
    assert asked < rows.taken_both_ways(conversion, made) <= coverage["splits"]


def test_a_split_that_no_category_reaches_is_proved_impossible():
    # The tree asks for Bonn after Köln was found: no text is both.
    data = pd.DataFrame({"city": ["Bonn", "Köln", "Ulm"] * 4}, dtype=object)
    model = make_pipeline(OneHotEncoder(), DecisionTreeRegressor()).fit(data, range(12))
    conversion = convert(model, columns(city="string"))
    (ensemble,) = (n for n in conversion.graph.nodes if isinstance(n, TreeEnsemble))
    tree = ensemble.trees[0]
    root = 0
    below = tree.right[root] if tree.feature[tree.right[root]] >= 0 else None
    if below is None:  # make the right leaf a split on another city
        tree = with_split(tree, tree.right[root], feature=(tree.feature[root] + 1) % 3)
    altered = type(ensemble)(
        ensemble.inputs, (tree,), ensemble.aggregate, ensemble.compare, ensemble.outputs
    )
    graph = type(conversion.graph)(
        conversion.graph.inputs, (conversion.graph.nodes[0], altered), conversion.graph.outputs
    )
    found = paths_of(type(conversion)(graph, conversion.contract, conversion.operations), 100)
    coverage = found.coverage()
    assert coverage["infeasible"] == 1
    assert coverage["unattained"] == 0


def with_split(tree, leaf, feature):
    """The tree with ``leaf`` turned into a split at 0.5 between two new leaves."""
    n = tree.node_count

    def extended(values, here, new):
        values = np.concatenate([values, new]).astype(values.dtype)
        values[leaf] = here
        return values

    return type(tree)(
        feature=extended(tree.feature, feature, [-1, -1]),
        threshold=extended(tree.threshold, 0.5, [0.0, 0.0]),
        left=extended(tree.left, n, [-1, -1]),
        right=extended(tree.right, n + 1, [-1, -1]),
        missing_left=extended(tree.missing_left, False, [False, False]),
        values=np.concatenate([tree.values, [[1.0], [2.0]]]),
    )


def test_all_kinds_of_rows_are_there():
    conversion = convert(prepared("passthrough", Ridge()), INPUTS)
    generated = rows.generate(conversion, effort=at_most(3000)).rows
    kinds = set(refusals(conversion.contract, generated))
    assert kinds == {None, *Refusal}
    texts = {row[1] for row in generated}
    assert {"1_000", "\uff11\uff12", "1e400", "", None, "0x10"} <= texts
    assert any(isinstance(text, float) for text in texts)
    cities = {row[4] for row in generated}
    assert {None, "", "Bonn", "Köln", "Ulm", "Trier", "~unseen~"} <= cities
    assert {row[2] for row in generated} >= {None, 2**31 - 1, -(2**31), 0}
    assert {row[3] for row in generated} == {None, True, False}


def test_pairs_of_faults_test_the_order_of_the_checks():
    conversion = convert(prepared("passthrough", Ridge()), INPUTS)
    generated = rows.generate(conversion, effort=at_most(3000)).rows
    missing = [row for row in generated if row[0] is None and row[4] in ("", None, "~unseen~")]
    infinite = [row for row in generated if row[0] in (np.inf, -np.inf) and row[1] is None]
    assert missing
    assert infinite


def test_rows_next_to_the_border_between_classes():
    numbers = DATA[["a", "b"]]
    for target in (TARGET > 0, np.digitize(TARGET, [-0.5, 0.5])):
        model = make_pipeline(StandardScaler(), LogisticRegression()).fit(numbers, target)
        conversion = convert(model, columns(a="double", b="double"))
        generated = rows.generate(conversion, effort=at_most(2000))
        count = generated.coverage["rows"]["boundary"]
        start = sum(list(generated.coverage["rows"].values())[:3])
        border = generated.rows[start : start + count]
        assert len(border) >= 20
        found = reference.evaluate(conversion.graph, parse(conversion.contract, border))
        assert found.ambiguous.mean() > 0.3
        assert len(np.unique(found.predictions)) > 1


@pytest.mark.parametrize("grid", [floats.FLOAT32, floats.FLOAT64], ids=["32", "64"])
def test_keys_are_in_the_order_of_the_floats(grid):
    values = np.array(
        [-np.inf, -1e300, -3e38, -1.5, -1e-40, -5e-324, -0.0, 0.0, 5e-324, 1e-40, 0.1, 1e39, np.inf]
    )
    keys = grid.key(values)
    assert (np.diff(keys) >= 0).all()
    assert grid.key(np.array([-0.0]))[0] == 0
    finite = np.clip(keys, grid.lowest, grid.highest)
    assert np.array_equal(grid.key(grid.value(finite)), finite)
    floor, ceil = grid.floor(values[1:-1]), grid.ceil(values[1:-1])
    assert (grid.value(floor) <= values[1:-1]).all()
    assert (grid.value(ceil) >= values[1:-1]).all()
    assert (ceil - floor <= 1).all()


def test_first_at_least_agrees_with_a_scan():
    keys = np.arange(-50, 51)
    low, high = np.full(101, -50), np.full(101, 50)
    found = floats.first_at_least(lambda k: k**3, keys**3, low, high)
    assert np.array_equal(found, keys)
    beyond = floats.first_at_least(lambda k: k, np.array([51]), low[:1], high[:1])
    assert beyond.tolist() == [51]
    whole = np.array([floats.FLOAT64.lowest]), np.array([floats.FLOAT64.highest])
    found = floats.first_at_least(lambda k: k, np.array([12345]), *whole)
    assert found.tolist() == [12345]


def test_shares_of_a_budget_are_even_and_used_up():
    assert spread([10, 1, 10], 11) == [5, 1, 5]
    assert spread([2, 2], 100) == [2, 2]
    assert spread([5, 5, 5], 4) == [1, 1, 2]


def test_boxes_hold_just_the_rows_that_reach_the_node():
    model = DecisionTreeRegressor(random_state=0).fit(DATA[["a", "b"]], TARGET)
    conversion = convert(model, columns(a="double", b="double"))
    (ensemble,) = (n for n in conversion.graph.nodes if isinstance(n, TreeEnsemble))
    tree = ensemble.trees[0]
    leaves = np.array(tree.leaves())
    box = boxes(tree, leaves, 2, floats.FLOAT32)
    x = DATA[["a", "b"]].to_numpy()
    key = floats.FLOAT32.key(x)
    inside = ((box.low[:, None] <= key) & (key <= box.high[:, None])).all(axis=2)
    assert (inside.sum(axis=0) == 1).all()
    assert np.array_equal(leaves[np.argmax(inside, axis=0)], model.apply(x))


def test_no_kind_of_refusal_is_left_out_where_there_are_many_columns():
    """Chosen evenly over all, the few texts that are no numbers would be passed over."""
    kinds = [Refusal.OUT_OF_RANGE] * 240
    kinds[5:7] = [Refusal.NOT_A_NUMBER] * 2
    made = [(i,) for i in range(240)]
    kept = rows._few_refused(made, kinds, [{i} for i in range(240)], 24)
    assert len(kept) == 24
    assert {(5,), (6,)} <= set(kept)
