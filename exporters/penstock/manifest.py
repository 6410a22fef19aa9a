"""penstock.json: the manifest beside the model files, and the model's card.

``build`` and ``write`` make one, ``read`` gives back its JSON data (numbers still
encoded, see ``penstock.encoding``) or says in one sentence what is wrong with it.
docs/manifest.md explains each part, docs/manifest.schema.json is its JSON schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from penstock import __version__, card, encoding
from penstock.answer import Answer, Value
from penstock.contract import Contract
from penstock.errors import ManifestError
from penstock.loading import LoadedModel

FILE_NAME = "penstock.json"
FORMAT_VERSION = "1.0"

_MAP, _LIST, _TEXT, _FLAG, _COUNT = (dict,), (list,), (str,), (bool,), (int,)
_OPTIONAL = (str, type(None))
_SHAPE: dict[str, dict[str, tuple[type, ...]]] = {
    "penstock": {"format_version": _TEXT, "version": _TEXT},
    "model": {
        "name": _TEXT, "version": _OPTIONAL, "uri": _TEXT, "algorithm": _TEXT, "flavor": _TEXT,
        "registry": _OPTIONAL, "stage": _OPTIONAL, "aliases": _LIST, "tags": _MAP,
        "purpose": _OPTIONAL, "owner": _OPTIONAL, "created": _OPTIONAL, "exported": _TEXT,
        "libraries": _MAP,
    },
    "signature": {"source": _TEXT, "inputs": _LIST},
    "contract": {"inputs": _LIST, "checks": _LIST, "output": _MAP},
    "golden": {"rows": _LIST, "expected": _LIST},
    "parity": {"verified": _FLAG},
}  # fmt: skip
_FILE_SHAPE: dict[str, tuple[type, ...]] = {
    "format": _TEXT, "path": _TEXT, "size": _COUNT, "sha256": _TEXT, "converter": _TEXT,
}  # fmt: skip
_COLUMN_SHAPE: dict[str, tuple[type, ...]] = {"name": _TEXT, "type": _TEXT, "role": _TEXT}
_OUTPUT_SHAPE: dict[str, tuple[type, ...]] = {
    "kind": _TEXT, "type": _TEXT, "width": _COUNT, "array": _FLAG,
    "classes": (list, type(None)), "probabilities": _FLAG,
}  # fmt: skip
_COUNTS_SHAPE: dict[str, tuple[type, ...]] = dict.fromkeys(("rows", "scored", "refused"), _COUNT)


def build(
    model: LoadedModel,
    contract: Contract,
    operations: list[dict[str, Any]],
    files: list[dict[str, Any]],
    golden: dict[str, Any],
    parity: dict[str, Any],
) -> dict[str, Any]:
    """The manifest's JSON data. The first of ``files`` is the preferred one."""
    return {
        "penstock": {"format_version": FORMAT_VERSION, "version": __version__},
        "model": card.facts(model),
        "files": files,
        "preferred": files[0]["format"],
        "signature": {
            "source": model.signature.source,
            "inputs": [
                {"name": column.name, "type": column.type, "required": column.required}
                for column in model.signature.inputs
            ],
            "outputs": model.signature.outputs,
        },
        "contract": contract_data(contract),
        "operations": operations,
        "golden": golden,
        "parity": parity,
    }


def contract_data(contract: Contract) -> dict[str, Any]:
    """The contract as JSON data (not encoded)."""
    output = contract.output
    return {
        "inputs": [
            {"name": column.name, "type": column.type, "role": column.role.value}
            for column in contract.inputs
        ],
        "checks": [{"kind": check.kind.value, **vars(check)} for check in contract.checks],
        "output": {
            "kind": output.kind.value,
            "type": output.type,
            "width": output.width,
            "array": output.array,
            "classes": None if output.classes is None else list(output.classes),
            "probabilities": output.probabilities,
        },
    }


