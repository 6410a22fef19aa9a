"""The rows as the JVM workers read them (``Rows.java``): one file, big-endian."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.data import Dataset


def write(path: Path, frame: pd.DataFrame, dataset: Dataset) -> Path:
    """Writes the frame's numbers, and its words as their places in lists of words."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {name: pd.Categorical(frame[name]) for name in dataset.texts}
    with path.open("wb") as file:
        file.write(struct.pack(">iii", len(frame), len(dataset.numbers), len(words)))
        for name in dataset.columns:
            _text(file, name)
        for column in words.values():
            file.write(struct.pack(">i", len(column.categories)))
            for word in column.categories:
                _text(file, word)
        file.write(frame[list(dataset.numbers)].to_numpy(dtype=">f8").tobytes())
        if words:
            codes = np.column_stack([column.codes for column in words.values()])
            file.write(codes.astype(">i4").tobytes())
    return path


def read_answers(path: Path) -> np.ndarray:
    """What a worker wrote, float64 (rows,)."""
    return np.fromfile(path, dtype=">f8").astype(np.float64)


def _text(file, text: str) -> None:
    data = text.encode()
    file.write(struct.pack(">H", len(data)) + data)
