"""The feature selectors: some of the columns, as they are."""

from __future__ import annotations

from dataclasses import replace

from sklearn import utils

from penstock.converters.build import Builder
from penstock.converters.columns import OBJECT, Table
from penstock.converters.sklearn.inputs import as_dtype, check_features, check_finite
from penstock.converters.sklearn.output import output_container, transformed


def feature_selector(estimator: object, table: Table, builder: Builder) -> Table:
    """The columns of ``get_support()``, after a check of all of them, those left out too.

    A frame that mixes text with numbers becomes an array of objects, in which only NaN
    is looked for; text stays text.
    """
    check_features(estimator, table, builder)
    indices = estimator.get_support(indices=True)
    if not len(indices):
        raise builder.refuse("it selects no column at all", "fit it with a milder criterion")
    if output_container(estimator) == "default" or table.names is None:
        table = _checked(estimator, table, len(indices), builder)
    first = len(builder.nodes)
    builder.operation("select", first)
    table = transformed(estimator, table.select(indices), builder)
    if hasattr(estimator, "predict"):  # RFE answers with the estimator that it fitted last
        table = replace(table, predictor=("estimator_", estimator.estimator_))
    return table


def _checked(estimator: object, table: Table, selected: int, builder: Builder) -> Table:
    """Nothing is refused where the selector lets NaN pass, not even infinity.

    Of several columns of text, one may hold NaN, which is refused here, and another what is no
    number, which a later step refuses; a NULL in the place of the NaN turns that order round.
    """
    if not allows_missing(estimator):
        if table.dtype != OBJECT:
            table = check_finite(table, builder, allow_missing=False)
        elif all(value.text for value in table.columns):
            if selected > 1:
                raise builder.refuse(
                    "it checks text before it is parsed, where a NULL is let through and NaN is "
                    "not",
                    "put a scaler before it, or give the model a signature of doubles",
                )
            columns = tuple(replace(value, only_null=True) for value in table.columns)
            table = replace(table, columns=columns)
        else:
            raise builder.refuse(
                "it gets columns of text together with columns of numbers",
                "select the columns of numbers alone, in a ColumnTransformer",
            )
    return as_dtype(table, table.dtype)


def allows_missing(estimator: object) -> bool:
    """What the installed scikit-learn says about NaN in the estimator's input."""
    if hasattr(utils, "get_tags"):
        return bool(utils.get_tags(estimator).input_tags.allow_nan)
    return bool(estimator._get_tags()["allow_nan"])  # up to 1.5
