"""PMML documents mean what their graphs mean, as JPMML scores them, and are valid."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from penstock import graph as g
from penstock.errors import UnsupportedOperationError
from penstock.graph import Aggregate, BinaryOp, Compare, LinkFunction, UnaryOp
from penstock.support import Refused
from penstock.writers import pmml as writer
from tests.agreement import disagreements
from tests.graphs import cases, graph, number, random_tree, text

NS = {"p": "http://www.dmg.org/PMML-4_4"}
CASES = cases()
# JPMML takes -0.0 for 0.0 as an input, which shows only where it divides.
UNSIGNED_ZERO = ("div x y", "div 2.5 x")


def _refused(case) -> bool:
    return any(isinstance(writer.node_support(node), Refused) for node in case.graph.nodes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_jpmml_gives_the_graphs_answers_from_a_valid_document(case, jpmml, tmp_path):
    path = tmp_path / "model.pmml"
    if _refused(case):
        with pytest.raises(UnsupportedOperationError, match="PMML cannot say"):
            writer.write(case.graph, path, case.name)
        return
    writer.write(case.graph, path, case.name)
    assert jpmml.validate(path) == []
    if case.name in UNSIGNED_ZERO:
        case.rows = [row for row in case.rows if math.copysign(1.0, row[-1]) > 0 or row[-1] != 0]
    answers = jpmml.score(path, case.columns, case.rows)
    assert disagreements(case, answers, undefined_may_fail=True) == []


def test_only_rounding_and_the_sign_of_zero_are_refused():
    refused = {node.op for case in CASES if _refused(case) for node in case.graph.nodes}
    assert refused == {UnaryOp.FLOOR, UnaryOp.CEIL, UnaryOp.SIGN_BIT}


def test_an_unknown_category_without_a_value_is_refused(tmp_path):
    node = g.CategoryMapper("s", ("a",), (1.0,), None, "z")
    with pytest.raises(UnsupportedOperationError, match="unknown category"):
        writer.write(graph(text("s"), [node], "z"), tmp_path / "m.pmml", "m")


@pytest.mark.parametrize("value", ["\x00", "a\x0bb", "\x1f", "\ufffe", "\ud800"])
def test_characters_that_xml_cannot_hold_are_refused_by_name(value, tmp_path):
    column = graph(number(value), [g.Linear((value,), ((1.0,),), (0.0,), ("y",))], "y")
    category = graph(text("s"), [g.OneHotEncoder("s", (value,), ("y",))], "y")
    label = graph(number("x"), [g.ArgMax(("x",), "i")], "i", labels=(value,))
    for bad in (column, category, label):
        with pytest.raises(UnsupportedOperationError, match=r"character U\+"):
            writer.write(bad, tmp_path / "m.pmml", "m")


def test_the_models_own_name_is_for_people_and_refuses_nothing(tmp_path):
    model = graph(number("x"), [g.Linear(("x",), ((1.0,),), (0.0,), ("y",))], "y")
    writer.write(model, tmp_path / "m.pmml", "a \x07 & b")
    header = ET.parse(tmp_path / "m.pmml").find("p:Header", NS)
    assert header.get("description") == "a \N{REPLACEMENT CHARACTER} & b"


def test_a_linear_model_gives_null_for_a_missing_value_rather_than_a_guess(jpmml, tmp_path):
    path = tmp_path / "m.pmml"
    linear = g.Linear(("x", "y"), ((1.0, 2.0),), (0.5,), ("m",))
    writer.write(graph(number("x", "y"), [linear], "m"), path, "m")
    columns = [("x", "number"), ("y", "number")]
    (answer,) = jpmml.score(path, columns, [[1.0, math.nan]])
    assert answer["prediction"] is None


@pytest.mark.parametrize("classes", [2, 3])
def test_a_classifier_gives_no_label_for_a_missing_value(classes, jpmml, tmp_path):
    path = tmp_path / "m.pmml"
    if classes == 2:
        nodes = [
            g.Linear(("x", "y"), ((1.0, 2.0),), (0.5,), ("m",)),
            g.Binary(BinaryOp.GREATER, "m", 0.0, "i"),
            g.Link(LinkFunction.LOGISTIC, ("m",), ("p1",)),
            g.Binary(BinaryOp.SUB, 1.0, "p1", "p0"),
        ]
    else:
        scores = ("a", "b", "c")
        weights = ((1.0, 2.0), (0.0, 1.0), (2.0, 0.0))
        nodes = [
            g.Linear(("x", "y"), weights, (0.5, 0.0, 0.0), scores),
            g.ArgMax(scores, "i"),
            g.Link(LinkFunction.SOFTMAX, scores, ("p0", "p1", "p2")),
        ]
    probabilities = tuple(f"p{i}" for i in range(classes))
    labels = tuple("lmn"[:classes])
    model = graph(number("x", "y"), nodes, "i", labels=labels, probabilities=probabilities)
    writer.write(model, path, "m")
    columns = [("x", "number"), ("y", "number")]
    (answer,) = jpmml.score(path, columns, [[1.0, math.nan]])
    assert answer.get("prediction") is None
    assert set(answer.get("probability", [None])) == {None}


def test_unused_inputs_are_declared_and_not_asked_for(jpmml, tmp_path):
    path = tmp_path / "m.pmml"
    linear = g.Linear(("x",), ((2.0,),), (0.5,), ("m",))
    writer.write(graph((*number("x"), *text("note")), [linear], "m"), path, "m")
    fields = ET.parse(path).findall(".//p:DataField", NS)
    assert [field.get("name") for field in fields] == ["x", "note", "prediction"]
    (answer,) = jpmml.score(path, [("x", "number")], [[1.0]])
    assert answer["prediction"] == 2.5


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    for case in CASES[:: len(CASES) // 7]:
        if _refused(case):
            continue
        for name in ("a.pmml", "b.pmml"):
            writer.write(case.graph, tmp_path / name, case.name)
        assert (tmp_path / "a.pmml").read_bytes() == (tmp_path / "b.pmml").read_bytes()


def test_a_tree_takes_one_node_for_each_leaf(tmp_path):
    tree = random_tree(np.random.default_rng(5), 3, 6)
    node = g.TreeEnsemble(("a", "b", "c"), (tree,), Aggregate.SUM, Compare.FLOAT32, ("y",))
    writer.write(graph(number("a", "b", "c"), [node], "y"), tmp_path / "m.pmml", "tree")
    nodes = list(ET.parse(tmp_path / "m.pmml").iter(f"{{{NS['p']}}}Node"))
    scores = [float(node.get("score")) for node in nodes if node.get("score") is not None]
    assert sorted(scores) == sorted(tree.values[writer.leaf_order(tree, Compare.FLOAT32), 0])
    assert len(nodes) - len(scores) <= len(scores) // 8  # splits that ask the same again


@pytest.mark.parametrize(("name", "together"), [("", True), (" of weighted samples", False)])
def test_class_shares_stand_together_where_counts_give_them_exactly(name, together, tmp_path):
    (case,) = [case for case in CASES if case.name == f"class shares{name}"]
    writer.write(case.graph, tmp_path / "m.pmml", "m")
    document = ET.parse(tmp_path / "m.pmml")
    assert (document.find(".//p:ScoreDistribution", NS) is not None) == together
    trees = [m for m in document.iter(f"{{{NS['p']}}}TreeModel") if m.get("missingValueStrategy")]
    copies = 1 if together else len(case.graph.outputs.labels)
    assert len(trees) == copies * len(case.graph.nodes[0].trees)
