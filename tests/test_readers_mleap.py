"""Bundles of every op that Penstock reads score as they do in the official runtime.

The writers use few of these ops; other tools use them all.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import pytest

from tests import bundles
from tests.bundles import Node, assemble, doubles, leaf, sized, split, strings, tensor, vector

NUMBERS = [0.0, -0.0, 1.0, -1.0, 0.1, 2.0, 3.5, -7.25, 1e300, 5e-324, 1e-9, 100.0]
NAN = math.nan
FEATURES = {"input": "v"}
PAIRS = [list(pair) for pair in itertools.product([*NUMBERS, NAN], repeat=2)]
FINITE_PAIRS = [list(pair) for pair in itertools.product(NUMBERS, repeat=2)]
TEXTS = [["a"], ["b"], ["c"], ["d"], [""], [" a"], ["é"]]
NUMERIC = [("x", "number"), ("y", "number")]
TEXT = [("t", "string")]
ULPS = 8 * 2.0**-52
SUMS = 4 * 2.0**-52 * 350  # (n + 2) * eps * S: exp turns a margin's error into a relative one


@dataclass
class Case:
    name: str
    nodes: list[Node]
    columns: list[tuple[str, str]]
    rows: list[list[Any]]
    relative: float = 0.0


def over_vector(name: str, op: str, attributes: dict, rows=PAIRS, relative=0.0) -> Case:
    node = Node(op, attributes, {"input": "v"}, {"output": "prediction"})
    return Case(name, [assemble("xy", "v"), node], NUMERIC, rows, relative)


def scalers() -> list[Case]:
    mean, std = {"mean": vector(0.1, 3.0)}, {"std": vector(0.3, 0.0)}
    bounds = {"min": vector(-1.0, 2.0), "max": vector(3.0, 2.0)}
    wide = {"minValue": {"double": -2.0}, "maxValue": {"double": 5.0}}
    slicer = {
        "indices": {"type": "list", "long": [1]},
        "named_indices": {"type": "list", "int": [0, 1]},
        "names": strings("p", "q"),
        "input_size": {"int": 2},
    }
    threshold = {"threshold": {"double": 0.1}}
    return [
        over_vector("scaled by mean and std", "standard_scaler", mean | std),
        over_vector("shifted", "standard_scaler", mean),
        over_vector("divided", "standard_scaler", std),
        over_vector("min max", "min_max_scaler", bounds),
        over_vector("min max into a range", "min_max_scaler", bounds | wide),
        over_vector("max abs", "max_abs_scaler", {"maxAbs": vector(2.5, 0.0)}),
        over_vector("product", "elementwise_product", {"scaling_vec": vector(-1.0, 0.1)}),
        over_vector("slice", "vector_slicer", slicer),
        over_vector(
            "binarized vector", "binarizer", threshold | {"input_shapes": {"data_shape": sized(2)}}
        ),
        over_vector(
            "binarized by scikit-learn's op",
            "sklearn_binarizer",
            threshold | {"input_shapes": {"type": "list", "data_shape": [sized(2)]}},
        ),
    ]


def scalars() -> list[Case]:
    def unary(operation: str) -> Case:
        attributes = {"operation": {"string": operation}}
        node = Node("math_unary", attributes, {"input": "x"}, {"output": "prediction"})
        rows = [[x] for x in [*NUMBERS, NAN, math.inf, -math.inf]]
        return Case(operation, [node], NUMERIC[:1], rows, ULPS)

    def binary(operation: str, **constants: float) -> Case:
        attributes = {"operation": {"string": operation}}
        attributes |= {name: {"double": value} for name, value in constants.items()}
        inputs = {"input_a": "x", "input_b": "y"}
        for name in constants:
            del inputs["input_" + name[1]]
        node = Node("math_binary", attributes, inputs, {"output": "prediction"})
        columns = [(column, "number") for column in inputs.values()]
        rows = PAIRS if len(columns) == 2 else [[x] for x in [*NUMBERS, NAN]]
        return Case(f"{operation} {constants}", [node], columns, rows, ULPS)

    def imputer(name: str, **attributes: Any) -> Case:
        known = {"surrogate_value": {"double": 7.5}, "strategy": {"string": "mean"}}
        node = Node("imputer", known | attributes, {"input": "x"}, {"output": "prediction"})
        return Case(name, [node], NUMERIC[:1], [[x] for x in [*NUMBERS, NAN]])

    bit = Node(
        "binarizer",
        {"threshold": {}, "input_shapes": {"data_shape": bundles.SCALAR}},
        {"input": "x"},
        {"output": "prediction"},
    )
    return [
        *map(unary, ["log", "exp", "sqrt", "abs"]),
        *map(binary, ["add", "sub", "mul", "div", "min", "max", "log_n"]),
        binary("sub", da=1.5),
        binary("div", db=3.0),
        binary("log_n", db=10.0),
        binary("add", db=0.0),
        imputer("imputed"),
        imputer("imputed, another value for missing", missing_value={"double": -1.0}),
        Case("binarized", [bit], NUMERIC[:1], [[x] for x in [*NUMBERS, NAN]]),
    ]


def texts() -> list[Case]:
    def indexer(invalid: str, modern: bool) -> Node:
        labels = strings("a", "b", "", "é")
        attributes = {"labels_length": {"int": 1}, "labels_array_0": labels}
        attributes = attributes if modern else {"labels": labels}
        attributes |= {"handle_invalid": {"string": invalid}}
        return Node("string_indexer", attributes, {"input": "t"}, {"output": "i"})

    def one_hot(indexed: str, size: int, invalid: str, drop_last: bool) -> Case:
        attributes = {
            "category_sizes": {"type": "list", "int": [size]},
            "handle_invalid": {"string": invalid},
            "drop_last": {"boolean": True} if drop_last else {},
        }
        outputs = {"output0": "prediction"}
        encoder = Node("one_hot_encoder", attributes, {"input0": "i"}, outputs)
        name = f"one hot: {indexed}, {size}, {invalid}, {drop_last}"
        return Case(name, [indexer(indexed, True), encoder], TEXT, TEXTS)

    def old_one_hot(drop_last: bool) -> Case:
        attributes = {"size": {"long": 5}, "drop_last": {"boolean": drop_last}}
        encoder = Node("one_hot_encoder", attributes, {"input": "i"}, {"output": "prediction"})
        name = f"one hot as it was: {drop_last}"
        return Case(name, [indexer("keep", False), encoder], TEXT, TEXTS)

    def string_map(**attributes: Any) -> Case:
        known = {"labels": strings("a", "b"), "values": doubles(1.5, -2.0)}
        node = Node("string_map", known | attributes, {"input": "t"}, {"output": "prediction"})
        return Case(f"string map {attributes}", [node], TEXT, TEXTS)

    keep = {"handle_invalid": {"string": "keep"}}
    index = Node("string_indexer", *_renamed(indexer("keep", True)))
    label = Node(
        "reverse_string_indexer",
        {"labels": strings("p", "q", "r", "s", "other")},
        {"input": "i"},
        {"output": "prediction"},
    )
    return [
        *(
            one_hot(indexed, size, invalid, drop_last)
            for indexed in ("keep", "error")
            for size in (2, 4, 5)
            for invalid in ("keep", "error")
            for drop_last in (True, False)
        ),
        *map(old_one_hot, [True, False]),
        string_map(),
        string_map(**keep),
        string_map(**keep, default_value={"double": 9.0}),
        Case("index", [index], TEXT, TEXTS),
        Case("label", [indexer("keep", True), label], TEXT, TEXTS),
    ]


def _renamed(node: Node) -> tuple[Any, Any, Any]:
    return node.attributes, node.inputs, {"output": "prediction"}


def classifiers() -> list[Case]:
    ports = {"prediction": "prediction"}
    raw, probability = {"raw_prediction": "raw"}, {"probability": "probability"}
    connected = [ports, ports | raw, ports | probability, ports | raw | probability]
    features = {"num_features": {"long": 2}}
    two, three = {"num_classes": {"long": 2}}, {"num_classes": {"long": 3}}
    binary = two | {"coefficients": vector(0.3, -1.2), "intercept": {"double": 0.25}}
    several = three | {
        "coefficient_matrix": tensor([0.1, -0.4, 0.7, 1.0, 2.0, -3.0], 3, 2),
        "intercept_vector": vector(0.5, 0.25, -1.0),
    }
    tree = [
        split(0, 0.1),
        split(1, 1.0),
        leaf(3.0, 1.0, 0.0),
        leaf(0.0, 0.0, 0.0),
        leaf(1.0, 1.0, 5.0),
    ]
    other = [split(1, -0.5), leaf(0.1, 0.2, 0.3), leaf(2.0, 2.0, 2.0)]
    votes = [split(0, 0.1), leaf(0.4), split(1, 2.0), leaf(-1.5), leaf(0.0)]
    forest = features | three | {"tree_weights": doubles(1.0, 9.0)}
    boosted = features | two | {"tree_weights": doubles(0.5, 2.0)}
    scaled = {"thresholds": doubles(0.5, 0.2, 0.9)}
    small = [row for row in FINITE_PAIRS if max(map(abs, row)) < 1e3]
    logistic = "logistic_regression"
    cases = []
    for outputs in connected:
        name = "+".join(outputs)

        def case(title: str, op: str, attributes: dict, *, rows=PAIRS, **trees: Any) -> Case:
            node = Node(op, attributes, {"features": "v"}, outputs, **trees)  # noqa: B023
            full = f"{title}: {name}"  # noqa: B023
            relative = SUMS if op == logistic else ULPS
            return Case(full, [assemble("xy", "v"), node], NUMERIC, rows, relative)

        for threshold in (None, 0.3, 0.0, 1.0):
            given = {} if threshold is None else {"threshold": {"double": threshold}}
            cases.append(case(f"logistic {threshold}", logistic, binary | given, rows=small))
        cases += [
            case("multinomial", logistic, several, rows=small),
            case("multinomial, thresholds", logistic, several | scaled, rows=small),
            case("tree", "decision_tree_classifier", features | three, tree=tree),
            case("tree, thresholds", "decision_tree_classifier", features | three | scaled,
                 tree=tree),
            case("forest", "random_forest_classifier", forest, trees=[tree, other]),
            case("boosted", "gbt_classifier", boosted, trees=[votes, [leaf(0.25)]]),
            case(
                "boosted, thresholds",
                "gbt_classifier",
                boosted | {"thresholds": doubles(0.3, 0.7)},
                trees=[votes, [leaf(0.25)]],
            ),
        ]  # fmt: skip
    return cases


def regressions() -> list[Case]:
    features = {"num_features": {"long": 2}}
    by_category = [
        bundles.category_split(0, [1.0, 2.0], True, 4),
        bundles.category_split(1, [0.0, 3.5], False, 4),
        leaf(1.0),
        leaf(2.0),
        split(0, 1e300),
        leaf(3.0),
        leaf(4.0),
    ]
    plain = [split(1, -0.0), leaf(0.1), leaf(0.2)]
    weights = {"tree_weights": doubles(0.3, 1.7)}

    def case(op: str, attributes: dict, rows=PAIRS, **trees: Any) -> Case:
        node = Node(op, attributes, {"features": "v"}, {"prediction": "prediction"}, **trees)
        return Case(op, [assemble("xy", "v"), node], NUMERIC, rows, ULPS)

    linear = {"coefficients": vector(0.1, -2.0), "intercept": {}}
    return [
        case("linear_regression", linear),
        case("decision_tree_regression", features, tree=by_category),
        case("random_forest_regression", features | weights, trees=[by_category, plain]),
        case("gbt_regression", features | weights, trees=[by_category, plain]),
    ]


def pipelines() -> list[Case]:
    linear = Node(
        "linear_regression",
        {"coefficients": vector(1.0, 2.0, 0.5), "intercept": {"double": 1.0}},
        {"features": "w"},
        {"prediction": "prediction"},
    )
    inner = Node("pipeline", {}, {}, {}, nodes=[assemble("xy", "v")])
    outer = Node("pipeline", {}, {}, {}, nodes=[inner, linear])
    both = assemble(["v", "x"], "w", [sized(2), bundles.SCALAR])
    nested = [Node("pipeline", {}, {}, {}, nodes=[inner, both]), linear]
    assert outer.nodes
    return [Case("nested pipelines", nested, NUMERIC, FINITE_PAIRS, ULPS)]


CASES = [*scalers(), *scalars(), *texts(), *classifiers(), *regressions(), *pipelines()]


def disagreements(case: Case, ours: list[dict], theirs: list[dict]) -> list[str]:
    """One line for each row that one engine scores and the other does not, or differently."""
    assert len(ours) == len(theirs) == len(case.rows) > 0
    answers = zip(case.rows, ours, theirs, strict=True)
    return [f"{row}: {a}, MLeap {b}" for row, a, b in answers if _differ(a, b, case.relative)]


def _differ(mine: dict, other: dict, relative: float) -> bool:
    if "refused" in mine or "error" in other:
        return ("refused" in mine) != ("error" in other)
    keys = [key for key in ("prediction", "probability") if key in other]
    return not all(_agree(mine.get(key), other[key], relative) for key in keys)


def _agree(mine: Any, other: Any, relative: float) -> bool:
    if isinstance(other, list):
        values = mine if isinstance(mine, list) else [mine]
        return len(values) == len(other) and all(
            _agree(m, o, relative) for m, o in zip(values, other, strict=True)
        )
    if isinstance(other, str):
        return mine == other
    if mine is None or math.isnan(other):
        return mine is None or math.isnan(mine)
    return mine == other or abs(mine - other) <= relative * max(abs(other), 2.0**-1022)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reader_agrees_with_the_official_runtime(case, jvm, mleap, tmp_path):
    path = bundles.write(tmp_path / "bundle.zip", case.nodes)
    theirs = mleap.score(path, case.columns, case.rows)
    ours = jvm.score(path, [name for name, _ in case.columns], case.rows)
    assert disagreements(case, ours, theirs) == []
