"""One PMML document: header, data dictionary, and the model or chain of models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from penstock.graph import Graph, Kind
from penstock.lineage import node_outputs
from penstock.writers.names import Names
from penstock.writers.pmml import answers, models
from penstock.writers.pmml.models import Frame
from penstock.writers.pmml.plan import Plan
from penstock.writers.pmml.xml import XmlWriter, readable

NAMESPACE = "http://www.dmg.org/PMML-4_4"


def write(graph: Graph, path: Path, name: str) -> None:
    name = readable(name)
    names = Names(_columns(graph))
    plan = Plan(graph, names)
    with XmlWriter(path) as xml:
        xml.start("PMML", {"xmlns": NAMESPACE, "version": "4.4"})
        xml.start("Header", {"description": name})
        xml.empty("Application", {"name": "Penstock"})
        xml.end()
        answer = answers.answer(graph.outputs, names, plan)
        xml.start("DataDictionary")
        for column in graph.inputs:
            is_text = column.kind is Kind.STRING
            optype, type_ = ("categorical", "string") if is_text else ("continuous", "double")
            xml.empty("DataField", {"name": column.name, "optype": optype, "dataType": type_})
        if answer.target_field:
            xml.raw(answer.target_field)
        xml.end()
        direct = plan.models[0] if len(plan.models) == 1 else None
        if direct and not graph.outputs.labels and graph.outputs.predictions == direct.columns:
            frame = _top_frame(graph, plan, direct.reads, answer, name)
            models.write(xml, direct, frame)
        else:
            _chain(xml, graph, plan, answer, name)
        xml.end()


def _columns(graph: Graph) -> list[str]:
    names = [column.name for column in graph.inputs]
    for node in graph.nodes:
        names += node_outputs(node)
    return names


def _top_frame(
    graph: Graph, plan: Plan, columns: Sequence[str], answer: answers.Answer, name: str
) -> Frame:
    """What surrounds the outermost model, of which the parts read ``columns``."""
    needs = plan.before_models(columns)
    used = set(needs.reads)
    inputs = [column.name for column in graph.inputs]
    return Frame(
        inputs=[column for column in inputs if column in used],
        supplementary=[column for column in inputs if column not in used],
        target=answer.target,
        fields=needs.fields,
        attributes={"modelName": name},
    )


def _chain(xml: XmlWriter, graph: Graph, plan: Plan, answer: answers.Answer, name: str) -> None:
    links = [(model, plan.between_models(model.reads)) for model in plan.models]
    last = plan.between_models(answer.reads)
    columns = [column for _, needs in links for column in needs.reads] + last.reads
    xml.start("MiningModel", {"functionName": answer.function, "modelName": name})
    frame = _top_frame(graph, plan, columns, answer, name)
    frame.write(xml)
    xml.start("Segmentation", {"multipleModelMethod": "modelChain"})
    for i, (model, needs) in enumerate(links, start=1):
        _start_segment(xml, i)
        inner = Frame(needs.reads, outputs=model.hands_on(), fields=needs.fields)
        models.write(xml, model, inner)
        xml.end()
    _start_segment(xml, len(links) + 1)
    outputs = answer.outputs
    answer.write(xml, Frame(last.reads, target=answer.target, outputs=outputs, fields=last.fields))
    xml.end()
    xml.end()
    xml.end()


def _start_segment(xml: XmlWriter, number: int) -> None:
    xml.start("Segment", {"id": str(number)})
    xml.raw("<True/>")
