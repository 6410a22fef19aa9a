"""Walks through the estimators nested in a fitted scikit-learn model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from penstock.converters.members import members


def nested_estimators(model: Any, indices: Sequence[int]) -> Iterator[tuple[Any, list[int]]]:
    """The fitted steps that see input columns unmixed, each with the columns' indices.

    Follows pipelines through the steps that keep their columns (imputers, scalers),
    column transformers into their parts, and models made of models into those that get
    the same columns.
    """
    indices = list(indices)
    if hasattr(model, "steps"):
        for _, step in model.steps:
            yield from nested_estimators(step, indices)
            if not hasattr(step, "statistics_") and not hasattr(step, "scale_"):
                return
    elif hasattr(model, "transformers_"):
        places = getattr(model, "_transformer_to_input_indices", {})
        for name, transformer, _ in model.transformers_:
            own = [indices[place] for place in places.get(name, []) if place < len(indices)]
            yield from nested_estimators(transformer, own)
    elif (parts := members(model)) is not None:
        for name, part in parts:
            if name != "final_estimator":
                yield from nested_estimators(part, indices)
    elif not isinstance(model, str) and model is not None:
        yield model, indices


def set_single_threaded(model: Any) -> None:
    """Set ``n_jobs=1`` in the model and every estimator inside it, fitted ones included.

    Sums over trees then have one order, and a rerun gives the same bits.
    """
    seen: set[int] = set()
    stack: list[Any] = [model]
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, (list, tuple)):
            stack.extend(item)
        elif isinstance(item, np.ndarray) and item.dtype.kind == "O":
            stack.extend(item.ravel().tolist())
        elif hasattr(item, "get_params"):
            if "n_jobs" in vars(item):
                item.n_jobs = 1
            stack.extend(vars(item).values())
