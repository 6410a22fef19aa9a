"""The parts of a model that is made of models, by the names that steps have in messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.converters.names import public_name
from penstock.converters.sparkml.stages import named_stages

Members = list[tuple[str, Any]]


def members(model: Any) -> Members | None:
    """The fitted parts with their names, None where the model has no parts of its own."""
    find = _FIND.get(public_name(type(model)) or "")
    if find is None:
        return None
    return [(name, part) for name, part in find(model) if part is not None]


def _named(model: Any) -> Members:
    """Members that were given by name; those that were dropped are not fitted."""
    names = [name for name, member in model.estimators if not isinstance(member, str)]
    return list(zip(names, model.estimators_, strict=True))


def _stacked(model: Any) -> Members:
    return [*_named(model), ("final_estimator", model.final_estimator_)]


def _numbered(model: Any) -> Members:
    return [(f"estimator{i}", member) for i, member in enumerate(model.estimators_)]


def _calibrated(model: Any) -> Members:
    folds = enumerate(model.calibrated_classifiers_)
    return [(f"calibrated{i}", fold.estimator) for i, fold in folds]


def _found(model: Any) -> Members:
    return [("best_estimator_", getattr(model, "best_estimator_", None))]


def _wrapped(model: Any) -> Members:
    return [("estimator", getattr(model, "estimator_", model.estimator))]


def _columns(model: Any) -> Members:
    return [(name, part) for name, part, _ in model.transformers_]


_FIND: dict[str, Callable[[Any], Members]] = {
    "pyspark.ml.pipeline.PipelineModel": named_stages,
    "sklearn.calibration.CalibratedClassifierCV": _calibrated,
    "sklearn.compose.ColumnTransformer": _columns,
    "sklearn.compose.TransformedTargetRegressor": lambda model: [("regressor", model.regressor_)],
    "sklearn.ensemble.AdaBoostRegressor": _numbered,
    "sklearn.ensemble.StackingClassifier": _stacked,
    "sklearn.ensemble.StackingRegressor": _stacked,
    "sklearn.ensemble.VotingClassifier": _named,
    "sklearn.ensemble.VotingRegressor": _named,
    "sklearn.frozen.FrozenEstimator": _wrapped,
    "sklearn.model_selection.FixedThresholdClassifier": _wrapped,
    "sklearn.model_selection.GridSearchCV": _found,
    "sklearn.model_selection.HalvingGridSearchCV": _found,
    "sklearn.model_selection.HalvingRandomSearchCV": _found,
    "sklearn.model_selection.RandomizedSearchCV": _found,
    "sklearn.model_selection.TunedThresholdClassifierCV": _wrapped,
    "sklearn.multiclass.OneVsOneClassifier": _numbered,
    "sklearn.multiclass.OneVsRestClassifier": _numbered,
    "sklearn.multioutput.MultiOutputRegressor": _numbered,
    "sklearn.pipeline.FeatureUnion": lambda model: model.transformer_list,
    "sklearn.pipeline.Pipeline": lambda model: model.steps,
}
