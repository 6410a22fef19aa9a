"""Faults of the contract: in penstock.json, and in the converter, that makes it and the graph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from penstock.converters import Conversion
from penstock.graph import (
    Compare,
    TreeEnsemble,
)
from tests.soak import graph_edits as g
from tests.soak.edits import Converted, Manifest
from tests.soak.mutation import DISAGREE, Mutation


def check(kind: str):
    """The manifest's first check of that kind."""
    return lambda data: next(c for c in data["contract"]["checks"] if c["kind"] == kind)


def without(kind: str):
    """Drops all checks of that kind."""

    def change(data: dict[str, Any]) -> None:
        checks = data["contract"]["checks"]
        checks[:] = [found for found in checks if found["kind"] != kind]

    return change


def without_a_column(kind: str, column: int):
    """One check of that kind forgets one of its columns."""

    def change(data: dict[str, Any]) -> None:
        found = check(kind)(data)
        for name in ("columns", "min", "max"):
            if name in found:
                found[name] = tuple(v for k, v in enumerate(found[name]) if k != column)

    return change


def range_moved(towards: float):
    """The largest numbers that the model takes are the next ones in that direction."""

    def change(data: dict[str, Any]) -> None:
        found = check("OUT_OF_RANGE")(data)
        found["max"] = tuple(np.nextafter(found["max"], towards).tolist())

    return change


def no_minus_zero(data: dict[str, Any]) -> None:
    """A range that begins with both zeros begins with one of them."""
    for found in data["contract"]["checks"]:
        if found["kind"] == "OUT_OF_RANGE":
            found["min"] = tuple(0.0 if number == 0 else number for number in found["min"])


def one_category_less(data: dict[str, Any]) -> None:
    found = check("UNKNOWN_CATEGORY")(data)
    found["categories"] = found["categories"][:-1]


def one_category_more(data: dict[str, Any]) -> None:
    """A missing city is one of the known."""
    found = check("UNKNOWN_CATEGORY")(data)
    found["categories"] = (*found["categories"], None)


def checks_in_another_order(data: dict[str, Any]) -> None:
    data["contract"]["checks"].reverse()


def classes_swapped(data: dict[str, Any]) -> None:
    classes = data["contract"]["output"]["classes"]
    classes[0], classes[1] = classes[1], classes[0]


def labels_as_text(data: dict[str, Any]) -> None:
    output = data["contract"]["output"]
    output["type"], output["classes"] = "string", [str(label) for label in output["classes"]]


def golden_answer_moved(data: dict[str, Any]) -> None:
    golden = data["golden"]["expected"]
    scored = next(answer for answer in golden if "prediction" in answer)
    scored["prediction"] = scored["prediction"] * 1.001


def input_renamed(data: dict[str, Any]) -> None:
    """Two inputs have each other's names, so that each row's cells change places."""
    first, second = data["contract"]["inputs"][:2]
    first["name"], second["name"] = second["name"], first["name"]


def of_graph(change):
    """The conversion with another graph."""
    return lambda conversion: replace(conversion, graph=change(conversion.graph))


def with_swapped_classes(conversion: Conversion) -> Conversion:
    """The first two classes have changed places, in the graph and in the contract."""
    output = conversion.contract.output
    contract = replace(
        conversion.contract, output=replace(output, classes=g.swapped(output.classes))
    )
    graph = g.outputs(labels=g.swapped)(conversion.graph)
    return replace(conversion, graph=graph, contract=contract)


MANIFEST = [
    Mutation(
        "missing values are not refused",
        "dropped check",
        Manifest(without("MISSING_VALUE")),
        ("linear", "logistic", "boosted"),
        whole=True,
    ),
    Mutation(
        "missing values are not refused in one column",
        "dropped check",
        Manifest(without_a_column("MISSING_VALUE", 1)),
        ("linear", "logistic", "boosted"),
    ),
    Mutation(
        "infinity is not refused",
        "dropped check",
        Manifest(without("OUT_OF_RANGE")),
        ("linear", "logistic", "tree", "pipeline"),
    ),
    Mutation(
        "infinity is not refused in one column",
        "dropped check",
        Manifest(without_a_column("OUT_OF_RANGE", 1)),
        ("linear", "tree", "pipeline"),
    ),
    Mutation(
        "the largest number is refused",
        "range",
        Manifest(range_moved(-np.inf)),
        ("linear", "tree", "forest"),
    ),
    Mutation(
        "one number more than the largest is scored",
        "range",
        Manifest(range_moved(np.inf)),
        ("linear", "tree", "forest"),
    ),
    Mutation(
        "unknown categories are not refused",
        "dropped check",
        Manifest(without("UNKNOWN_CATEGORY")),
        ("ordinal",),
    ),
    Mutation(
        "a known category is refused", "unknown category", Manifest(one_category_less), ("ordinal",)
    ),
    Mutation(
        "a missing category is known", "unknown category", Manifest(one_category_more), ("ordinal",)
    ),
    Mutation(
        "text that is no number is not refused",
        "dropped check",
        Manifest(without("NOT_A_NUMBER")),
        ("linear of texts",),
    ),
    Mutation(
        "checks in another order",
        "order of checks",
        Manifest(checks_in_another_order),
        ("linear of texts", "ordinal"),
    ),
    Mutation("-0.0 is refused", "-0.0", Manifest(no_minus_zero), ("isotonic",)),
    Mutation(
        "classes swapped",
        "classes swapped",
        Manifest(classes_swapped),
        ("logistic", "binary", "forest"),
        by=DISAGREE,
    ),
    Mutation(
        "labels are texts",
        "type of labels",
        Manifest(labels_as_text),
        ("logistic", "tree classifier"),
        by=DISAGREE,
    ),
    Mutation(
        "inputs have each other's names",
        "columns reordered",
        Manifest(input_renamed),
        ("linear", "tree"),
    ),
    Mutation(
        "a golden answer is another",
        "golden rows",
        Manifest(golden_answer_moved),
        ("linear", "tree"),
    ),
]

CONVERTER = [
    Mutation(
        "the contract forgets that missing values are refused",
        "dropped check",
        Converted(lambda c: replace(c, contract=replace(c.contract, checks=c.contract.checks[1:]))),
        ("linear",),
    ),
    Mutation(
        "the contract forgets that infinity is refused",
        "dropped check",
        Converted(lambda c: replace(c, contract=replace(c.contract, checks=()))),
        ("tree",),
    ),
    Mutation(
        "the graph compares doubles",
        "float32",
        Converted(of_graph(g.fields(TreeEnsemble, compare=lambda _: Compare.FLOAT64))),
        ("tree",),
    ),
    Mutation(
        "the graph sends missing values the other way",
        "missing direction",
        Converted(of_graph(g.tree(g.flip_missing))),
        ("histogram",),
    ),
    Mutation(
        "the graph has another label first",
        "classes swapped",
        Converted(with_swapped_classes),
        ("logistic",),
    ),
]
