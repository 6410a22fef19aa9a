"""Several outputs at once: the members' numbers, or their labels as numbers, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.sklearn.inner import numbers, predictor
from penstock.graph import Outputs

EXACT_INTEGERS = 2**53


def multi_output_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    members = _members(estimator, table, builder)
    names = tuple(name for member in members for name in numbers(member, builder))
    builder.operation("columns", len(builder.nodes))
    output = Output(OutputKind.REGRESSION, "double", width=len(names), array=True)
    return Prediction(Outputs(names), output)


def multi_output_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    members = _members(estimator, table, builder)
    first = len(builder.nodes)
    prediction = several_labels(members, builder)
    builder.operation("columns", first)
    return prediction


def _members(estimator: object, table: Table, builder: Builder) -> list[Prediction]:
    return [
        predictor(f"estimator{i}", fitted, table, builder)
        for i, fitted in enumerate(estimator.estimators_)
    ]


def several_labels(members: Sequence[Prediction], builder: Builder) -> Prediction:
    """An array of one label for each member; the labels have to be numbers of one type."""
    types = sorted({member.output.type for member in members})
    if types not in (["long"], ["double"]):
        raise builder.refuse(
            f"it predicts several labels at once, of type {' and '.join(types)}, and an answer of "
            "several holds numbers",
            "encode the labels as integers before fitting, or fit one classifier for each label",
        )
    labels = [label for member in members for label in member.output.classes or ()]
    if types == ["long"] and any(abs(label) > EXACT_INTEGERS for label in labels):
        raise builder.refuse(
            "one of its labels is beyond 2^53, where doubles skip integers",
            "encode the labels as smaller integers before fitting",
        )
    names = tuple(name for member in members for name in numbers(member, builder))
    output = Output(OutputKind.REGRESSION, types[0], width=len(names), array=True)
    return Prediction(Outputs(names), output)
