"""The ways in which a mutation changes what an export is made of.

``Graph``, ``Pmml`` and ``Bundle`` stand in the place of a writer, ``Manifest`` in that of what
writes penstock.json, ``Converted`` in that of the converter: each is in force for the time of a
``with`` block, for a whole export too.
``Java`` is another text of one of the scorer's sources. A pattern that does not match is an
EditError: a list of mutations that change nothing would prove nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from penstock import exporting, loading, manifest
from penstock.converters import Conversion
from penstock.graph import Graph as ModelGraph

BOTH = ("mleap", "pmml")
CONVERTS_FOR_EXPORT = exporting if hasattr(exporting, "convert") else loading
"""The module whose ``convert`` an export calls; it was another before models had one."""

New = str | Callable[[re.Match[str]], str]
"""What comes in the place of a match, as for ``re.sub``."""


class EditError(Exception):
    """An edit has nothing to change."""


@dataclass(frozen=True)
class Graph:
    """The writers are given another graph than the converter's."""

    change: Callable[[ModelGraph], ModelGraph]
    formats: tuple[str, ...] = BOTH
    target = "both writers"

    @contextmanager
    def applied(self) -> Iterator[None]:
        with _writers(self.formats, lambda write, graph, *rest: write(self.change(graph), *rest)):
            yield


@dataclass(frozen=True)
class Pmml:
    """The first match of a pattern in the document is replaced."""

    pattern: str
    new: New
    formats = ("pmml",)
    target = "PMML writer"

    @contextmanager
    def applied(self) -> Iterator[None]:
        def write_otherwise(write: Callable, graph: ModelGraph, path: Path, name: str) -> None:
            write(graph, path, name)
            text = path.read_text(encoding="utf-8")
            path.write_text(replaced(self.pattern, self.new, text), encoding="utf-8")

        with _writers(self.formats, write_otherwise):
            yield


@dataclass(frozen=True)
class Bundle:
    """A file of the bundle, the first whose path matches ``part`` and that changes, is changed."""

    part: str
    pattern: str
    new: New
    formats = ("mleap",)
    target = "MLeap writer"

    @contextmanager
    def applied(self) -> Iterator[None]:
        def write_otherwise(write: Callable, graph: ModelGraph, path: Path, name: str) -> None:
            write(graph, path, name)
            with zipfile.ZipFile(path) as old:
                parts = {part: old.read(part).decode() for part in old.namelist()}
            self._change(parts)
            with zipfile.ZipFile(path, "w") as new:
                for part, text in parts.items():
                    new.writestr(part, text)

        with _writers(self.formats, write_otherwise):
            yield

    def _change(self, parts: dict[str, str]) -> None:
        for part in sorted(parts):
            if re.search(self.part, part) and re.search(self.pattern, parts[part]):
                parts[part] = replaced(self.pattern, self.new, parts[part])
                return
        raise EditError(f"no part {self.part!r} of the bundle holds {self.pattern!r}")


@dataclass(frozen=True)
class Manifest:
    """The manifest's data is changed before it is written; both formats go by it."""

    change: Callable[[dict[str, Any]], None]
    formats = ("pmml",)
    target = "manifest"

    @contextmanager
    def applied(self) -> Iterator[None]:
        build = manifest.build

        def build_otherwise(*arguments: Any) -> dict[str, Any]:
            data = build(*arguments)
            changed = deepcopy(data)
            self.change(changed)
            if repr(changed) == repr(data):
                raise EditError("the manifest is as before")
            return changed

        with mock.patch.object(manifest, "build", build_otherwise):
            yield


@dataclass(frozen=True)
class Together:
    """Two edits at once, where one alone would be refused before any row is scored."""

    first: Graph | Pmml | Bundle
    second: Manifest

    @property
    def formats(self) -> tuple[str, ...]:
        return self.first.formats

    @property
    def target(self) -> str:
        return f"{self.first.target}, {self.second.target}"

    @contextmanager
    def applied(self) -> Iterator[None]:
        with self.first.applied(), self.second.applied():
            yield


@dataclass(frozen=True)
class Converted:
    """The converter says something else of the model: to its writers, checks, rows and bounds."""

    change: Callable[[Conversion], Conversion]
    formats = BOTH
    target = "converter"

    @contextmanager
    def applied(self) -> Iterator[None]:
        convert = CONVERTS_FOR_EXPORT.convert

        def convert_otherwise(*arguments: Any, **options: Any) -> Conversion:
            return self.change(convert(*arguments, **options))

        with mock.patch.object(CONVERTS_FOR_EXPORT, "convert", convert_otherwise):
            yield


@dataclass(frozen=True)
class Java:
    """The one place of a source that reads ``old`` reads ``new``; see ``mutated_jar``."""

    source: str
    old: str
    new: str
    formats: tuple[str, ...] = BOTH
    target = "JVM scorer"

    def text(self, sources: Path) -> str:
        """The source with the change. Raises EditError where ``old`` is not there once."""
        text = (sources / self.source).read_text(encoding="utf-8")
        found = text.count(self.old)
        if found != 1 or self.old == self.new:
            raise EditError(f"{self.source} holds {self.old!r} {found} times, and not once")
        return text.replace(self.old, self.new)


Edit = Graph | Pmml | Bundle | Manifest | Together | Converted | Java


def replaced(pattern: str, new: New, text: str) -> str:
    """``text`` with the first match replaced by something else. Raises EditError."""
    changed, count = re.subn(pattern, new, text, count=1)
    if count == 0:
        raise EditError(f"nothing matches {pattern!r}")
    if changed == text:
        raise EditError(f"{pattern!r} is replaced by the same")
    return changed


@contextmanager
def _writers(formats: tuple[str, ...], otherwise: Callable) -> Iterator[None]:
    """``otherwise(write, graph, path, name)`` in the place of each format's ``write``."""
    with ExitStack() as stack:
        for format_ in formats:
            write = exporting.FORMATS[format_]
            wrapped = lambda *given, write=write: otherwise(write, *given)  # noqa: E731
            stack.enter_context(mock.patch.dict(exporting.FORMATS, {format_: wrapped}))
        yield
