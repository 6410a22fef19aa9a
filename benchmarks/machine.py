"""What the figures were measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

from penstock import jvm

PACKAGES = (
    "penstock", "scikit-learn", "mlflow", "pyspark", "numpy", "pandas", "pyarrow",
    "jpmml-evaluator-pyspark", "onnxruntime", "skl2onnx",
)  # fmt: skip


def describe() -> dict[str, object]:
    """The machine, the system, the JDK and the packages, as far as they can be told."""
    return {
        "cpu": _from_proc("cpuinfo", r"model name\s*: (.*)") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "caches": _caches(),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "java": _java(),
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
    }


def load() -> list[float]:
    """The load of the last 1, 5 and 15 minutes: figures of a busy machine tell little."""
    return [round(value, 2) for value in os.getloadavg()]


def _from_proc(name: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path("/proc", name).read_text())
    except OSError:
        return ""
    return found.group(1).strip() if found else ""


def _memory() -> str:
    kilobytes = _from_proc("meminfo", r"MemTotal:\s*(\d+) kB")
    return f"{int(kilobytes) / 2**20:.0f} GiB" if kilobytes else ""


def _caches() -> str:
    found = []
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            (index / name).read_text().strip() for name in ("level", "type", "size")
        )
        found.append(f"L{level}{'i' if kind == 'Instruction' else ''} {size}")
    return ", ".join(found)


def _java() -> str:
    told = subprocess.run([str(jvm.find_java()), "-version"], capture_output=True, text=True)
    lines = (told.stderr or told.stdout).splitlines()
    return ", ".join(lines[1:3]) if len(lines) > 2 else " ".join(lines)
