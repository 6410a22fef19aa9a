"""The fitted scikit-learn model inside pyfunc, asked for all that it tells of some rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.converters.names import public_name
from penstock.leaves import finder


class Native:
    """A model whose preparing steps run once, however much its last step is asked for.

    ``Pipeline.predict`` is its steps' ``transform``, one after another, and the last one's
    ``predict``; ``predict_proba`` likewise.
    """

    def __init__(self, model: Any, predict_fn: str):
        self._predict_fn = predict_fn
        self._prepare, self._last = None, model
        if public_name(type(model)) == "sklearn.pipeline.Pipeline":
            self._last = model.steps[-1][1]
            self._prepare = model[:-1] if len(model.steps) > 1 else None
        self._find_leaves = finder(self._last)

    @property
    def prepares(self) -> bool:
        """Whether the last step gets other columns than the model's own input."""
        return self._prepare is not None

    @property
    def tells_leaves(self) -> bool:
        """Whether ``leaves`` can be asked for."""
        return self._find_leaves is not None

    def columns(self, data: Any) -> Any:
        """What the last step gets, from what MLflow hands to the model."""
        return data if self._prepare is None else self._prepare.transform(data)

    def predict(self, columns: Any) -> Any:
        """What pyfunc's ``predict`` gives."""
        return getattr(self._last, self._predict_fn)(columns)

    def probabilities(self, columns: Any) -> np.ndarray:
        """The probabilities, (rows, classes)."""
        return self._last.predict_proba(columns)

    def leaves(self, columns: Any) -> np.ndarray:
        """The leaves, integers (rows, trees), see ``penstock.leaves``."""
        return self._find_leaves(self._last, columns)
