"""DummyRegressor and DummyClassifier: the same answer to every row, which is not even validated."""

from __future__ import annotations

import numpy as np

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT64, Table
from penstock.converters.constants import constant_column
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.linear import numbers


def dummy_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    values = np.atleast_1d(np.asarray(estimator.constant_)).reshape(-1)
    if any(float(value) != value for value in values.tolist()):
        raise builder.refuse(
            "its constant is an integer that a double cannot hold", "fit it on doubles"
        )
    first = len(builder.nodes)
    hints = ["prediction"] if len(values) == 1 else [f"prediction{k}" for k in range(len(values))]
    names = tuple(
        _constant(table, builder, float(value), hint)
        for value, hint in zip(values, hints, strict=True)
    )
    builder.operation("constant", first)
    return numbers(names, array=estimator.n_outputs_ > 1)


def dummy_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    """The most frequent class, the first of equals, or the constant one."""
    if estimator.n_outputs_ > 1 or estimator.sparse_output_:
        raise builder.refuse("it predicts several labels at once", "fit one model for each label")
    strategy = estimator._strategy
    if strategy not in ("most_frequent", "prior", "constant"):
        raise builder.refuse(
            f"its strategy {strategy!r} answers at random", "use strategy='prior' or 'constant'"
        )
    first = len(builder.nodes)
    index = _index(estimator, builder)
    if strategy == "prior":
        shares = np.asarray(estimator.class_prior_, dtype=np.float64)
    else:
        shares = np.eye(len(estimator.classes_))[index]
    label = _constant(table, builder, float(index), "label")
    probabilities = tuple(
        _constant(table, builder, float(share), f"probability{k}") for k, share in enumerate(shares)
    )
    builder.operation("constant", first)
    return classification(estimator.classes_, label, probabilities, builder)


def _index(estimator: object, builder: Builder) -> int:
    """Which class it says."""
    if estimator._strategy != "constant":
        return int(np.argmax(estimator.class_prior_))
    said = np.asarray(estimator.constant).reshape(-1)[0].item()
    for index, known in enumerate(estimator.classes_.tolist()):
        if known == said and type(known) is type(said):
            return index
    raise builder.refuse(
        f"its constant {said!r} is of another type than its classes",
        "give the constant in the type of the labels",
    )


def _constant(table: Table, builder: Builder, value: float, hint: str) -> str:
    if not table.columns:
        raise builder.refuse("it gets no column at all", "leave out the steps before it")
    return constant_column(builder, table.columns[0], value, FLOAT64, hint).name
