"""The version, which stands in pyproject.toml only."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def _find() -> str:
    try:
        return version("penstock")
    except PackageNotFoundError:  # a checkout on PYTHONPATH
        pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
        found = re.search(r'^version = "(.+)"$', pyproject.read_text(), re.MULTILINE)
        return found.group(1) if found else "unknown"


__version__ = _find()
