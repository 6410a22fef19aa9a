"""Pipeline: each step gets what the one before gives."""

from __future__ import annotations

from dataclasses import replace

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.names import class_name


def pipeline(estimator: object, table: Table, builder: Builder) -> Table | Prediction:
    from penstock.converters.table import convert_step

    *transformers, last = estimator.steps
    for name, step in transformers:
        if step is None or step == "passthrough":
            continue
        result = convert_step(name, step, table, builder)
        if isinstance(result, Prediction):
            raise builder.refuse(
                f"its step {name!r} ({class_name(step)}) predicts before the last step",
                "export a pipeline whose last step alone predicts",
            )
        table = replace(result, predictor=None)
    name, step = last
    if step is None or step == "passthrough":
        return table
    return convert_step(name, step, table, builder)
