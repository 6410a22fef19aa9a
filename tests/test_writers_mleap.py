"""MLeap bundles mean what their graphs mean, as the official runtime scores them."""

from __future__ import annotations

import json
import math
import zipfile
from itertools import product

import numpy as np
import pytest

from penstock import graph as g
from penstock.errors import UnsupportedOperationError
from penstock.graph import Aggregate, Compare, UnaryOp
from penstock.support import Refused
from penstock.writers import mleap as writer
from penstock.writers.mleap.medians import comparators
from tests.agreement import disagreements
from tests.graphs import cases, graph, number, random_tree

CASES = cases()


def _refused(case) -> bool:
    return any(isinstance(writer.node_support(node), Refused) for node in case.graph.nodes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_official_runtime_gives_the_graphs_answers(case, mleap, tmp_path):
    path = tmp_path / "bundle.zip"
    if _refused(case):
        with pytest.raises(UnsupportedOperationError, match="MLeap cannot say"):
            writer.write(case.graph, path, case.name)
        return
    writer.write(case.graph, path, case.name)
    assert disagreements(case, mleap.score(path, case.columns, case.rows)) == []


def test_only_rounding_operations_are_refused():
    refused = {node.op for case in CASES if _refused(case) for node in case.graph.nodes}
    assert refused == {UnaryOp.FLOAT32, UnaryOp.FLOOR, UnaryOp.CEIL}


def test_an_input_may_have_the_name_of_an_output(tmp_path):
    case = next(case for case in CASES if case.graph.inputs[0].name == "prediction")
    path = tmp_path / "bundle.zip"
    writer.write(case.graph, path, "shadowed")
    with zipfile.ZipFile(path) as bundle:
        shape = json.loads(bundle.read("root/node.json"))["shape"]
    assert shape["outputs"] == [{"name": "prediction_2", "port": "prediction"}]


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    for case in CASES[:: len(CASES) // 7]:
        if _refused(case):
            continue
        for name in ("a.zip", "b.zip"):
            writer.write(case.graph, tmp_path / name, case.name)
        assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_another_graph_or_name_gives_another_uid(tmp_path):
    uids = set()
    for weight in (1.0, 2.0):
        for name in ("a", "b"):
            node = g.Linear(("x",), ((weight,),), (0.0,), ("y",))
            writer.write(graph(number("x"), [node], "y"), tmp_path / "m.zip", name)
            with zipfile.ZipFile(tmp_path / "m.zip") as bundle:
                info = json.loads(bundle.read("bundle.json"))
            assert info["name"] == name
            uids.add(info["uid"])
    assert len(uids) == 4


def test_entry_names_never_come_from_the_model(tmp_path):
    node = g.Linear(("../../x", "/etc/y"), ((1.0, 2.0),), (0.0,), ("../z",))
    writer.write(graph(number("../../x", "/etc/y"), [node], "../z"), tmp_path / "m.zip", "../n")
    with zipfile.ZipFile(tmp_path / "m.zip") as bundle:
        for entry in bundle.namelist():
            assert ".." not in entry and not entry.startswith("/")


def test_nan_as_a_constant_is_refused(tmp_path):
    node = g.Linear(("x",), ((math.nan,),), (0.0,), ("y",))
    with pytest.raises(UnsupportedOperationError, match="NaN as a constant"):
        writer.write(graph(number("x"), [node], "y"), tmp_path / "m.zip", "nan")


def test_leaf_order_names_the_leaf_of_each_line(tmp_path):
    rng = np.random.default_rng(5)
    tree = random_tree(rng, 3, 6)
    tree.values[:, 0] = np.arange(tree.node_count)
    node = g.TreeEnsemble(("a", "b", "c"), (tree,), Aggregate.SUM, Compare.FLOAT32, ("y",))
    writer.write(graph(number("a", "b", "c"), [node], "y"), tmp_path / "m.zip", "tree")
    with zipfile.ZipFile(tmp_path / "m.zip") as bundle:
        (entry,) = [name for name in bundle.namelist() if name.endswith("tree.json")]
        lines = [json.loads(line) for line in bundle.read(entry).splitlines()]
    leaves = [int(line["values"][0]) for line in lines if line["type"] == "leaf"]
    assert leaves == writer.leaf_order(tree, Compare.FLOAT32)
    assert sorted(leaves) == sorted(tree.leaves())


@pytest.mark.parametrize("count", range(1, 11))
def test_the_network_of_comparators_sorts(count):
    """What sorts all rows of zeros and ones sorts everything."""
    for row in product((0, 1), repeat=count):
        values = list(row)
        for i, j in comparators(count):
            values[i], values[j] = sorted((values[i], values[j]))
        assert values == sorted(row)


def test_a_median_of_very_many_is_refused():
    names = tuple(f"x{i}" for i in range(201))
    few, many = (g.WeightedMedian(names[:n], tuple(map(float, range(n))), "y") for n in (200, 201))
    assert not isinstance(writer.node_support(few), Refused)
    assert isinstance(writer.node_support(many), Refused)
