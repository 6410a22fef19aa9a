"""docs/compatibility.md says what the code declares. Its page of Spark ML's stages needs Spark."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from penstock import compatibility
from penstock.converters import supported_classes
from penstock.graph import Node
from penstock.writers import FORMATS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"


def test_the_page_is_what_the_declarations_give(spark):
    assert PAGE.read_text(encoding="utf-8") == compatibility.page(), (
        "docs/compatibility.md is stale: run "
        "`python -m penstock.compatibility docs/compatibility.md`"
    )


def test_the_page_has_every_class_and_every_word_in_every_format(spark):
    page = compatibility.page()
    for name in supported_classes():
        assert f"| `{name}` |" in page
    for word in get_args(Node):
        assert f"\n| {word.__name__}" in page
    assert all(title in page for title in compatibility.TITLES.values())
    assert set(compatibility.TITLES) == set(FORMATS)
