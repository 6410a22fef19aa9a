"""Where the benchmark keeps what it makes: all of it below build/bench."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "bench"
DATA = BUILD / "data"
EXPORTS = BUILD / "exports"
EXPECTED = BUILD / "expected"
MLFLOW = BUILD / "mlflow"
JVM = BUILD / "jvm"
JVM_SOURCES = ROOT / "benchmarks" / "jvm"
TRACKING_URI = f"sqlite:///{MLFLOW / 'mlflow.db'}"
PAGE = ROOT / "docs" / "performance.md"
