"""What a predictor of Spark ML adds to the frame: a number, or the index of a class."""

from __future__ import annotations

from collections.abc import Sequence

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT64, Value
from penstock.converters.sparkml.frame import Frame, Scalar
from penstock.converters.sparkml.stages import text
from penstock.converters.sums import chain
from penstock.graph import ArgMax, Binary, BinaryOp, Outputs


def regression(stage: object, frame: Frame, column: str) -> Frame:
    """The number in ``column`` under the name that the stage gives it."""
    output = Output(OutputKind.REGRESSION, "double")
    return _predicted(stage, frame, column, Prediction(Outputs((column,)), output))


def classification(
    stage: object, frame: Frame, label: str, probabilities: tuple[str, ...]
) -> Frame:
    """The class, a double 0.0, 1.0, ..., whose index is in ``label``."""
    given = probabilities if text(stage, "probabilityCol") else ()
    classes = tuple(map(float, range(len(probabilities))))
    output = Output(OutputKind.CLASSIFICATION, "double", classes=classes, probabilities=bool(given))
    outputs = Outputs((label,), tuple(map(str, classes)), given)
    return _predicted(stage, frame, label, Prediction(outputs, output))


def _predicted(stage: object, frame: Frame, column: str, prediction: Prediction) -> Frame:
    name = stage.getPredictionCol()
    made = frame.with_columns([(name, Scalar(Value(column, FLOAT64)))])
    return made.with_prediction(name, prediction)


def refuse_no_raw_prediction(stage: object, builder: Builder) -> None:
    """Which column a classifier decides by depends on which ones it makes."""
    if not text(stage, "rawPredictionCol"):
        raise builder.refuse(
            "its rawPredictionCol is empty, so that it decides in another way",
            "call setRawPredictionCol('rawPrediction') on the fitted stage and log it again",
        )


def decided(
    stage: object, raw: Sequence[str], probabilities: Sequence[str], builder: Builder
) -> str:
    """The first class with the largest raw prediction, or of p / threshold where there are any."""
    scores = list(raw)
    if stage.isDefined("thresholds"):
        thresholds = list(map(float, stage.getThresholds()))
        if len(thresholds) != len(scores) or not all(0.0 < t < float("inf") for t in thresholds):
            raise builder.refuse(
                f"it has the thresholds {thresholds}, and one of them is zero or lacking",
                "use thresholds above zero, one for each class",
            )
        scores = []
        for probability, threshold in zip(probabilities, thresholds, strict=True):
            scores.append(builder.fresh(f"{probability}.scaled"))
            builder.add(Binary(BinaryOp.DIV, probability, threshold, scores[-1]))
    label = builder.fresh("label")
    builder.add(ArgMax(tuple(scores), label))
    return label


def normalized(raw: Sequence[str], builder: Builder) -> tuple[str, ...]:
    """Each over the sum of all, which is added up in the order of the classes."""
    total = chain(builder, raw, "total")
    names = tuple(builder.fresh(f"probability{k}") for k in range(len(raw)))
    for column, name in zip(raw, names, strict=True):
        builder.add(Binary(BinaryOp.DIV, column, total, name))
    return names
