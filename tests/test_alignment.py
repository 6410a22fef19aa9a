"""Which of a file's trees are the model's own, and that the gate compares their leaves."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier

import penstock
from penstock.alignment import align, own_ensembles
from penstock.answer import narrowed
from penstock.converters import convert
from penstock.graph import Compare, Tree
from penstock.leaves import finder
from penstock.writers.pmml import leaf_order
from tests.native import columns
from tests.registered import frame, log, target

ORDER = [4, 2, 3]


def test_trees_that_are_not_the_models_are_passed_over():
    expected = np.array([[4, 2], [2, 3], [3, 4]])
    own = np.array([[0, 1], [1, 2], [2, 0]])
    found = np.hstack([np.zeros((3, 2), dtype=int), own, np.zeros((3, 1), dtype=int)])
    assert (align(expected, found, [[ORDER, ORDER]]) == expected).all()


def test_ensembles_that_a_reader_made_one_of_are_found_twice():
    expected = np.array([[4, 4], [2, 2], [3, 3]])
    found = np.array([[0], [1], [2]])
    assert (align(expected, found, [[ORDER], [ORDER]]) == expected).all()


def test_a_wrong_leaf_stays_wrong():
    expected = np.array([[4, 2], [2, 3], [3, 4]])
    found = np.array([[9, 0, 1], [9, 1, 2], [9, 2, 1]])
    aligned = align(expected, found, [[ORDER, ORDER]])
    assert (aligned[:2] == expected[:2]).all()
    assert aligned[2].tolist() == [3, 2]


def test_a_file_of_too_few_trees():
    assert align(np.zeros((1, 2), dtype=int), np.zeros((1, 1), dtype=int), [[ORDER, ORDER]]) is None


def test_the_models_own_ensembles_are_the_last():
    model = GradientBoostingClassifier(n_estimators=3).fit(frame(), _three())
    graph = convert(model, columns(**dict.fromkeys(frame(), "double"))).graph
    ensembles = [node for node in graph.nodes if hasattr(node, "trees")]
    assert own_ensembles(ensembles, 12) == ensembles
    assert own_ensembles(ensembles, 4) == ensembles[-1:]
    assert own_ensembles(ensembles, 5) is None
    assert own_ensembles(ensembles, 0) is None


def test_leaves_that_a_reader_drops_are_not_counted():
    """Below a split that sends missing values left, its right side knows that there is a value."""
    tree = Tree(
        feature=np.array([0, -1, 0, -1, -1], dtype=np.int32),
        threshold=np.array([1.0, 0, np.inf, 0, 0]),
        left=np.array([1, -1, 3, -1, -1], dtype=np.int32),
        right=np.array([2, -1, 4, -1, -1], dtype=np.int32),
        missing_left=np.array([True, False, False, False, False]),
        values=np.arange(5.0).reshape(-1, 1),
    )
    assert leaf_order(tree, Compare.FLOAT64) == [1, 3]


def _three() -> np.ndarray:
    return np.digitize(target(frame()), [12, 18])


@pytest.mark.parametrize("gaps", [False, True], ids=["boosting", "histogram"])
def test_the_gate_compares_the_leaves_of_every_class(gaps, registry, jar, tmp_path):
    data = frame()
    if gaps:
        data = data.mask(np.random.default_rng(0).random(data.shape) < 0.2)
        model = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5).fit(data, _three())
    else:
        model = GradientBoostingClassifier(n_estimators=5).fit(data, _three())
    classes = len(model.classes_)
    assert finder(model)(model, data.head(3)).shape == (3, 6 * classes)
    uri = log(model, data=data, serialization_format="cloudpickle").model_uri
    done = penstock.export(uri, to=["mleap", "pmml"], out=tmp_path / "out", effort="quick")
    assert all(result.leaves_compared for result in done.parity.formats.values())


@pytest.mark.parametrize("leaves", [255, 256, 257])
def test_leaves_whose_numbers_just_fit_their_type(leaves):
    order = list(range(leaves, 2 * leaves))
    found = narrowed(np.arange(leaves).reshape(-1, 1))
    assert (align(found.astype(int) + leaves, found, [[order]]) == found.astype(int) + leaves).all()
