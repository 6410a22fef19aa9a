"""What a transformer hands to the next step: an array, or a frame after ``set_output``."""

from __future__ import annotations

from dataclasses import replace

from penstock.converters.build import Builder, Table


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
    return replace(table, names=tuple(map(str, estimator.get_feature_names_out())))
