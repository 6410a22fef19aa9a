"""The core of the suite against older libraries, each set in an environment of its own.

The newest set is the one of pyproject.toml, with which the suite itself runs. The environments
are made under build/versions and kept until their pins change.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_versions import PROJECT, ROOT, pinned

pytestmark = pytest.mark.slow(reason="the core again with older libraries, which pip installs")

SHARED = ["pyspark", "hypothesis", "pytest", "jsonschema"]
"""What the tests use in the versions of pyproject.toml."""

# The oldest: the lower bounds of pyproject.toml, and a SciPy and SQLAlchemy of their time.
VERSIONS = {
    "oldest": {
        "scikit-learn": "1.4.0", "numpy": "1.26.0", "pandas": "2.2.0", "scipy": "1.11.4",
        "mlflow": "3.1.0", "skops": "0.10.0", "threadpoolctl": "3.1.0", "sqlalchemy": "2.0.58",
    },
    "middle": {
        "scikit-learn": "1.7.2", "numpy": "2.2.6", "pandas": "2.3.3", "mlflow": "3.8.1",
        "sqlalchemy": "2.0.58",
    },
}  # fmt: skip
NEWEST_PYTHON = {"oldest": (3, 12)}
"""For which Pythons there are wheels."""

CONVERTERS = [
    "converters", "converters_linear", "converters_trees", "converters_preprocessing",
    "composition", "converters_drawn", "preprocessing_drawn", "accounting",
]  # fmt: skip
CORE = {
    "converters": [f"tests/test_{name}.py" for name in CONVERTERS],
    "parity": ["tests/test_parity.py", "-k", "our_scorer"],
}


@pytest.fixture(scope="module", params=VERSIONS)
def python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment with these versions."""
    name: str = request.param
    newest = NEWEST_PYTHON.get(name, sys.version_info[:2])
    if sys.version_info[:2] > newest:
        pytest.skip(f"these versions have no wheels beyond Python {'.'.join(map(str, newest))}")
    folder = ROOT / "build" / "versions" / name
    pins = [f"{package}=={version}" for package, version in VERSIONS[name].items()]
    pins += [f"{package}=={pinned(package)}" for package in SHARED]
    stamp, found = folder / "pins.txt", folder / "bin" / "python"
    if not (stamp.is_file() and stamp.read_text() == "\n".join(pins)):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([found, "-m", "pip", "install", "-q", *pins], check=True)
        stamp.write_text("\n".join(pins))
    return found


@pytest.mark.parametrize("part", CORE)
def test_the_core_of_the_suite_passes(python, part, jar):
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "exporters")}
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow"]
    ran = subprocess.run(
        [*command, *CORE[part]], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-2000:]
    assert " passed" in ran.stdout


def test_the_oldest_versions_are_those_that_the_package_declares():
    lowest = dict(line.split(",")[0].split(">=") for line in PROJECT["dependencies"])
    for package in ("scikit-learn", "numpy", "pandas", "mlflow", "skops", "threadpoolctl"):
        assert VERSIONS["oldest"][package].startswith(lowest[package]), package
