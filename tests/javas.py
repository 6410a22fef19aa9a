"""Programs that are called ``java``."""

from __future__ import annotations

import sys
from pathlib import Path


def fake_java(folder: Path, banner: str) -> Path:
    """A ``java`` that only knows its version."""
    folder.mkdir(parents=True, exist_ok=True)
    java = folder / "java"
    java.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"if '-version' in sys.argv:\n    sys.stderr.write({banner!r})\n"
    )
    java.chmod(0o755)
    return java
