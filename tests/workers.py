"""Which tests share a worker, and which are started first.

A file shares one, so that what a module makes is made once, and so do the tests of a Spark session.
xdist's own groups (``--dist loadgroup``) are not kept with pytest 9.2, see pytest-xdist#1386.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

FIRST = ("library_versions", "spark", "pipelines", "parity")
"""The groups that take longest; the others fill up what is left."""


def group(nodeid: str) -> str:
    """The group of a test: its folder below tests, or its file, the pipelines' as one."""
    folder, _, file = nodeid.partition("::")[0].removeprefix("tests/").rpartition("/")
    return folder or re.sub(r"^test_(pipelines|\w+)\w*\.py$", r"\1", file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of the FIRST groups before all others."""
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(group(item.nodeid), len(places)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands out whole groups, in the order in which they were collected."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return ByGroup(config, log)
