"""StackingClassifier and StackingRegressor: the members' answers are the last one's columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import FLOAT64, OBJECT, Table
from penstock.converters.sklearn.compose import array_dtype
from penstock.converters.sklearn.inner import answers, is_dropped, predictor, values
from penstock.converters.sklearn.inputs import as_dtype
from penstock.converters.sklearn.labels import classification


def stacking_regressor(estimator: object, table: Table, builder: Builder) -> Prediction:
    return _final(estimator, table, builder)


def stacking_classifier(estimator: object, table: Table, builder: Builder) -> Prediction:
    """The members and the last one were fitted on the classes' indices."""
    if isinstance(estimator.classes_, list):
        raise builder.refuse(
            "it predicts several labels at once", "use MultiOutputClassifier, or one for each label"
        )
    final = _final(estimator, table, builder)
    classes = estimator.classes_[np.array(final.output.classes, dtype=int)]
    (label,) = final.outputs.predictions
    probabilities = final.outputs.probabilities
    return classification(classes, label, probabilities, builder, margins=final.margins)


def _final(estimator: object, table: Table, builder: Builder) -> Prediction:
    names = [name for name, member in estimator.estimators if not is_dropped(member)]
    methods = [method for method in estimator.stack_method_ if method is not None]
    is_binary = len(getattr(estimator, "classes_", ())) == 2
    found: list[str] = []
    for name, fitted, method in zip(names, estimator.estimators_, methods, strict=True):
        member = predictor(name, fitted, table, builder)
        columns = answers(member, fitted, method, builder)
        found += columns[1:] if is_binary and method == "predict_proba" else columns
    stacked = values(tuple(found))
    if estimator.passthrough:
        stacked = _beside(stacked, table, builder)
    builder.operation("columns", len(builder.nodes))
    return predictor("final_estimator", estimator.final_estimator_, stacked, builder)


def _beside(stacked: Table, table: Table, builder: Builder) -> Table:
    """The answers and the inputs in one array; text among numbers makes it one of objects."""
    if table.sparse:
        table = builder.numbers(table)
    dtype = array_dtype(table)
    both = Table((*stacked.columns, *table.columns), None, table.sparse)
    return replace(as_dtype(both, OBJECT if dtype == OBJECT else FLOAT64), names=None)
