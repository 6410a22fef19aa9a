"""Check: can this model be exported, step by step and format by format? Needs no JVM."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from penstock import card
from penstock.converters.members import members
from penstock.converters.names import class_name, public_name
from penstock.converters.table import CONVERTERS, unsupported
from penstock.errors import UnsupportedModelError
from penstock.loading import LoadedModel, load
from penstock.manifest import contract_data
from penstock.operations import Step, steps
from penstock.sparksession import lent_session
from penstock.support import LEGEND, Exact, Refused, Support, Within
from penstock.writers import FORMATS


@dataclass(frozen=True)
class Check:
    """What ``check`` found.

    ``steps``: every step with its support in each format. ``problem``: why the model
    cannot be converted at all, or empty. ``formats``: those that can be written.
    """

    uri: str
    name: str
    version: str | None
    algorithm: str
    steps: tuple[Step, ...]
    problem: str
    formats: tuple[str, ...]
    inputs: tuple[tuple[str, str, str], ...]
    answer: str
    options: str
    warnings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return bool(self.formats)

    def folder(self) -> str:
        """A name for the export's folder."""
        return re.sub(r"[^\w.-]+", "-", self.name).strip("-.") or "model"

    def text(self) -> str:
        """The findings for a person, and what to do next."""
        version = f", version {self.version}" if self.version else ""
        lines = [f"{self.name}{version}: {self.algorithm}", ""]
        for step in self.steps:
            lines.append(f"{step.step} ({step.class_name})")
            lines += [
                f"  {format_:<6} {said(level)}" for format_, level in sorted(step.support.items())
            ]
        if self.problem:
            return "\n".join([*lines, "", f"It cannot be exported: {self.problem}"])
        lines += ["", f"Inputs: {_inputs(self.inputs)}", f"Answer: {self.answer}"]
        if not self.ok:
            return "\n".join([*lines, "", "No format can say all steps."])
        if any(isinstance(level, Within) for step in self.steps for level in step.support.values()):
            lines += ["", LEGEND]
        to = " ".join(f"--to {format_}" for format_ in self.formats)
        path = Path(self.folder()).resolve()
        return "\n".join(
            [
                *lines,
                "",
                "Export it:",
                f"  penstock export --model-uri {quote(self.uri)} {to} --out {self.folder()}"
                f"{self.options}",
                "Then score with it in the pipeline:",
                f"  {sql_line(path)}",
            ]
        )


@lent_session()
def check(
    model_uri: str,
    to: Sequence[str] = tuple(FORMATS),
    *,
    columns: Sequence[str] | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
) -> Check:
    """Say for each step of the model and each format whether it can be exported, and how exactly.

    Raises as ``penstock.loading.load`` does; a model that loads but cannot be converted
    is an answer, not an error.
    """
    model = load(model_uri, tracking_uri, registry_uri, columns)
    problem, answer, found, inputs = "", "", [], ()
    try:
        conversion = model.convert()
    except UnsupportedModelError as error:
        problem = str(error)
        found = list(_unconverted(model, error, to))
    else:
        found = steps(conversion, to)
        inputs = tuple(
            (column.name, column.type, column.role.value) for column in conversion.contract.inputs
        )
        answer = card.answer(contract_data(conversion.contract)["output"])
    return Check(
        uri=model_uri,
        name=model.source.name or type(model.native).__name__,
        version=model.source.version,
        algorithm=card.algorithm(model.native),
        steps=tuple(found),
        problem=problem,
        formats=tuple(
            format_
            for format_ in to
            if not problem and not any(isinstance(step.support[format_], Refused) for step in found)
        ),
        inputs=inputs,
        answer=answer,
        options=_options(columns, tracking_uri, registry_uri),
        warnings=model.warnings,
    )


@dataclass(frozen=True)
class ClassKnown:
    """A step that did not come to conversion, because another one cannot be converted."""

    level = "class known"


def said(level: Support | ClassKnown) -> str:
    """A support level as a sentence for the user."""
    if isinstance(level, ClassKnown):
        return "its class is supported; how exactly shows once all steps convert"
    if isinstance(level, Refused):
        return f"no: {level.why}; {level.remedy}"
    if isinstance(level, Exact):
        return "yes, exactly"
    return f"yes, within {level.bound} ({level.why})"


def sql_line(folder: Path) -> str:
    """The line that a pipeline needs."""
    path = str(folder).replace("\\", "\\\\").replace("'", "\\'")
    return f"SELECT *, ml_predict('{path}', *) AS prediction FROM your_table"


def _options(
    columns: Sequence[str] | None, tracking_uri: str | None, registry_uri: str | None
) -> str:
    """The options of this check that the export needs too."""
    given = {
        "--columns": ",".join(columns) if columns else None,
        "--tracking-uri": tracking_uri,
        "--registry-uri": registry_uri,
    }
    return "".join(f" {name} {quote(value)}" for name, value in given.items() if value)


def _unconverted(
    model: LoadedModel, error: UnsupportedModelError, formats: Sequence[str]
) -> Iterator[Step]:
    """All steps of a model that does not convert, each judged by its class alone."""
    for path, step in _walk("model", model.native, error.step):
        if path == error.step:
            level: Support | ClassKnown = Refused(*_why(str(error)))
        elif public_name(type(step)) in CONVERTERS:
            level = ClassKnown()
        else:
            level = Refused(*unsupported(step))
        yield Step(path, class_name(step), "", dict.fromkeys(formats, level))


def _why(sentence: str) -> tuple[str, str]:
    """The reason and the remedy in a converter's "step ...: why; remedy"."""
    why, _, remedy = sentence.partition(": ")[2].rpartition("; ")
    return (why or sentence, remedy)


def _walk(path: str, model: Any, refused: str) -> Iterator[tuple[str, Any]]:
    """The steps that have no parts, and the one that was refused."""
    parts = members(model)
    if parts is None or path == refused:
        yield path, model
    for name, part in parts or ():
        if not isinstance(part, str):
            yield from _walk(f"{path}/{name}", part, refused)


def _inputs(inputs: Sequence[tuple[str, str, str]]) -> str:
    """ "a, b (double), c (string used as a number)": columns of one kind are named together."""
    groups: dict[str, list[str]] = {}
    for name, type_, role in inputs:
        how = f"{type_} used as a number" if (type_, role) == ("string", "number") else type_
        groups.setdefault(how, []).append(card.on_one_line(name))
    return "; ".join(f"{', '.join(names)} ({how})" for how, names in groups.items())
