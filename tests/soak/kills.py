"""Exports killed at drawn moments, and now and then a streaming job.

After SIGTERM or SIGKILL the output folder is whole or is not there; under ``--force`` an older one
stays as it was until the new one is whole. No process of the export is left, and after SIGTERM no
unfinished folder either.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import mlflow
import numpy as np

from penstock import manifest
from penstock.errors import PenstockError
from penstock.jvm import jar_path
from tests import parity_wines
from tests.soak import fixed_models
from tests.soak.outcome import Tried
from tests.streams import Stream, read_delta
from tests.test_pipelines_kill import assert_each_row_once, fill

STREAM_EVERY = 20
"""Each so many cases a streaming job is killed: it takes as long as ten exports."""

PATIENCE = 15.0
"""Seconds in which what an export started has to end after it."""


def run(tried: Tried) -> None:
    with TemporaryDirectory(prefix="penstock-soak-") as name:
        folder = Path(name)
        fixed_models.registry(folder)
        with fixed_models.quiet():
            uri = fixed_models.logged("forest")
        began = time.monotonic()
        _started(uri, folder / "first").communicate()
        usual = time.monotonic() - began
        assert _state(folder / "first"), "an export that nobody kills does not pass"
        for case in tried.asked.cases():
            rng = np.random.default_rng([tried.asked.seed, case])
            try:
                if case % STREAM_EVERY == STREAM_EVERY - 1:
                    _kill_stream(folder / f"stream{case}", rng, tried)
                else:
                    _kill_export(uri, folder / f"case{case}", usual, rng, tried)
            except AssertionError as error:
                tried.fail(case, str(error))


def _kill_export(
    uri: str, folder: Path, usual: float, rng: np.random.Generator, tried: Tried
) -> None:
    """Half of them write over an older export."""
    folder.mkdir()
    out, force = folder / "out", bool(rng.random() < 0.5)
    if force:
        done = _started(uri, out, "--seed", "1")
        done.communicate()
    before = _state(out)
    how = (signal.SIGTERM, signal.SIGKILL)[int(rng.integers(2))]
    # Later too: the end, where folders change places, is of most interest.
    after = usual * (rng.uniform(0.0, 1.1) if rng.random() < 0.5 else rng.uniform(0.8, 1.05))
    process = _started(uri, out, *(["--force"] if force else []))
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    ended = process.poll() is not None
    process.send_signal(how)
    said = process.communicate()[0]
    now = _state(out)
    what = f"{how.name} after {after:.2f} s{' with --force' if force else ''}"
    assert "Traceback" not in said, f"{what}: {said[-1000:]}"
    assert not force or now, f"{what}: the older export is gone"
    others = [path.name for path in folder.iterdir() if path.name != "out"]
    assert how is signal.SIGKILL or not others, f"{what}: {others} were left"
    left = _left(process.pid)
    assert not left, f"{what}: processes were left: {left}"
    result = "ended before" if ended else "older one" if now == before else "new one"
    tried.counts[f"{how.name}, {result if now else 'no folder'}"] += 1


def _started(uri: str, out: Path, *more: str) -> subprocess.Popen[str]:
    """An export in a process group of its own."""
    command = [sys.executable, "-m", "penstock", "export", "-m", uri, "--to", "mleap", "--to"]
    command += ["pmml", "--out", str(out), "--tracking-uri", mlflow.get_tracking_uri(), *more]
    exporters = str(Path(manifest.__file__).parents[1])
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env={**os.environ, "PYTHONPATH": exporters}, start_new_session=True,
    )  # fmt: skip


def _state(out: Path) -> dict[str, str]:
    """The digests of a whole export's files, none where there is no folder. AssertionError else."""
    if not out.exists():
        return {}
    files = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.iterdir()}
    try:
        data = manifest.read(out)
    except PenstockError as error:
        raise AssertionError(f"a folder that is not whole: {sorted(files)}: {error}") from error
    told = {file["path"]: file["sha256"] for file in data["files"]}
    assert told.items() <= files.items(), f"{sorted(files)} are not what {json.dumps(told)} says"
    assert data["parity"]["verified"], "an export that is not verified was published"
    return files


def _left(group: int) -> list[str]:
    """What of the process group still runs after a time in which it should have ended."""
    end = time.monotonic() + PATIENCE
    while (running := _members(group)) and time.monotonic() < end:
        time.sleep(0.05)
    if running:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    return running


def _members(group: int) -> list[str]:
    """The names of the processes of a group; none are known where there is no /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = status.read_text().partition("(")[2].rpartition(")")
            state, _, of = rest.split()[:3]
            if int(of) == group and state != "Z":
                found.append(name)
    return found


def _kill_stream(folder: Path, rng: np.random.Generator, tried: Tried) -> None:
    """A job killed three times at drawn moments, and then run to its end, loses no row."""
    (folder / "wine").mkdir(parents=True)
    with fixed_models.quiet():
        export = parity_wines.export(parity_wines.train(folder / "wine"), folder / "export")
    stream = Stream("scala", folder / "stream", export, jar_path())
    ids = fill(stream)
    for _ in range(3):
        with stream.started(max_files=1) as process, suppress(subprocess.TimeoutExpired):
            process.wait(float(rng.uniform(5.0, 40.0)))
        tried.counts["streaming jobs killed"] += 1
    stream.run()
    assert_each_row_once(read_delta(stream.scored), read_delta(stream.rejected), ids)
