"""The rows: drawn from a fixed seed, every one distinct, in no order.

Eleven measurements, as a laboratory gives them: some uniform, some with a long tail, at full double
precision, so that no column can be stored as a dictionary. The targets have real structure (steps,
products, a sine) under noise, so that trees grow full. ``missing`` lacks a part of its numbers;
``mixed`` has three columns of text besides, of 50 categories each.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.places import DATA

NUMBERS = tuple(f"x{i}" for i in range(11))
TEXTS = ("region", "grape", "maker")
CATEGORIES = 50
TRAIN_ROWS = 20_000
FILES = 2  # one for each core that Spark gets, so that its tasks are alike
TRAIN_SEED, SCORE_SEED = 1, 2


@dataclass(frozen=True)
class Dataset:
    """Which columns a model reads, and what part of the numbers is missing."""

    name: str
    numbers: tuple[str, ...] = NUMBERS
    texts: tuple[str, ...] = ()
    missing: float = 0.0

    @property
    def columns(self) -> tuple[str, ...]:
        return self.numbers + self.texts


DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset("numeric"),
        Dataset("missing", missing=0.08),
        Dataset("mixed", texts=TEXTS, missing=0.05),
    )
}


def draw(dataset: Dataset, rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """``rows`` rows and their target, float64 (rows,)."""
    rng = np.random.default_rng(seed)
    x = rng.random((rows, len(dataset.numbers)))
    y = _structure(x) + rng.normal(0, 1, rows)
    x[:, 1::3] = np.exp(1.5 * x[:, 1::3])
    x[:, 2::3] *= 100.0
    frame = pd.DataFrame(x, columns=list(dataset.numbers))
    for i, name in enumerate(dataset.texts):
        codes = (CATEGORIES * rng.random(rows) ** 1.5).astype(int)
        effects = np.random.default_rng(100 + i).normal(0, 2, CATEGORIES)
        y += effects[codes]
        frame[name] = pd.Categorical.from_codes(codes, categories(name)).astype(object)
    if dataset.missing:
        gone = rng.random(x.shape) < dataset.missing
        frame[list(dataset.numbers)] = frame[list(dataset.numbers)].mask(gone)
    return frame, y


def categories(name: str) -> list[str]:
    """The words of a text column, of different lengths."""
    return [f"{name} {'x' * (i % 9)}{i:02d}" for i in range(CATEGORIES)]


def _structure(x: np.ndarray) -> np.ndarray:
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3]
    y += 5 * x[:, 4]
    for i in range(5, x.shape[1]):
        y += 3 * (x[:, i] > 0.3 + 0.04 * (i % 11)) * (1 + x[:, i - 1])
    return y


def training(dataset: Dataset, rows: int = TRAIN_ROWS) -> tuple[pd.DataFrame, np.ndarray]:
    return draw(dataset, rows, TRAIN_SEED)


def rows_file(dataset: Dataset, rows: int) -> Path:
    """The folder of Parquet files with the rows to score and their number ``id``; made once."""
    folder = DATA / f"{dataset.name}-{len(dataset.columns)}-{rows}"
    if folder.exists():
        return folder
    frame, _ = draw(dataset, rows, SCORE_SEED)
    if frame.duplicated().any():
        raise AssertionError(f"two of the rows of {folder.name} are equal")
    frame.insert(0, "id", np.arange(rows, dtype=np.int64))
    staging = folder.with_suffix(".part")
    staging.mkdir(parents=True, exist_ok=True)
    for i, part in enumerate(np.array_split(np.arange(rows), FILES)):
        table = pa.Table.from_pandas(frame.iloc[part], preserve_index=False)  # NaN becomes null
        pq.write_table(table, staging / f"part-{i}.parquet")
    staging.rename(folder)
    return folder


def load_rows(dataset: Dataset, rows: int) -> pd.DataFrame:
    """The rows to score in the order of their ids, without them."""
    frame = pq.read_table(rows_file(dataset, rows)).to_pandas()
    frame = frame.sort_values("id").drop(columns="id").reset_index(drop=True)
    texts = dict.fromkeys(dataset.texts, object)
    return frame.astype(texts) if texts else frame