def golden_data(
    rows: Sequence[Sequence[Value]],
    answers: Sequence[Answer],
    bounds: Sequence[Any],
    probability_bounds: Sequence[Any],
) -> dict[str, Any]:
    """Rows with what pyfunc answers for each, and how far a scorer may be from it."""
    expected: list[dict[str, Any]] = []
    for answer, bound, probability_bound in zip(answers, bounds, probability_bounds, strict=True):
        if answer.refused is not None:
            expected.append({"refused": answer.refused})
            continue
        entry: dict[str, Any] = {"prediction": answer.prediction}
        if bound is not None:
            entry["bound"] = bound
        if answer.probabilities is not None:
            entry["probability"] = answer.probabilities
            entry["probability_bound"] = probability_bound
        expected.append(entry)
    return {"rows": [list(row) for row in rows], "expected": expected}


def file_data(path: Path, format_: str, converter: str) -> dict[str, Any]:
    """What the manifest says about one written file."""
    data = path.read_bytes()
    return {
        "format": format_,
        "path": path.name,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "converter": converter,
    }


def write(manifest: dict[str, Any], folder: Path) -> None:
    text = encoding.pretty(encoding.encode(manifest)) + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


def read(folder: str | Path) -> dict[str, Any]:
    """The manifest in ``folder``. Raises ManifestError."""
    path = Path(folder)
    if path.name == FILE_NAME:
        path = path.parent
    path = path / FILE_NAME
    try:
        text = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise ManifestError(
            f"there is no {FILE_NAME} in {str(folder)!r}; name a folder that "
            "`penstock export` wrote"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} cannot be read ({error}); export the model again") from error
    try:
        data = encoding.parse(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError(
            f"{path} is not valid JSON ({error}); it was truncated or altered: "
            "export the model again"
        ) from error
    _check(data, path)
    return data


def _check(data: Any, path: Path) -> None:
    version = data.get("penstock") if isinstance(data, dict) else None
    version = version.get("format_version") if isinstance(version, dict) else None
    if not isinstance(version, str):
        raise ManifestError(f"{path} is no manifest of Penstock: it has no penstock.format_version")
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise ManifestError(
            f"{path} has the format version {version}, and this release (penstock {__version__}) "
            f"reads {FORMAT_VERSION}; install a newer penstock, or export the model with this one"
        )
    for part, fields in _SHAPE.items():
        _check_fields(data.get(part), fields, part, path)
    if not isinstance(data.get("files"), list) or not data["files"]:
        raise ManifestError(f"{path} lists no files; export the model again")
    for number, file in enumerate(data["files"]):
        _check_fields(file, _FILE_SHAPE, f"files[{number}]", path)
        if Path(file["path"]).name != file["path"]:
            raise ManifestError(
                f"{path} names the file {file['path']!r} outside of its folder; "
                "do not use this export"
            )
    for number, column in enumerate(data["contract"]["inputs"]):
        _check_fields(column, _COLUMN_SHAPE, f"contract.inputs[{number}]", path)
    _check_fields(data["contract"]["output"], _OUTPUT_SHAPE, "contract.output", path)
    if data["parity"]["verified"]:
        _check_fields(data["parity"], _COUNTS_SHAPE, "parity", path)
    if len(data["golden"]["rows"]) != len(data["golden"]["expected"]):
        raise ManifestError(f"{path} has golden rows without answers; export the model again")


def _check_fields(value: Any, fields: dict[str, tuple[type, ...]], where: str, path: Path) -> None:
    if not isinstance(value, dict):
        raise ManifestError(f"{path} has no object {where!r}; export the model again")
    for name, types in fields.items():
        if name not in value:
            raise ManifestError(f"{path} lacks {where}.{name}; export the model again")
        if not isinstance(value[name], types) or (
            isinstance(value[name], bool) and bool not in types
        ):
            raise ManifestError(
                f"{path} has a {type(value[name]).__name__} in {where}.{name}, where "
                f"{' or '.join(type_.__name__ for type_ in types)} belongs; "
                "export the model again"
            )
