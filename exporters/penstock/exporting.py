"""Export: a registered model becomes standard files and a manifest, verified before they appear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from penstock import manifest
from penstock.converters import Conversion
from penstock.effort import STANDARD, Effort, effort_of
from penstock.errors import ConverterError, JavaError, PenstockError
from penstock.external import sklearn2pmml_converter
from penstock.judging import judged
from penstock.loading import SKLEARN, LoadedModel, load
from penstock.operations import operations_data, refuse_unsupported, steps
from penstock.output import refuse_existing, staged
from penstock.parity import OURS, Gate, Parity, parity_data, unverified_data
from penstock.progress import Progress
from penstock.sampling import golden_rows, make_rows
from penstock.scorer import Scorer
from penstock.sparksession import lent_session
from penstock.writers import FORMATS

FILE_NAMES = {"mleap": "bundle.zip", "pmml": "model.pmml"}
CONVERTERS = (OURS, sklearn2pmml_converter.NAME)


@dataclass(frozen=True)
class ExportedFile:
    """One model file of an export."""

    format: str
    path: Path
    size: int
    sha256: str
    converter: str


@dataclass(frozen=True)
class Export:
    """What an export wrote and how it was verified.

    ``parity`` is None where ``skip_verify`` was asked for. ``manifest`` is the JSON
    data of penstock.json; ``warnings`` are MLflow's and our own, each once.
    """

    path: Path
    name: str
    version: str | None
    uri: str
    files: tuple[ExportedFile, ...]
    parity: Parity | None
    manifest: dict[str, Any] = field(repr=False)
    warnings: tuple[str, ...]

    @property
    def verified(self) -> bool:
        return self.parity is not None


@lent_session()
def export(
    model_uri: str,
    to: Sequence[str] = ("mleap", "pmml"),
    out: str | Path = "",
    *,
    force: bool = False,
    converter: str = OURS,
    columns: Sequence[str] | None = None,
    skip_verify: bool = False,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
    seed: int = 0,
    effort: str = STANDARD,
    progress: Progress | None = None,
) -> Export:
    """Export the model at ``model_uri`` to the folder ``out``.

    Args:
        model_uri: any URI that MLflow knows, or a local path.
        to: the formats, "mleap" and "pmml"; the first is the one that is preferred.
        out: the folder to make. It appears whole or not at all.
        force: replace an older export at ``out``.
        converter: "sklearn2pmml" makes the PMML with that package (AGPL) instead.
        columns: the names of the input columns ("name" or "name:type") where the model
            knows none.
        skip_verify: do not compare with pyfunc, so that no Java is needed; the manifest
            says so.
        tracking_uri, registry_uri: MLflow's, where its own settings shall not hold.
        seed: of the generated rows.
        effort: "quick", "standard" or "thorough": on how many rows the files are compared with
            pyfunc, and for how many of them it is asked alone (``penstock.effort``).
        progress: where steps and warnings are reported; by default nowhere.

    Raises a PenstockError of the kind that fits, see ``penstock.errors``.
    """
    progress = progress or Progress()
    formats, asked = _formats(to, converter), effort_of(effort)
    if not str(out):
        raise PenstockError("no output folder was named; say where the files shall go with out=...")
    out = Path(out)
    refuse_existing(out, force)
    with nullcontext() if skip_verify else Scorer() as scorer:
        model = _load(model_uri, tracking_uri, registry_uri, columns, converter, progress)
        with progress.step("Convert") as note:
            conversion = model.convert()
            own = [format_ for format_ in formats if _writer(format_, converter) == OURS]
            found = steps(conversion, own)
            refuse_unsupported(found, own)
            note(", ".join(dict.fromkeys(step.op for step in found)))
        with staged(out, force) as folder:
            files = _write(model, conversion, folder, formats, converter, progress)
            parity, data = _verify(
                model, conversion, folder, out, files, operations_data(found), seed, asked,
                scorer, progress,
            )  # fmt: skip
            manifest.write(data, folder)
    path = out.resolve()
    return Export(
        path=path,
        name=data["model"]["name"],
        version=data["model"]["version"],
        uri=model_uri,
        files=tuple(
            ExportedFile(
                file["format"], path / file["path"], file["size"], file["sha256"],
                file["converter"],
            )
            for file in files
        ),
        parity=parity,
        manifest=data,
        warnings=model.warnings,
    )  # fmt: skip


def _load(
    model_uri: str,
    tracking_uri: str | None,
    registry_uri: str | None,
    columns: Sequence[str] | None,
    converter: str,
    progress: Progress,
) -> LoadedModel:
    """The model, with the warnings that come with it and with the converter."""
    with progress.step("Load the model") as note:
        model = load(model_uri, tracking_uri, registry_uri, columns)
        note(_described(model))
    if converter != OURS:
        if model.flavor != SKLEARN:
            raise ConverterError(
                f"{converter} takes models of scikit-learn, and {model.source.uri} has the flavour "
                f"{model.flavor}; leave --converter out"
            )
        model = replace(model, warnings=(*model.warnings, sklearn2pmml_converter.notice()))
    for warning in model.warnings:
        progress.warn(warning)
    return model


def _formats(to: Sequence[str], converter: str) -> list[str]:
    formats = list(dict.fromkeys([to] if isinstance(to, str) else to))
    unknown = [format_ for format_ in formats if format_ not in FORMATS]
    if unknown or not formats:
        raise PenstockError(
            f"the format {', '.join(map(repr, unknown)) or 'to write'} is not known; "
            f"choose from {', '.join(FORMATS)}"
        )
    if converter not in CONVERTERS:
        raise ConverterError(
            f"the converter {converter!r} is not known; choose from {', '.join(CONVERTERS)}"
        )
    if converter != OURS and "pmml" not in formats:
        raise ConverterError(
            f"{converter} makes PMML, which was not asked for; add --to pmml or leave "
            "--converter out"
        )
    return formats


def _writer(format_: str, converter: str) -> str:
    return converter if format_ == "pmml" else OURS


def _write(
    model: LoadedModel,
    conversion: Conversion,
    folder: Path,
    formats: Sequence[str],
    converter: str,
    progress: Progress,
) -> list[dict[str, Any]]:
    files = []
    name = model.source.name or type(model.native).__name__
    for format_ in formats:
        path = folder / FILE_NAMES[format_]
        by = _writer(format_, converter)
        with progress.step(f"Write {path.name}") as note:
            if by == OURS:
                FORMATS[format_](conversion.graph, path, name)
            else:
                columns = [column.name for column in model.signature.inputs]
                sklearn2pmml_converter.write(model.native, columns, path)
            files.append(manifest.file_data(path, format_, by))
            note(f"{files[-1]['size']:,} bytes" + ("" if by == OURS else f", by {by}"))
    return files


def _verify(
    model: LoadedModel,
    conversion: Conversion,
    folder: Path,
    out: Path,
    files: list[dict[str, Any]],
    operations: list[dict[str, Any]],
    seed: int,
    effort: Effort,
    scorer: Scorer | None,
    progress: Progress,
) -> tuple[Parity | None, dict[str, Any]]:
    """The parity gate and the manifest; without a scorer the manifest says unverified."""
    with progress.step("Make rows") as note:
        made = make_rows(conversion, seed, model.flavor, effort, few=scorer is None)
        gate = Gate(model, conversion, made.rows, effort)
        golden = golden_rows(gate, conversion.contract.output.array)
        note(f"{len(made.rows):,} rows")

    def build(parity: dict[str, Any]) -> dict[str, Any]:
        return manifest.build(model, conversion.contract, operations, files, golden, parity)

    if scorer is None:
        gate.confirm()
        golden = golden_rows(gate, conversion.contract.output.array)
        progress.warn("not verified, because --skip-verify was given: run `penstock verify` later")
        return None, build(unverified_data())
    manifest.write(build(unverified_data()), folder)

    def changed() -> bool:
        """Whether pyfunc corrected a golden row, which the JVM had before pyfunc was asked."""
        nonlocal golden
        before, golden = golden, golden_rows(gate, conversion.contract.output.array)
        if repr(golden) == repr(before):  # NaN is no other answer than NaN
            return False
        manifest.write(build(unverified_data()), folder)
        return True

    results = {}
    with _named(folder, out):
        for file, result, note in judged(gate, scorer, folder, files, "Verify", progress, changed):
            results[file["format"]] = result
            if gate.trees is not None:
                compared = result.leaves_compared
                note("same leaves" if compared else "leaves not compared: trees of another layout")
    parity, coverage = gate.counts(results), made.coverage
    if "splits" in coverage:
        coverage = {**coverage, "taken_both_ways": gate.taken_both_ways()}
    return parity, build(parity_data(parity, coverage, effort.name))


@contextmanager
def _named(staging: Path, out: Path) -> Iterator[None]:
    """Errors of the JVM side speak of the folder that the user knows."""
    try:
        yield
    except JavaError as error:
        text = str(error).replace(str(staging), str(out))
        raise JavaError(text, error.code) from error.__cause__


def _described(model: LoadedModel) -> str:
    version = f", version {model.source.version}" if model.source.version else ""
    return f"{model.source.name}{version}: {type(model.native).__name__}"
