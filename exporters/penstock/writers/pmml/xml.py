"""XML 1.0 as a stream of text, with every name, category and label kept as it is or refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from penstock.errors import UnsupportedOperationError

# What XML 1.0 cannot hold, not even as a character reference.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A parser turns blanks in an attribute into spaces unless they are character references.
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)


def escape(text: str) -> str:
    """``text`` for an attribute or an element's content; a parser gives back the same."""
    bad = _FORBIDDEN.search(text)
    if bad:
        raise UnsupportedOperationError(
            f"PMML cannot hold the character U+{ord(bad.group()):04X} of {text!r}, because XML 1.0 "
            "has no way to write it; rename the column or category, or export the model to MLeap "
            "(--to mleap)."
        )
    return text.translate(_ESCAPES)


def readable(text: str) -> str:
    """``text`` for people, such as a title: what XML cannot hold is replaced."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def number(value: float) -> str:
    """The text that parses back to ``value``; an overflowing literal for infinity."""
    if math.isnan(value):
        raise UnsupportedOperationError(
            "PMML cannot hold NaN as a constant of the model; fit the model again without it."
        )
    if math.isinf(value):
        return "1e400" if value > 0 else "-1e400"
    return repr(float(value))


def element(tag: str, attributes: Mapping[str, str] | None = None, content: str = "") -> str:
    """A whole element; ``content`` is XML already, attribute values are plain text."""
    start = _start(tag, attributes or {})
    return f"{start}>{content}</{tag}>" if content else f"{start}/>"


def _start(tag: str, attributes: Mapping[str, str]) -> str:
    return "<" + tag + "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())


class XmlWriter:
    """Elements in document order, a line each; use it as a context manager."""

    def __init__(self, path: Path):
        self._out: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._open: list[str] = []

    def __enter__(self) -> XmlWriter:
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        return self

    def __exit__(self, *_: object) -> None:
        self._out.close()

    def start(self, tag: str, attributes: Mapping[str, str] | None = None) -> None:
        self._out.write(_start(tag, attributes or {}) + ">\n")
        self._open.append(tag)

    def end(self) -> None:
        """Close the element that was started last."""
        self._out.write(f"</{self._open.pop()}>\n")

    def empty(self, tag: str, attributes: Mapping[str, str] | None = None) -> None:
        self.raw(element(tag, attributes))

    def raw(self, xml: str) -> None:
        """A line of XML as it is."""
        self._out.write(xml + "\n")
