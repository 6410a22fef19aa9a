"""The container of an MLeap bundle: a zip of small JSON files, written as a stream.

The same operations give the same bytes: entries carry a fixed time, and the
bundle's uid is derived from its content.
"""

from __future__ import annotations

import hashlib
import json
import math
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from penstock.errors import UnsupportedOperationError

VERSION = "0.20.0"
"""The MLeap release whose operations the bundles use."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip can hold
_TIMESTAMP = "1980-01-01T00:00:00"


class BundleWriter:
    """Writes one pipeline of operations; use it as a context manager."""

    def __init__(self, path: Path, name: str):
        self._name = name
        self._digest = hashlib.sha256(name.encode("utf-8", "surrogatepass"))
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._nodes: list[str] = []
        self._outputs: list[tuple[str, str]] = []

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._zip.close()

    def node(
        self,
        name: str,
        op: str,
        attributes: Mapping[str, Any],
        inputs: Mapping[str, str],
        outputs: Mapping[str, str],
    ) -> None:
        """Add the operation ``op``; ``inputs`` and ``outputs`` map its ports to columns.

        ``name`` is part of entry names in the zip and must be made by us, never by a user.
        """
        self._nodes.append(name)
        folder = f"root/{name}.node"
        self._write_json(f"{folder}/model.json", {"op": op, "attributes": dict(attributes)})
        shape = {"inputs": _sockets(inputs.items()), "outputs": _sockets(outputs.items())}
        self._write_json(f"{folder}/node.json", {"name": name, "shape": shape})

    def tree(self, folder: str, features: int, lines: Iterable[str]) -> None:
        """Add one tree of an ensemble in ``folder`` below root; ``lines`` are its nodes."""
        model = {"op": "decision_tree_regression", "attributes": {"num_features": long(features)}}
        self._write_json(f"root/{folder}/model.json", model)
        self.tree_nodes(folder, lines)

    def tree_nodes(self, folder: str, lines: Iterable[str]) -> None:
        """Add the nodes of a tree, a JSON object a line, in preorder."""
        self._write(f"root/{folder}/tree.json", "\n".join(lines) + "\n")

    def declare_output(self, port: str, column: str) -> None:
        """Say which column is the model's ``prediction`` or ``probability``."""
        self._outputs.append((port, column))

    def _finish(self) -> None:
        pipeline = {"op": "pipeline", "attributes": {"nodes": strings(self._nodes)}}
        self._write_json("root/model.json", pipeline)
        shape = {"inputs": [], "outputs": _sockets(self._outputs)}
        self._write_json("root/node.json", {"name": "pipeline", "shape": shape})
        bundle = {
            "uid": str(uuid.UUID(bytes=self._digest.digest()[:16], version=4)),
            "name": self._name,
            "timestamp": _TIMESTAMP,
            "format": "json",
            "version": VERSION,
        }
        self._write_json("bundle.json", bundle)

    def _write_json(self, entry: str, value: Any) -> None:
        self._write(entry, encode(value))

    def _write(self, entry: str, text: str) -> None:
        content = text.encode("ascii")
        self._digest.update(f"{entry}\n{len(content)}\n".encode("ascii"))
        self._digest.update(content)
        info = zipfile.ZipInfo(entry, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3  # else the bytes depend on the operating system
        info.external_attr = 0o644 << 16
        self._zip.writestr(info, content)


def _sockets(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": column, "port": port} for port, column in pairs]


def number(value: float) -> str:
    """The JSON number that parses back to ``value``; an overflowing literal for infinity."""
    if math.isnan(value):
        raise UnsupportedOperationError(
            "An MLeap bundle cannot hold NaN as a constant of the model; "
            "export the model to PMML, or fit it again without it."
        )
    if math.isinf(value):
        return "1e400" if value > 0 else "-1e400"
    return repr(float(value))


def encode(value: Any) -> str:
    """``value`` as JSON in ASCII, with dict keys in their own order."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{encode(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(encode, value)) + "]"
    return json.dumps(value)


def double(value: float) -> dict[str, Any]:
    return {"double": float(value)}


def long(value: int) -> dict[str, Any]:
    return {"long": int(value)}


def string(value: str) -> dict[str, Any]:
    return {"string": value}


def strings(values: Iterable[str]) -> dict[str, Any]:
    return {"type": "list", "string": list(values)}


def doubles(values: Iterable[float]) -> dict[str, Any]:
    return {"type": "list", "double": [float(value) for value in values]}


def vector(values: Iterable[float]) -> dict[str, Any]:
    """A tensor of one dimension."""
    items = [float(value) for value in values]
    return {"type": "tensor", "double": items, "shape": {"dimensions": _dimensions(len(items))}}


def scalar_shape(nullable: bool = False) -> dict[str, Any]:
    return {"base": "scalar", "isNullable": nullable}


def vector_shape(size: int) -> dict[str, Any]:
    return {
        "base": "tensor",
        "isNullable": True,
        "tensorShape": {"dimensions": _dimensions(size)},
    }


def _dimensions(size: int) -> list[dict[str, Any]]:
    return [{"size": size, "name": ""}]
