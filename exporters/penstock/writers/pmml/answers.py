"""The last link of a chain: what the document as a whole answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from penstock.errors import UnsupportedOperationError
from penstock.graph import Outputs
from penstock.writers.names import Names
from penstock.writers.pmml import models
from penstock.writers.pmml.expressions import ref
from penstock.writers.pmml.models import Frame
from penstock.writers.pmml.plan import Plan, Threshold
from penstock.writers.pmml.xml import XmlWriter, element, number


@dataclass(frozen=True)
class Answer:
    """``function`` is PMML's name for the kind of model; ``reads`` are the columns it needs."""

    function: str
    reads: Sequence[str]
    target: str | None
    target_field: str | None  # its DataField
    outputs: Sequence[str]  # OutputField elements
    write: Callable[[XmlWriter, Frame], None]


def answer(outputs: Outputs, names: Names, plan: Plan) -> Answer:
    if outputs.labels:
        return _label(outputs, names, plan)
    if len(outputs.predictions) == 1:
        return _number(outputs.predictions[0], names)
    return _numbers(outputs.predictions, names)


def _number(column: str, names: Names) -> Answer:
    target = names.claim("prediction")
    field = element("DataField", {"name": target, "optype": "continuous", "dataType": "double"})
    return Answer("regression", [column], target, field, [], _pass_on(column))


def _numbers(columns: Sequence[str], names: Names) -> Answer:
    """Several numbers: output fields, because a regression has one target."""
    fields = [_output(names, f"prediction({i})", column) for i, column in enumerate(columns)]
    return Answer("regression", columns, None, None, fields, _pass_on(columns[-1]))


def _pass_on(column: str) -> Callable[[XmlWriter, Frame], None]:
    def write(xml: XmlWriter, frame: Frame) -> None:
        models.linear(xml, [column], [1.0], 0.0, frame)

    return write


def _output(names: Names, name: str, column: str) -> str:
    if names.claim(name) != name:
        raise UnsupportedOperationError(
            f"PMML needs the name {name!r} for an output, but a column of the model has it; "
            "rename that column."
        )
    attributes = {"name": name, "optype": "continuous", "dataType": "double"}
    return element("OutputField", attributes | {"feature": "transformedValue"}, ref(column))


def _label(outputs: Outputs, names: Names, plan: Plan) -> Answer:
    """A tree over the class index, so that ties fall as the index says.

    A margin that overflowed to NaN is missing in PMML, no rule holds for it, and the
    first class stands, as ``NaN > 0`` is false in the library.
    """
    target = names.claim("prediction")
    values = "".join(element("Value", {"value": label}) for label in outputs.labels)
    attributes = {"name": target, "optype": "categorical", "dataType": "string"}
    field = element("DataField", attributes, values)
    fields = [
        _output(names, f"probability({label})", column)
        for label, column in zip(outputs.labels, outputs.probabilities, strict=False)
    ]
    index = outputs.predictions[0]
    threshold = plan.threshold(index)
    if threshold and len(outputs.labels) == 2:
        reads, rules = threshold.column, _threshold_rules(threshold, outputs.labels)
    else:
        reads, rules = index, _index_rules(index, outputs.labels)

    def write(xml: XmlWriter, frame: Frame) -> None:
        strategy = {"noTrueChildStrategy": "returnLastPrediction"}
        xml.start("TreeModel", {"functionName": "classification", **strategy, **frame.attributes})
        frame.write(xml)
        xml.start("Node", {"id": "0", "score": outputs.labels[0]})
        xml.raw("<True/>")
        for i, (label, rule) in enumerate(rules, start=1):
            xml.raw(element("Node", {"id": str(i), "score": label}, rule))
        xml.end()
        xml.end()

    columns = [reads, *outputs.probabilities]
    return Answer("classification", columns, target, field, fields, write)


def _threshold_rules(threshold: Threshold, labels: Sequence[str]) -> list[tuple[str, str]]:
    def rule(operator: str) -> str:
        attributes = {"field": threshold.column, "operator": operator}
        return element("SimplePredicate", attributes | {"value": number(threshold.value)})

    return [(labels[1], rule("greaterThan"))]


def _index_rules(index: str, labels: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (label, element("SimplePredicate", {"field": index, "operator": "equal", "value": str(i)}))
        for i, label in enumerate(labels)
        if i > 0
    ]
