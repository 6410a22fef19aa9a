"""``--converter sklearn2pmml``: PMML made by that package, in a process of its own.

It is AGPL-3.0 and on no default road of Penstock. What it writes goes through the
same parity gate as our own files.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from penstock.errors import ConverterError
from penstock.jvm import find_java

NAME = "sklearn2pmml"
_CHILD = Path(__file__).with_name("sklearn2pmml_child.py")


def notice() -> str:
    """What a user has to know before the package runs. Raises ConverterError without it."""
    return (
        f"{NAME} {_installed()} is licensed under AGPL-3.0; when a conversion fails it reports "
        "the failure over the network (a POST to telemetry.jpmml.org with the versions here and "
        "the error's text, with no way to opt out); "
        f"it takes scikit-learn {_supported_versions()} (here {version('scikit-learn')})"
    )


def write(native: Any, columns: Sequence[str], path: Path) -> None:
    """Write ``native`` as PMML to ``path``. Raises ConverterError with the package's message."""
    import joblib

    _installed()
    java = find_java().resolve()
    with tempfile.TemporaryDirectory(prefix="penstock-sklearn2pmml-") as folder:
        dump = Path(folder, "model.joblib")
        try:
            joblib.dump((native, list(columns)), dump)
        except Exception as error:
            raise ConverterError(
                f"the model cannot be handed to {NAME}, because it cannot be pickled ({error}); "
                "leave --converter out"
            ) from error
        environment = {
            **os.environ,
            "JAVA_HOME": str(java.parent.parent),
            "PATH": f"{java.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
            "SKLEARN2PMML_BANNER": date.today().isoformat(),
        }
        done = subprocess.run(
            [sys.executable, "-P", str(_CHILD), str(dump), str(path)],
            check=False, capture_output=True, encoding="utf-8", errors="replace", env=environment,
        )  # fmt: skip
    if done.returncode != 0 or not path.is_file():
        raise ConverterError(
            f"{NAME} {_installed()} could not convert the model: "
            f"{_cause(done.stdout + done.stderr)}; leave --converter out to use Penstock's own "
            "writer"
        )


def _cause(output: str) -> str:
    """The most telling line of what the package printed: Java's exception before Python's."""
    java = re.findall(r"^(?:Exception in thread.*?|Caused by: |SEVERE: )(.*)$", output, re.M)
    named = [text for text in java if re.search(r"Exception|Error", text)]
    lines = [text for text in output.splitlines() if text.strip()]
    return (named or lines or ["it said nothing"])[-1].strip()[:500]


def _installed() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:
        raise ConverterError(
            f"the package {NAME} is not installed; install it with "
            "`pip install 'penstock[sklearn2pmml]'` (it is AGPL-3.0), or leave --converter out"
        ) from None


def _supported_versions() -> str:
    """The range that the package states: the least in its metadata, the newest in its jar."""
    least = next(
        (
            found.group(1)
            for line in distribution(NAME).requires or []
            if (found := re.match(r"scikit-learn\s*>=\s*([\d.]+)", line))
        ),
        None,
    )
    newest = _newest_version()
    parts = [f"from {least}" if least else "", f"up to {newest}" if newest else ""]
    return " ".join(filter(None, parts)) or "of the versions in its documentation"


def _newest_version() -> str | None:
    """The package refuses anything newer than a constant in this class of its jar."""
    spec = find_spec(NAME)
    for folder in (spec.submodule_search_locations if spec else None) or []:
        for jar in sorted(Path(folder, "resources").glob("pmml-sklearn-[0-9]*.jar")):
            with zipfile.ZipFile(jar) as archive:
                if "sklearn/Step.class" in archive.namelist():
                    constants = archive.read("sklearn/Step.class")
                    found = re.search(rb"\d+\.\d+\.\d+", constants)
                    return found.group().decode() if found else None
    return None
