"""Pipeline, and the FunctionTransformer that changes nothing."""

from __future__ import annotations

from penstock.converters.build import Builder, Prediction, Table
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
        table = result
    name, step = last
    if step is None or step == "passthrough":
        return table
    return convert_step(name, step, table, builder)


def function_transformer(estimator: object, table: Table, builder: Builder) -> Table:
    """Identity, which is what ColumnTransformer makes of "passthrough"."""
    if estimator.func is not None:
        function = estimator.func
        name = f"{function.__module__}.{getattr(function, '__qualname__', function)}"
        raise builder.refuse(
            f"it calls the Python function {name}, which cannot run outside of Python",
            "do that step in the pipeline's SQL before scoring, or use a supported transformer",
        )
    if estimator.validate:
        raise builder.refuse("it validates its input", "use 'passthrough'")
    builder.operation("identity", len(builder.nodes))
    return table
