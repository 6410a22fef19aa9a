"""Classes that older releases of scikit-learn do not have yet."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest
import sklearn


def newer(module: str, name: str) -> Callable[..., Any]:
    """The class, or, where the installed release lacks it, what skips the test that makes one."""
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return lambda *_, **__: pytest.skip(f"scikit-learn {sklearn.__version__} has no {name}")


def since(release: str, lacking: str) -> pytest.MarkDecorator:
    """Skips a test in releases before this one."""
    reason = f"scikit-learn {sklearn.__version__} {lacking}"
    return pytest.mark.skipif(is_older_than(release), reason=reason)


def is_older_than(release: str) -> bool:
    """Whether the installed release came before this one, such as "1.6"."""
    return _numbers(sklearn.__version__) < _numbers(release)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")[:2]))
