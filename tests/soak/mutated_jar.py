"""A copy of the jar in which one source of the scorer is another."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import penstock
from penstock.jvm import find_java, jar_path
from tests.soak.edits import EditError, Java


def sources() -> Path:
    """The Java sources beside the package that is tried."""
    root = Path(penstock.__file__).resolve().parents[2]
    return root / "scala_bridge" / "core" / "src" / "main" / "java" / "io" / "penstock"


def mutated_jar(edit: Java, folder: Path) -> Path:
    """Compiles the changed source against the jar and puts its classes into a copy of it.

    Raises EditError where the text is not found once, or is not Java any more.
    """
    source = folder / Path(edit.source).name
    source.write_text(edit.text(sources()), encoding="utf-8")
    classes = folder / "classes"
    compiler = shutil.which("javac", path=str(find_java().parent)) or "javac"
    done = subprocess.run(
        [compiler, "--release", "17", "-proc:none", "-nowarn", "-encoding", "UTF-8",
         "-cp", str(jar_path()), "-d", str(classes), str(source)],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise EditError(f"{edit.source} does not compile any more:\n{done.stderr}")
    made = {str(path.relative_to(classes)): path for path in classes.rglob("*.class")}
    jar = folder / "penstock.jar"
    with zipfile.ZipFile(jar_path()) as old, zipfile.ZipFile(jar, "w") as new:
        for name in old.namelist():
            new.writestr(name, made[name].read_bytes() if name in made else old.read(name))
        for name in made.keys() - set(old.namelist()):
            new.write(made[name], name)
    return jar
