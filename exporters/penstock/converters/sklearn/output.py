"""What a transformer hands to the next step: an array, or a frame after ``set_output``."""

from __future__ import annotations

from dataclasses import replace

from penstock.converters.build import Builder
from penstock.converters.columns import Table


def output_container(estimator: object) -> str:
    """ "default" or what ``set_output`` asked for ("pandas", "polars")."""
    return getattr(estimator, "_sklearn_output_config", {}).get("transform", "default")


def transformed(estimator: object, table: Table, builder: Builder) -> Table:
    """The table as the next step sees it."""
    container = output_container(estimator)
    if container == "default":
        return replace(table, names=None)
    if container != "pandas":
        raise builder.refuse(
            f"it was told to output {container}", "use set_output(transform='default')"
        )
    return replace(table, names=_names(estimator, len(table.columns)))


def _names(estimator: object, count: int) -> tuple[str | None, ...]:
    """The names of the columns, unknown where a part of the estimator cannot say its own.

    The next step gets the same names in training and now, whatever they are.
    """
    try:
        return tuple(map(str, estimator.get_feature_names_out()))
    except AttributeError:
        return (None,) * count
