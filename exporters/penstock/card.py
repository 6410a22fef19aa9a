"""The model's card: what it is for, whose it is, where it is registered.

``facts`` fills the manifest's ``model`` from the registry; ``text`` shows a whole
manifest to a person.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from penstock.converters.conversion import is_spark_ml
from penstock.converters.sparkml.stages import is_pipeline, predictor
from penstock.loading import LoadedModel, library_versions
from penstock.registry import without_password

_PURPOSE_TAGS = ("purpose", "description", "mlflow.note.content")
_OWNER_TAGS = ("owner", "team", "contact")


def facts(model: LoadedModel) -> dict[str, Any]:
    """The manifest's ``model``: names, places and people, as JSON data."""
    source = model.source
    tags = {key: str(value) for key, value in source.tags.items()}
    return {
        "name": source.name or type(model.native).__name__,
        "version": source.version,
        "uri": source.uri,
        "source": source.source or source.pinned,
        "run_id": model.run_id,
        "model_id": model.model_id,
        "registry": without_password(source.registry) if source.registry else None,
        "stage": source.stage,
        "aliases": list(source.aliases),
        "tags": tags,
        "purpose": source.description or _first(tags, _PURPOSE_TAGS),
        "owner": _first(tags, _OWNER_TAGS) or source.user,
        "algorithm": algorithm(model.native),
        "flavor": model.flavor,
        "created": _iso(model.created),
        "exported": datetime.now(UTC).isoformat(timespec="seconds"),
        "libraries": {**library_versions(model.flavor), "saved_with": model.saved_with},
    }


def algorithm(native: Any) -> str:
    """The class that predicts: of a pipeline, its last step's."""
    if is_spark_ml(native):
        native = (predictor(native) if is_pipeline(native) else None) or native
    while hasattr(native, "steps"):
        native = native.steps[-1][1]
    return type(native).__name__


def pinned_uri(card: dict[str, Any]) -> str:
    """The URI of the very version that was exported, whatever its alias means today."""
    if card["version"] is not None:
        return f"models:/{card['name']}/{card['version']}"
    if str(card["uri"]).startswith("models:/m-"):
        return str(card["uri"])
    return str(card["source"] or card["uri"])


def text(manifest: dict[str, Any]) -> str:
    """A manifest as a page of text."""
    card, contract = manifest["model"], manifest["contract"]
    title = card["name"] + (f", version {card['version']}" if card["version"] else "")
    lines = [title, "=" * len(title)]
    if card["purpose"]:
        lines += [str(card["purpose"]), ""]
    lines += _table(
        [
            ("algorithm", f"{card['algorithm']} ({card['flavor']})"),
            ("owner", card["owner"]),
            ("registry", card["registry"]),
            ("URI", card["uri"]),
            ("stage", card["stage"]),
            ("aliases", ", ".join(card["aliases"])),
            ("tags", ", ".join(f"{key}={value}" for key, value in card["tags"].items())),
            ("created", card["created"]),
            ("exported", f"{card['exported']} by penstock {manifest['penstock']['version']}"),
            ("saved with", _versions(card["libraries"].get("saved_with") or {})),
        ]
    )
    lines += ["", "Files"]
    lines += [
        f"  {file['path']:<12} {file['format']:<6} {file['size']:>12,} bytes  "
        f"sha256 {file['sha256'][:12]}..."
        + ("" if file["converter"] == "penstock" else f"  by {file['converter']}")
        for file in manifest["files"]
    ]
    lines += ["", "Inputs"]
    lines += [
        f"  {on_one_line(column['name']):<28} {column['type']:<8}"
        + ("" if column["role"] == _usual_role(column["type"]) else f" used as a {column['role']}")
        for column in contract["inputs"]
    ]
    lines += ["", f"Answer: {answer(contract['output'])}", "", _verified(manifest)]
    return "\n".join(line.rstrip() for line in lines)


def answer(output: dict[str, Any]) -> str:
    """What the model answers, in words, from the contract's ``output``."""
    if output["kind"] == "classification":
        shown = ", ".join(on_one_line(str(label)) for label in output["classes"][:10])
        more = len(output["classes"]) - 10
        return (
            f"one of {len(output['classes'])} classes of type {output['type']} ({shown}"
            + (f" and {more} more)" if more > 0 else ")")
            + (", with probabilities" if output["probabilities"] else "")
        )
    if output["array"]:
        what = "integers" if output["type"] == "long" else "numbers"
        return f"an array of {output['width']} {what}"
    return "a number"


def on_one_line(name: str) -> str:
    """The name as it is, or quoted where it holds a line break or what else is not seen."""
    return name if name.isprintable() else repr(name)


def _verified(manifest: dict[str, Any]) -> str:
    parity = manifest["parity"]
    if not parity["verified"]:
        return "NOT verified: exported with --skip-verify; run `penstock verify` on it"
    return (
        f"Verified against pyfunc on {parity['rows']:,} rows: {parity['scored']:,} scored alike, "
        f"{parity['refused']:,} refused alike{covered(parity.get('coverage'))}"
    )


def covered(coverage: Any) -> str:
    """How many splits of the trees the rows reached, of the manifest's ``parity.coverage``."""
    if not isinstance(coverage, dict) or not isinstance(coverage.get("splits"), int):
        return ""
    rest = {
        "infeasible": "proved out of reach",
        "unattained": "not reached",
        "left_out": "left out for lack of rows",
    }
    parts = [f"{coverage.get('met', 0):,} met on both sides at the threshold"]
    parts += [f"{coverage[key]:,} {words}" for key, words in rest.items() if coverage.get(key)]
    return f"; of {coverage['splits']:,} splits {', '.join(parts)}"


def _usual_role(type_: str) -> str:
    return "string" if type_ == "string" else "number"


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _table(rows: list[tuple[str, Any]]) -> list[str]:
    return [f"  {name:<12} {value}" for name, value in rows if value]


def _first(tags: dict[str, str], names: tuple[str, ...]) -> str | None:
    lower = {key.lower(): value for key, value in tags.items()}
    return next((lower[name] for name in names if lower.get(name)), None)


def _iso(created: str | None) -> str | None:
    """MLmodel's "2026-11-22 03:18:08.853115" is in UTC and does not say so."""
    if not created:
        return None
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
