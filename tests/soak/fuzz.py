"""Damaged model files, manifests and rows, given to the readers of both languages.

Whatever they hold, the answer is a score or one sentence with a code of ours: no other exception,
no end of memory, and no reader that is still at it after a time in which it could read a file a
thousand times as large.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from py4j.java_gateway import GatewayParameters, JavaGateway
from py4j.protocol import Py4JJavaError

import penstock
from penstock import manifest
from penstock.errors import PenstockError
from penstock.jvm import jar_path
from tests.harness import Jvm
from tests.soak import damage, fixed_models
from tests.soak.outcome import Tried

MODELS = ("linear of texts", "logistic", "tree", "forest", "histogram", "pipeline", "ordinal")
SECONDS = 30.0
"""A reader that needs longer hangs: it reads one of these files in milliseconds."""

SENTENCE = re.compile(r"\[PENSTOCK_[A-Z_]+\] [^\n]+")


class BadAnswer(Exception):
    """Neither a score nor one sentence."""


class Reader:
    """A JVM that scores rows with a model; another takes its place after it had to be ended."""

    def __init__(self) -> None:
        self._jvm: Jvm | None = None

    def score(self, model: Path, rows: Path, out: Path) -> str:
        """ "scored" or the code of the refusal. Raises BadAnswer."""
        if self._jvm is None:
            self._start()
        scorer = self._gateway.jvm.io.penstock.tools.BatchScorer
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(scorer.score, str(model), None, str(rows), str(out), None)
            try:
                asked.result(SECONDS)
            except Late:
                self.close()
                raise BadAnswer(f"no answer after {SECONDS:.0f} s") from None
            except Py4JJavaError as error:
                return _code(error)
            except Exception as error:
                self.close()
                raise BadAnswer(f"the JVM ended: {type(error).__name__}: {error}") from error
        return "scored"

    def _start(self) -> None:
        self._jvm = Jvm(jar_path())
        port, token = self._jvm.address
        self._gateway = JavaGateway(
            gateway_parameters=GatewayParameters(port=port, auth_token=token)
        )

    def close(self) -> None:
        if self._jvm is not None:
            gc.collect()  # what still stands for an object of the JVM asks it to let go
            self._gateway.close()
            self._jvm.close()
            self._jvm = None


def _code(error: Py4JJavaError) -> str:
    raised = error.java_exception
    kind, message = raised.getClass().getName(), str(raised.getMessage())
    if kind != "io.penstock.PenstockException" or not SENTENCE.fullmatch(message):
        raise BadAnswer(f"{kind}: {message[:500]}")
    return message[1 : message.index("]")]


def run(tried: Tried) -> None:
    """One damaged file after another; the first of all is whole and has to score."""
    temporary = TemporaryDirectory(prefix="penstock-soak-")
    with temporary as name, _reader() as reader, fixed_models.quiet():
        work = Path(name)
        exports = _exports(work)
        for export in exports.values():
            told = reader.score(export, export.parent / "rows.jsonl", work / "answers")
            assert told == "scored", f"a whole export of {export.parent.name} gives {told}"
        for case in tried.asked.cases():
            rng = np.random.default_rng([tried.asked.seed, case])
            target = list(TARGETS)[case % len(TARGETS)]
            folder = work / "damaged"
            shutil.copytree(exports[MODELS[int(rng.integers(len(MODELS)))]].parent, folder)
            try:
                what = TARGETS[target](folder / "export", rng)
                model = folder / "export" / what if what else folder / "export"
                told = reader.score(model, folder / "rows.jsonl", folder / "answers")
                if target == "penstock.json":
                    _read_by_python(folder / "export")
                tried.counts[f"{target}: {told}"] += 1
            except BadAnswer as error:
                tried.counts[f"{target}: bad answers"] += 1
                tried.fail(case, f"{target}: {error}")
            finally:
                shutil.rmtree(folder)


@contextmanager
def _reader() -> Iterator[Reader]:
    reader = Reader()
    try:
        yield reader
    finally:
        reader.close()


def _exports(work: Path) -> dict[str, Path]:
    """An export of each model, with its golden rows as a file of rows beside it."""
    fixed_models.registry(work)
    found = {}
    for name in MODELS:
        found[name] = work / name / "export"
        uri = fixed_models.logged(name)
        penstock.export(uri, out=found[name], effort="quick")
        data = json.loads((found[name] / "penstock.json").read_text(encoding="utf-8"))
        columns = [column["name"] for column in data["contract"]["inputs"]]
        lines = [{"columns": columns}, *data["golden"]["rows"]]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (work / name / "rows.jsonl").write_text(text, encoding="utf-8")
    return found


def _damage(path: Path, kinds: list, rng: np.random.Generator) -> None:
    path.write_bytes(kinds[int(rng.integers(len(kinds)))](path.read_bytes(), rng))


def _archive(export: Path, rng: np.random.Generator) -> str | None:
    _damage(export / "bundle.zip", damage.BYTES, rng)
    return _bare_or_signed(export, "bundle.zip", rng)


def _member(export: Path, rng: np.random.Generator) -> str | None:
    """One file inside of the bundle is damaged, or there twice, or not there."""
    path = export / "bundle.zip"
    with zipfile.ZipFile(path) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    place, kind = int(rng.integers(len(parts))), rng.random()
    name, data = parts[place]
    if kind < 0.05:
        parts.append(parts[place])
    elif kind < 0.1:
        del parts[place]
    elif data:
        parts[place] = name, damage.JSON[int(rng.integers(len(damage.JSON)))](data, rng)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in parts:
            new.writestr(*part)
    return _bare_or_signed(export, "bundle.zip", rng)


def _document(export: Path, rng: np.random.Generator) -> str | None:
    _damage(export / "model.pmml", damage.XML, rng)
    return _bare_or_signed(export, "model.pmml", rng)


def _manifest(export: Path, rng: np.random.Generator) -> None:
    _damage(export / "penstock.json", damage.JSON, rng)


def _rows(export: Path, rng: np.random.Generator) -> None:
    _damage(export.parent / "rows.jsonl", damage.JSON, rng)


def _bare_or_signed(export: Path, name: str, rng: np.random.Generator) -> str | None:
    """The file alone, or a manifest that prefers it and has the digest of the damaged file."""
    if rng.random() < 0.5:
        return name
    path = export / "penstock.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for file in data["files"]:
        if file["path"] == name:
            content = (export / name).read_bytes()
            file |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            data["preferred"] = file["format"]
    path.write_text(json.dumps(data), encoding="utf-8")
    return None


def _read_by_python(export: Path) -> None:
    """The other reader of manifests. Raises BadAnswer."""
    for read in (manifest.read, penstock.inspect):
        try:
            read(export)
        except PenstockError:
            continue
        except Exception as error:
            raise BadAnswer(f"{read.__name__}: {type(error).__name__}: {error}") from error


TARGETS = {
    "bundle.zip": _archive,
    "a file in bundle.zip": _member,
    "model.pmml": _document,
    "penstock.json": _manifest,
    "rows": _rows,
}
