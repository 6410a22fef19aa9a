"""Verify: hold an export against pyfunc again, on generated rows or on the user's own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock import card, manifest
from penstock.converters import Conversion
from penstock.csvrows import read_rows
from penstock.effort import STANDARD, effort_of
from penstock.errors import DataError, ModelNotFoundError, RegistryError
from penstock.judging import judged
from penstock.loading import LoadedModel, load
from penstock.parity import Gate, Parity
from penstock.progress import Progress
from penstock.sampling import make_rows
from penstock.scorer import Scorer
from penstock.sparksession import lent_session


@dataclass(frozen=True)
class Verification:
    """What was compared; differences are raised, so an instance is good news.

    ``parity`` is None where the registry could not be read: then only the manifest's
    ``golden_rows`` were replayed, and ``unreachable`` says why.
    """

    path: Path
    golden_rows: int
    parity: Parity | None
    unreachable: str = ""


@lent_session()
def verify(
    folder: str | Path,
    data: str | Path | None = None,
    *,
    model_uri: str | None = None,
    columns: Sequence[str] | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
    seed: int = 0,
    effort: str = STANDARD,
    progress: Progress | None = None,
) -> Verification:
    """Compare the export in ``folder`` with the registered model it was made from.

    ``data``: a CSV file whose rows are scored instead of generated ones. ``model_uri``
    stands in for the URI in the manifest, where the model has moved. ``effort`` is that of the
    generated rows, as in ``penstock.export``.

    Raises ParityError with the worst rows, JavaError where the files do not load or
    the golden rows differ, ManifestError, DataError.
    """
    progress = progress or Progress()
    asked = effort_of(effort)
    folder = Path(folder)
    found = manifest.read(folder)
    folder = folder.parent if folder.name == manifest.FILE_NAME else folder
    names = [column["name"] for column in found["contract"]["inputs"]]
    golden = len(found["golden"]["rows"])
    with Scorer() as scorer:
        for file in found["files"]:
            with progress.step(f"Replay golden rows, {file['format']}") as note:
                scorer.score(folder, names, [], file["format"])
                note(f"{golden} rows")
        try:
            with progress.step("Load the model") as note:
                model = _load(found, model_uri, columns, tracking_uri, registry_uri)
                note(f"{model.source.pinned}")
        except (ModelNotFoundError, RegistryError) as error:
            if data is not None or model_uri is not None:
                raise
            return Verification(folder.resolve(), golden, None, str(error))
        for warning in model.warnings:
            progress.warn(warning)
        conversion = model.convert()
        _refuse_other_inputs(conversion, found, model)
        with progress.step("Make rows" if data is None else "Read rows") as note:
            if data is None:
                rows = make_rows(conversion, seed, model.flavor, asked).rows
            else:
                rows = read_rows(Path(data), model.signature.inputs)
            gate = Gate(model, conversion, rows, asked)
            note(f"{len(rows):,} rows")
        results = {
            file["format"]: result
            for file, result, _ in judged(gate, scorer, folder, found["files"], "Compare", progress)
        }
    return Verification(folder.resolve(), golden, gate.counts(results))


def _load(
    found: dict[str, Any],
    model_uri: str | None,
    columns: Sequence[str] | None,
    tracking_uri: str | None,
    registry_uri: str | None,
) -> LoadedModel:
    """The registered model, from where the manifest says unless the user says otherwise."""
    own = found["model"].get("registry")
    if tracking_uri is None and not os.environ.get("MLFLOW_TRACKING_URI"):
        tracking_uri = own
    if columns is None and found["signature"]["source"] == "columns":
        columns = [f"{column['name']}:{column['type']}" for column in found["signature"]["inputs"]]
    uri = model_uri or card.pinned_uri(found["model"])
    return load(uri, tracking_uri, registry_uri, columns)


def _refuse_other_inputs(conversion: Conversion, found: dict[str, Any], model: LoadedModel) -> None:
    ours = [(column.name, column.type) for column in conversion.contract.inputs]
    theirs = [(column["name"], column["type"]) for column in found["contract"]["inputs"]]
    if ours != theirs:
        raise DataError(
            f"{model.source.uri} has other inputs than the export ({_listed(ours)} and not "
            f"{_listed(theirs)}), so it is not the model that was exported; name that one with "
            "--model-uri"
        )


def _listed(columns: list[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {type_}" for name, type_ in columns)
