"""MLeap bundles as other tools write them, put together by hand for the tests of the reader."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Node:
    """One node: its op, its attributes, and the column at each port."""

    op: str
    attributes: Mapping[str, Any]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    trees: Sequence[Sequence[dict]] = ()  # of an ensemble
    tree: Sequence[dict] = ()  # of a single tree
    nodes: Sequence[Node] = field(default=())  # of a pipeline


def write(path: Path, nodes: Sequence[Node]) -> Path:
    """Writes a bundle whose root pipeline runs ``nodes`` in order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = {"uid": "00000000-0000-4000-8000-000000000000", "name": "test"}
        info |= {"timestamp": "2026-01-01T00:00:00.000Z", "format": "json", "version": "0.20.0"}
        archive.writestr("bundle.json", json.dumps(info))
        _write(archive, "root", "root", Node("pipeline", {}, {}, {}, nodes=nodes))
    return path


def _write(archive: zipfile.ZipFile, folder: str, name: str, node: Node) -> None:
    attributes = dict(node.attributes)
    if node.op == "pipeline":
        names = [f"n{i}" for i in range(len(node.nodes))]
        attributes["nodes"] = strings(*names)
        for child, inner in zip(names, node.nodes, strict=True):
            _write(archive, f"{folder}/{child}.node", child, inner)
    if node.trees:
        attributes["trees"] = strings(*(f"tree{i}" for i in range(len(node.trees))))
        kind = "classifier" if node.op == "random_forest_classifier" else "regression"
        shared = {k: v for k, v in attributes.items() if k in ("num_features", "num_classes")}
        model = json.dumps({"op": f"decision_tree_{kind}", "attributes": shared})
        for i, lines in enumerate(node.trees):
            archive.writestr(f"{folder}/tree{i}/model.json", model)
            archive.writestr(f"{folder}/tree{i}/tree.json", _lines(lines))
    if node.tree:
        archive.writestr(f"{folder}/tree.json", _lines(node.tree))
    model = {"op": node.op, "attributes": attributes}
    shape = {"inputs": _sockets(node.inputs), "outputs": _sockets(node.outputs)}
    archive.writestr(f"{folder}/model.json", json.dumps(model))
    archive.writestr(f"{folder}/node.json", json.dumps({"name": name, "shape": shape}))


def _lines(nodes: Sequence[dict]) -> str:
    return "".join(json.dumps(node) + "\n" for node in nodes)


def _sockets(ports: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": column, "port": port} for port, column in ports.items()]


def strings(*values: str) -> dict[str, Any]:
    return {"type": "list", "string": list(values)}


def doubles(*values: float) -> dict[str, Any]:
    return {"type": "list", "double": list(values)}


def vector(*values: float) -> dict[str, Any]:
    return tensor(values, len(values))


def tensor(values: Sequence[float], *sizes: int) -> dict[str, Any]:
    shape = {"dimensions": [{"size": size, "name": ""} for size in sizes]}
    return {"type": "tensor", "double": list(values), "shape": shape}


SCALAR = {"base": "scalar", "isNullable": False}


def sized(size: int) -> dict[str, Any]:
    """The shape of a vector."""
    dimensions = [{"size": size, "name": ""}]
    return {"base": "tensor", "isNullable": False, "tensorShape": {"dimensions": dimensions}}


def assemble(columns: Sequence[str], output: str, shapes: Sequence[dict] = ()) -> Node:
    """A vector_assembler of scalars, or of columns of the given shapes."""
    shapes = list(shapes) or [SCALAR] * len(columns)
    return Node(
        "vector_assembler",
        {"input_shapes": {"type": "list", "data_shape": shapes}},
        {f"input{i}": column for i, column in enumerate(columns)},
        {"output": output},
    )


def split(feature: int, threshold: float) -> dict:
    inner = {"type": "continuous", "featureIndex": feature, "threshold": threshold}
    return {"type": "internal", "split": inner}


def category_split(feature: int, categories: Sequence[float], is_left: bool, count: int) -> dict:
    inner = {"type": "categorical", "featureIndex": feature, "isLeft": is_left}
    return {
        "type": "internal",
        "split": inner | {"numCategories": count, "categories": list(categories)},
    }


def leaf(*values: float) -> dict:
    return {"type": "leaf", "values": list(values)}
