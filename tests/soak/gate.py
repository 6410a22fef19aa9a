"""The parity gate as the mutations use it: a model is asked once, and many files are judged.

This is the only place that knows how a gate is made and asked. It knows two of them: the one
that has an effort and a running scorer, and the one before it, so that a list of mutations can be
held against both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from penstock import exporting, manifest
from penstock.converters import convert
from penstock.loading import load
from penstock.operations import operations_data, steps
from penstock.parity import OURS, Gate, unverified_data
from penstock.sampling import golden_rows, make_rows

try:
    from penstock.effort import effort_of
    from penstock.scorer import Scorer
except ImportError:  # the gate that starts a JVM for each file
    effort_of = Scorer = None


class Judged:
    """A model with its rows and pyfunc's answers, against which files of it are held."""

    def __init__(self, uri: str, seed: int, effort: str) -> None:
        self.uri, self.effort = uri, effort
        self._model = load(uri)
        signature = self._model.signature
        self._conversion = convert(
            self._model.native, signature.inputs, self._model.predict_fn, array=signature.tensor
        )
        self._operations = operations_data(steps(self._conversion, list(exporting.FORMATS)))
        if effort_of is None:
            self.rows = make_rows(self._conversion, seed, self._model.flavor).rows
            self._gate = Gate(self._model, self._conversion, self.rows)
        else:
            asked = effort_of(effort)
            self.rows = make_rows(self._conversion, seed, self._model.flavor, asked).rows
            self._gate = Gate(self._model, self._conversion, self.rows, asked)
        self._golden = golden_rows(self._gate, self._conversion.contract.output.array)
        self._gate.ask()

    def judge(self, format_: str, scorer: Any) -> str:
        """Writes, scores and judges the model's file as an export does.

        Returns how close it came. Raises ParityError, JavaError.
        """
        with TemporaryDirectory(prefix="penstock-soak-") as name:
            folder = Path(name)
            path = folder / exporting.FILE_NAMES[format_]
            exporting.FORMATS[format_](self._conversion.graph, path, "model")
            files = [manifest.file_data(path, format_, OURS)]
            contract = self._conversion.contract
            data = manifest.build(
                self._model, contract, self._operations, files, self._golden, unverified_data()
            )
            manifest.write(data, folder)
            return self._judged(folder, format_, scorer).text()

    def _judged(self, folder: Path, format_: str, scorer: Any) -> Any:
        if scorer is None:
            return self._gate.judge(folder, format_)
        sent = self._gate.send(scorer, self._gate.write(scorer), folder, format_)
        return self._gate.judge(sent)

    def export(self, formats: tuple[str, ...], out: Path) -> str:
        """A whole export. Raises as ``penstock.export`` does."""
        options = {} if effort_of is None else {"effort": self.effort}
        exporting.export(self.uri, to=formats, out=out, **options)
        return "exported"


@contextmanager
def scorer() -> Iterator[Any]:
    """What ``Judged.judge`` needs of the JVM, by the jar that is in force."""
    if Scorer is None:
        yield None
    else:
        with Scorer() as running:
            yield running
