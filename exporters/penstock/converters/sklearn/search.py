"""Estimators that hand over to a fitted one inside: searches and frozen estimators."""

from __future__ import annotations

from sklearn.experimental import enable_halving_search_cv  # noqa: F401 (publishes Halving*)

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table


def search(estimator: object, table: Table, builder: Builder) -> Table | Prediction:
    """GridSearchCV and its kin answer with ``best_estimator_``."""
    from penstock.converters.table import convert_step

    if not hasattr(estimator, "best_estimator_"):
        raise builder.refuse(
            "it was made with refit=False and kept no model", "fit it with refit=True"
        )
    return convert_step("best_estimator_", estimator.best_estimator_, table, builder)


def frozen(estimator: object, table: Table, builder: Builder) -> Table | Prediction:
    from penstock.converters.table import convert_step

    return convert_step("estimator", estimator.estimator, table, builder)
