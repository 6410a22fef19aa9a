"""PipelineModel: the stages that the answer needs, in their order, and the model as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from penstock.contract import InputColumn
from penstock.converters.build import Builder, Prediction
from penstock.converters.names import public_name
from penstock.converters.sparkml.frame import Frame
from penstock.converters.sparkml.stages import (
    answer_column,
    is_pipeline,
    makes,
    named_stages,
    needs,
    pairs,
)


def pipeline_model(model: object, frame: Frame, builder: Builder) -> Frame:
    """Spark computes no column that nothing asks for, so such stages cannot refuse a row."""
    wanted = frame.wanted
    need = needs(model.stages, wanted)
    for (name, stage), mine in zip(named_stages(model), need.wanted, strict=True):
        with builder.step(name, stage):
            _refuse_skipping(stage, frame, builder)
        if mine or is_pipeline(stage):
            frame = _converted(name, stage, replace(frame, wanted=mine), builder)
        else:
            with builder.step(name, stage):
                builder.operation("unused", len(builder.nodes))
    return replace(frame, wanted=wanted)


def convert_pipeline(
    model: object, columns: Sequence[InputColumn], builder: Builder, predict_fn: str
) -> Prediction:
    """The whole model, whose outermost step is called "model"."""
    name = answer_column(model) if is_pipeline(model) else None
    with builder.step("model", model):
        if name is None and is_pipeline(model):
            raise builder.refuse(
                "mlflow.pyfunc answers with the column 'prediction', which no stage makes",
                "call setPredictionCol('prediction') on the stage that predicts and log it again",
            )
        if predict_fn != "predict":
            raise builder.refuse(
                f"it was logged with pyfunc_predict_fn={predict_fn!r}", "log it with 'predict'"
            )
        _refuse_unknown(model, builder)
    inputs = replace(Frame.of_inputs(columns), wanted=frozenset({name}))
    frame = _converted("model", model, inputs, builder)
    with builder.step("model", model):
        if name not in frame.predictions:
            raise builder.refuse(
                f"its answer {name!r} is made by a transformer and not by a stage that predicts",
                "log a pipeline that ends with a regression or a classification",
            )
    return frame.predictions[name]


def is_known(stage: object) -> bool:
    """Whether the stage's class has a converter."""
    from penstock.converters.table import CONVERTERS

    return public_name(type(stage)) in CONVERTERS


def _refuse_unknown(model: object, builder: Builder) -> None:
    """Classes before all else, as a model that is refused for one is not loaded (``saved``).

    A stage of an unknown class is refused even where nothing reads its columns: it may drop rows.
    """
    from penstock.converters.table import unsupported

    for name, stage in named_stages(model) if is_pipeline(model) else ():
        with builder.step(name, stage):
            if not is_known(stage):
                raise builder.refuse(*unsupported(stage))
            _refuse_unknown(stage, builder)


def _converted(name: str, stage: object, frame: Frame, builder: Builder) -> Frame:
    from penstock.converters.table import convert_step

    result: Frame = convert_step(name, stage, frame, builder)
    return result


def _refuse_skipping(stage: object, frame: Frame, builder: Builder) -> None:
    """A function of a row cannot drop the row, whether or not its columns are used."""
    if not stage.hasParam("handleInvalid") or not stage.isDefined("handleInvalid"):
        return
    if stage.getOrDefault("handleInvalid") != "skip":
        return
    is_indexer = type(stage).__name__ == "StringIndexerModel"
    if is_indexer and not any(name in frame.columns for name, _ in pairs(stage)):
        return
    made = ", ".join(sorted(makes(stage)))
    raise builder.refuse(
        f"with handleInvalid='skip' Spark drops rows ({made}), and a function of a row answers "
        "every row",
        "call setHandleInvalid('error') or setHandleInvalid('keep') on the fitted stage and log "
        "the pipeline again; try_ml_predict then gives NULL for the rows that it would drop",
    )
