"""Names of classes: the one under which the library publishes them, where it does."""

from __future__ import annotations

import importlib


def class_name(model: object) -> str:
    """The full name of the model's class, as its library's documentation has it."""
    cls = type(model)
    return public_name(cls) or f"{cls.__module__}.{cls.__qualname__}"


def public_name(cls: type) -> str | None:
    """The name under which the library publishes ``cls``, or None if it does not.

    ``sklearn.linear_model._base.LinearRegression`` is published as
    ``sklearn.linear_model.LinearRegression``. Only the very class counts: one that
    merely has the same name somewhere else is not what the table speaks of.
    """
    parts = cls.__module__.split(".")
    private = [i for i, part in enumerate(parts) if part.startswith("_")]
    module = ".".join(parts[: private[0]] if private else parts)
    try:
        found = getattr(importlib.import_module(module), cls.__qualname__, None)
    except (ImportError, ValueError):
        return None
    return f"{module}.{cls.__qualname__}" if found is cls else None
