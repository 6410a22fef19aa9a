"""How exactly each format says each step of a model: for check, errors and the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from penstock.converters import Conversion
from penstock.errors import UnsupportedOperationError
from penstock.support import Exact, Refused, Support
from penstock.writers import support

_ORDER = {"exact": 0, "within": 1, "refused": 2}


@dataclass(frozen=True)
class Step:
    """One step of the model and, for each format, how exactly it is said there."""

    step: str
    class_name: str
    op: str
    support: dict[str, Support]


def steps(conversion: Conversion, formats: Sequence[str]) -> list[Step]:
    """Every step with the weakest support level of its nodes in each format."""
    levels = {format_: support(conversion.graph, format_) for format_ in formats}
    return [
        Step(
            operation.step,
            operation.class_name,
            operation.op,
            {
                format_: _weakest([levels[format_][node] for node in operation.nodes])
                for format_ in formats
            },
        )
        for operation in conversion.operations
    ]


def refuse_unsupported(found: Sequence[Step], formats: Sequence[str]) -> None:
    """Raises UnsupportedOperationError where a format cannot say a step."""
    for step in found:
        for format_ in formats:
            level = step.support[format_]
            if isinstance(level, Refused):
                raise UnsupportedOperationError(
                    f"step {step.step!r} ({step.class_name}) cannot be written as {format_}: "
                    f"{level.why}; {level.remedy}"
                )


def operations_data(found: Sequence[Step]) -> list[dict[str, Any]]:
    """The manifest's ``operations``."""
    return [
        {
            "step": step.step,
            "class": step.class_name,
            "op": step.op,
            **{
                format_: {"level": level.level, **vars(level)}
                for format_, level in step.support.items()
            },
        }
        for step in found
    ]


def _weakest(levels: Sequence[Support]) -> Support:
    return max(levels, key=lambda level: _ORDER[level.level], default=Exact())
