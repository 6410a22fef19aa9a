"""Predictors inside of predictors: their numbers, labels, probabilities and margins as columns."""

from __future__ import annotations

from sklearn.base import is_regressor

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT64, Table, Value
from penstock.converters.names import class_name
from penstock.graph import Binary, BinaryOp, Where


def predictor(name: str, estimator: object, table: Table, builder: Builder) -> Prediction:
    """The converted estimator, which has to predict."""
    from penstock.converters.table import convert_last

    result = convert_last(name, estimator, table, builder)
    if isinstance(result, Table):
        raise builder.refuse(
            f"its part {name!r} ({class_name(estimator)}) predicts nothing",
            "fit it on a part that has predict",
        )
    return result


def numbers(prediction: Prediction, builder: Builder) -> tuple[str, ...]:
    """What ``predict`` answers as columns of numbers, classes too."""
    if prediction.output.classes is None:
        return prediction.outputs.predictions
    (index,) = prediction.outputs.predictions
    classes = prediction.output.classes
    if any(isinstance(label, str) for label in classes):
        raise builder.refuse(
            "it computes with labels that are text", "encode the labels as numbers before fitting"
        )
    values = [float(label) for label in classes]
    if values == list(range(len(values))):
        return (index,)
    name: str | float = values[0]
    for k, value in enumerate(values[1:], start=1):
        is_class, output = builder.fresh(f"{index}.is{k}"), builder.fresh(f"{index}.value{k}")
        builder.add(Binary(BinaryOp.EQUAL, index, float(k), is_class))
        builder.add(Where(is_class, value, name, output))
        name = output
    return (str(name),)


def method_of(estimator: object, methods: tuple[str, ...], builder: Builder) -> str:
    """The first of the methods that the estimator has, as scikit-learn looks for it."""
    for method in methods:
        if hasattr(estimator, method):
            return method
    raise builder.refuse(
        f"scikit-learn refuses every row, because {class_name(estimator)} has no "
        f"{' and no '.join(methods)}",
        "fit it on an estimator that has one",
    )


def answers(
    prediction: Prediction, estimator: object, method: str, builder: Builder
) -> tuple[str, ...]:
    """The columns of what the estimator's ``method`` gives."""
    if method == "predict":
        return numbers(prediction, builder)
    found = prediction.outputs.probabilities
    if method == "decision_function":
        found = prediction.margins
    if not found:
        raise builder.refuse(
            f"it asks {class_name(estimator)} for {method}, which its converter does not give",
            "use another estimator there, or one with predict_proba and no decision_function",
        )
    return found


def confidence(prediction: Prediction, estimator: object, builder: Builder) -> str:
    """The number by which one class is told from the other: margin, probability or prediction."""
    if is_regressor(estimator):
        return prediction.outputs.predictions[0]
    method = method_of(estimator, ("decision_function", "predict_proba"), builder)
    return answers(prediction, estimator, method, builder)[-1]


def values(names: tuple[str, ...]) -> Table:
    """Predicted columns as the next step's table: doubles, none of them missing."""
    return Table(tuple(Value(name, FLOAT64, missing=False) for name in names))


def is_dropped(member: object) -> bool:
    return isinstance(member, str) and member == "drop"
