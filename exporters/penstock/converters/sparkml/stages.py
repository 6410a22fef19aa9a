"""The stages of a fitted pipeline: their names, the columns they read and make, what is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

PIPELINE = "PipelineModel"
ANSWER = "prediction"
"""The column that mlflow.spark's pyfunc answers with."""

_READ = ("inputCol", "featuresCol")
_MADE = ("outputCol", "predictionCol", "probabilityCol", "rawPredictionCol", "varianceCol")


def named_stages(model: Any) -> list[tuple[str, Any]]:
    """The stages by their class, the second of a class with a number behind it."""
    names = [type(stage).__name__ for stage in model.stages]
    return [
        (name if names.count(name) == 1 else f"{name}-{1 + names[:place].count(name)}", stage)
        for place, (name, stage) in enumerate(zip(names, model.stages, strict=True))
    ]


def is_pipeline(stage: Any) -> bool:
    return type(stage).__name__ == PIPELINE and hasattr(stage, "stages")


def leaf_stages(model: Any) -> Iterator[Any]:
    """The stages of the pipeline and of the pipelines inside it, in their order."""
    for stage in model.stages:
        if is_pipeline(stage):
            yield from leaf_stages(stage)
        else:
            yield stage


def text(stage: Any, param: str) -> str:
    """The value of a parameter that holds a column's name, "" where it has none."""
    if not stage.hasParam(param) or not stage.isDefined(param):
        return ""
    return str(stage.getOrDefault(param))


def pairs(stage: Any) -> list[tuple[str, str]]:
    """(input, output) of a transformer that has one or several of each."""
    if stage.hasParam("inputCols") and stage.isSet("inputCols"):
        return list(zip(stage.getInputCols(), stage.getOutputCols(), strict=True))
    return [(stage.getInputCol(), stage.getOutputCol())]


def reads(stage: Any) -> set[str]:
    """The columns that the stage reads."""
    found = {name for param in _READ if (name := text(stage, param))}
    if stage.hasParam("inputCols") and stage.isSet("inputCols"):
        found = set(stage.getInputCols())
    return found


def makes(stage: Any) -> set[str]:
    """The columns that the stage makes."""
    if is_pipeline(stage):
        return {name for inner in stage.stages for name in makes(inner)}
    found = {name for param in _MADE if (name := text(stage, param))}
    if stage.hasParam("outputCols") and stage.isSet("outputCols"):
        found = set(stage.getOutputCols())
    return found


@dataclass(frozen=True)
class Need:
    """For each stage the columns wanted of it, and what all together read from outside."""

    wanted: list[frozenset[str]]
    reads: frozenset[str]


def needs(stages: Sequence[Any], wanted: frozenset[str]) -> Need:
    """What is needed to make the ``wanted`` columns, seen from the last stage backwards."""
    open_ = set(wanted)
    found = []
    for stage in reversed(stages):
        mine = frozenset(open_ & makes(stage))
        found.append(mine)
        if is_pipeline(stage):
            open_ = set(needs(stage.stages, frozenset(open_)).reads)
        elif mine:
            open_ = (open_ - makes(stage)) | reads(stage)
    return Need(found[::-1], frozenset(open_))


def answer_column(model: Any) -> str | None:
    """The column that pyfunc answers with, None where it finds none.

    That is the column "prediction"; where no stage makes one, MLflow renames the output of
    the last stage, if it is a transformer with one output.
    """
    if ANSWER in makes(model):
        return ANSWER
    last = model.stages[-1] if model.stages else None
    if last is not None and last.hasParam("outputCol") and not (
        last.hasParam("outputCols") and last.isSet("outputCols")
    ):  # fmt: skip
        return text(last, "outputCol") or None
    return None


def input_names(model: Any) -> list[str]:
    """The columns that a row has to have, sorted."""
    name = answer_column(model) if is_pipeline(model) else None
    return sorted(needs([model], frozenset({name})).reads) if name else []


def predictor(model: Any) -> Any | None:
    """The stage whose prediction is the model's answer, as it is or as a label's text."""
    name = answer_column(model)
    for stage in reversed(list(leaf_stages(model))):
        if name in makes(stage):
            if type(stage).__name__ != "IndexToString":
                return stage if text(stage, "predictionCol") == name else None
            name = text(stage, "inputCol")
    return None
