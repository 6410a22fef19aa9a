"""The JVM side: finding Java and the jar, and running the scorer in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from penstock import encoding
from penstock.answer import Answer, Value, narrowed
from penstock.errors import JarError, JavaError
from penstock.output import temporary_folder

OLDEST_JAVA = 17
_MAIN = "io.penstock.tools.Main"
_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    # Small at first, and as large as the model needs: there is no -Xmx that could be too little.
    "-Xms16m",
    "-Xmn8m",
    "-Djava.awt.headless=true",
)
_LEAVES_AT_ONCE = 1_000_000


def find_java() -> Path:
    """The ``java`` of JAVA_HOME, else of PATH, if it is Java 17 or newer.

    Raises JavaError that names what was found and what to install.
    """
    candidates = []
    home = os.environ.get("JAVA_HOME")
    if home:
        candidates.append(Path(home, "bin", "java"))
    on_path = shutil.which("java")
    if on_path:
        candidates.append(Path(on_path))
    found = []
    for candidate in dict.fromkeys(candidates):
        number, shown = _java_version(candidate, _changed(candidate))
        if number is not None and number >= OLDEST_JAVA:
            return candidate
        found.append(f"{candidate} is {shown}")
    remedy = f"install a JDK or JRE of version {OLDEST_JAVA} or newer and point JAVA_HOME to it"
    if not found:
        raise JavaError(f"no Java was found (JAVA_HOME and PATH were searched); {remedy}")
    raise JavaError(f"Java {OLDEST_JAVA} or newer is needed but {' and '.join(found)}; {remedy}")


def jar_path() -> Path:
    """The jar for Spark, which this module runs too.

    PENSTOCK_JAR names it, else it is the package's own. Raises JarError.
    """
    named = os.environ.get("PENSTOCK_JAR")
    if named:
        if not Path(named).is_file():
            raise JarError(f"PENSTOCK_JAR names {named!r}, which is no file; correct or unset it")
        return Path(named).resolve()
    folder = Path(__file__).parent / "jars"
    jars = sorted(folder.glob("*.jar"))
    if not jars:
        raise JarError(
            f"there is no jar in {folder}; install the wheel of penstock, or run `make setup` in "
            "a checkout, or set PENSTOCK_JAR to penstock-spark_*.jar"
        )
    if len(jars) > 1:
        names = ", ".join(jar.name for jar in jars)
        raise JarError(
            f"there are {len(jars)} jars in {folder} ({names}) and only one can be meant; "
            "reinstall penstock, or run `make setup` in a checkout"
        )
    return jars[0]


def score(
    model: Path,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
    format: str | None = None,
    leaves: bool = False,
    skip_golden: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> list[Answer]:
    """The JVM's answers for ``rows``, whose cells are in the order of ``columns``.

    ``model`` is an export folder or a bare file. The scorer checks the digests and
    replays the golden rows first, unless ``skip_golden``. ``meanwhile`` is called while the
    JVM is at work. Raises JavaError, JarError and OutputError (no room for the rows).
    """
    with temporary_folder("penstock-rows-") as folder:
        rows_file, out_file = folder / "rows.jsonl", folder / "out.jsonl"
        leaf_file = folder / "leaves"
        with rows_file.open("w", encoding="utf-8") as file:
            file.write(encoding.line({"columns": list(columns)}) + "\n")
            for row in rows:
                file.write(encoding.line(row) + "\n")
        arguments = ["score", "--model", str(model), "--rows", str(rows_file)]
        arguments += ["--out", str(out_file)]
        if format:
            arguments += ["--format", format]
        if leaves:
            arguments += ["--leaves", str(leaf_file)]
        if skip_golden:
            arguments.append("--skip-golden")
        run(arguments, meanwhile)
        with out_file.open(encoding="utf-8") as file:
            data = [json.loads(line) for line in file if line.strip()]
        scored = sum("refused" not in answer for answer in data)
        told = iter(read_leaves(leaf_file, scored) if leaves else ())
    if len(data) != len(rows):
        raise JavaError(
            f"the scorer answered {len(data)} of {len(rows)} rows of {model}; please report it"
        )
    return [_answer(answer, None if "refused" in answer else next(told, None)) for answer in data]


def read_leaves(path: Path, rows: int) -> np.ndarray:
    """The leaves that the scorer told, (rows, trees) in the least type that holds them."""
    parts = []
    with path.open("rb") as file:
        while len(part := np.fromfile(file, dtype="<i4", count=_LEAVES_AT_ONCE)):
            parts.append(narrowed(part))
    found = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint8)
    return found.reshape(rows, -1) if rows else found.reshape(0, 0)


def run(arguments: Sequence[str], meanwhile: Callable[[], object] | None = None) -> str:
    """Run the jar's command line, and ``meanwhile`` at the same time; its standard output.

    Raises JavaError with its sentence, and what ``meanwhile`` raises.
    """
    command = [str(find_java()), *_OPTIONS, "-cp", str(jar_path()), _MAIN, *arguments]
    # Java decodes the names of files by the locale: under POSIX it would lose every accent.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    environment.pop("JAVA_TOOL_OPTIONS", None)
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", errors="replace", env=environment,
        )  # fmt: skip
    except OSError as error:
        raise JavaError(f"Java could not be started ({command[0]}): {error}") from error
    with process:
        try:
            if meanwhile is not None:
                meanwhile()
            out, err = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode == 0:
        return out
    told = re.search(r"^\[(PENSTOCK_\w+)\] (.*)$", err, re.MULTILINE)
    if told:
        raise JavaError(told.group(2), told.group(1))
    lines = err.strip().splitlines() or ["no message"]
    raise JavaError(
        f"Java ended with exit code {process.returncode}: {lines[0][:400]}; "
        f"the command was {' '.join(command[:1] + command[-len(arguments) - 1 :])}"
    )


def _answer(data: dict, leaves: np.ndarray | None) -> Answer:
    if "refused" in data:
        return Answer(refused=data["refused"], message=data.get("message") or "")
    prediction = encoding.decode(data["prediction"])
    probability = encoding.decode(data.get("probability"))
    return Answer(
        prediction=tuple(prediction) if isinstance(prediction, list) else prediction,
        probabilities=None if probability is None else tuple(probability),
        leaves=leaves,
    )


def _changed(java: Path) -> int:
    """When the file was changed, to know it again; 0 where there is none."""
    try:
        return java.stat().st_mtime_ns
    except OSError:
        return 0


@cache
def _java_version(java: Path, changed: int) -> tuple[int | None, str]:
    """The feature number (8, 11, 17 ...) and how to call it in a sentence."""
    try:
        done = subprocess.run(
            [str(java), "-version"], capture_output=True, encoding="utf-8", errors="replace",
            timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"not usable ({error})"
    match = re.search(r'version "(?:1\.)?(\d+)[^"]*"', done.stderr + done.stdout)
    if not match:
        return None, "of an unknown version"
    return int(match.group(1)), f"Java {match.group(1)}"
