"""Penstock: registered MLflow models, scored inside JVM pipelines with pyfunc's answers.

``check`` says whether and how a model can be exported, ``export`` writes it,
``verify`` compares an export with pyfunc again, ``inspect`` shows its card.
``register_converter`` adds an estimator. ``penstock.spark`` is for PySpark.
"""

from __future__ import annotations

from typing import Any

from penstock.version import __version__

__all__ = ["__version__", "check", "export", "inspect", "register_converter", "verify"]

_HOMES = {
    "check": "penstock.checking",
    "export": "penstock.exporting",
    "inspect": "penstock.inspecting",
    "verify": "penstock.verifying",
    "register_converter": "penstock.converters",
}


def __getattr__(name: str) -> Any:
    """The functions load when they are first used, so that importing Penstock is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'penstock' has no attribute {name!r}")
    from importlib import import_module

    module = import_module(_HOMES[name])
    return getattr(module, "register" if name == "register_converter" else name)


def __dir__() -> list[str]:
    return __all__
