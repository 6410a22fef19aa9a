"""The JVM side: finding Java and the jar, and how the jar is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from penstock.errors import JarError, JavaError

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


def command(*arguments: str) -> list[str]:
    """The jar's command line. Raises JavaError and JarError."""
    return [str(find_java()), *_OPTIONS, "-cp", str(jar_path()), _MAIN, *arguments]


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
