"""Inspect: an export's card, and whether its files are still the ones that were exported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock import card, manifest


@dataclass(frozen=True)
class Inspection:
    """``manifest`` is the JSON data of penstock.json; ``problems`` are sentences."""

    path: Path
    manifest: dict[str, Any]
    problems: tuple[str, ...]

    def text(self) -> str:
        """The card for a person."""
        return "\n".join(
            [card.text(self.manifest), *(f"PROBLEM: {problem}" for problem in self.problems)]
        )


def inspect(folder: str | Path) -> Inspection:
    """The card of the export in ``folder``. Raises ManifestError."""
    path = Path(folder)
    if path.name == manifest.FILE_NAME:
        path = path.parent
    data = manifest.read(path)
    return Inspection(path.resolve(), data, tuple(_problems(path, data["files"])))


def _problems(folder: Path, files: list[dict[str, Any]]) -> list[str]:
    found = []
    for file in files:
        path = folder / file["path"]
        try:
            data = path.read_bytes()
        except OSError as error:
            found.append(
                f"{file['path']} cannot be read ({error.strerror}); export the model again"
            )
            continue
        if hashlib.sha256(data).hexdigest() != file["sha256"]:
            found.append(
                f"{file['path']} is not the file that was exported ("
                + (
                    "its digest differs"
                    if len(data) == file["size"]
                    else f"{len(data):,} bytes, {file['size']:,} were written"
                )
                + "); export the model again"
            )
    return found
