"""Wines to train on and to stream: generated ones, or the user's own CSV file.

A frame of wines here is as `csv` reads it: every cell is text, nothing is cast.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import pandas as pd

FEATURES = [
    "fixed acidity",
    "volatile acidity",
    "citric acid",
    "residual sugar",
    "chlorides",
    "free sulfur dioxide",
    "total sulfur dioxide",
    "density",
    "pH",
    "sulphates",
    "alcohol",
]
TARGET = "quality"
ROW_ID = "row_id"
STREAM_COLUMNS = [ROW_ID, *FEATURES, TARGET]

# Decimals as laboratories report them, in the order of FEATURES.
_DECIMALS = [1, 2, 2, 1, 3, 0, 0, 5, 2, 2, 1]


def load(path: str | Path | None, rows: int = 4898) -> pd.DataFrame:
    """The wines of a CSV file with a header, or generated ones where path is None.

    Returns a frame of text with the columns FEATURES and TARGET.
    Raises ValueError where the file lacks one of them.
    """
    if path is None:
        return generate(rows)
    with Path(path).open(encoding="utf-8-sig") as file:
        separator = ";" if ";" in file.readline() else ","  # published with semicolons
    wines = pd.read_csv(
        path, sep=separator, dtype=object, keep_default_na=False, encoding="utf-8-sig"
    )
    missing = [name for name in [*FEATURES, TARGET] if name not in wines.columns]
    if missing:
        raise ValueError(f"{path} has no column {', '.join(map(repr, missing))}")
    return wines[[*FEATURES, TARGET]]


def generate(rows: int, seed: int = 20260101) -> pd.DataFrame:
    """`rows` plausible white wines; the same seed gives the same wines.

    The ranges and the strong relations are those of real ones: sugar makes a wine denser and
    alcohol lighter, most sulfur dioxide is bound, good wines tend to be strong and not sour.
    """
    draw = np.random.default_rng(seed)
    alcohol = np.clip(draw.gamma(9.0, 0.42, rows) + 7.0, 8.0, 14.2)
    sugar = np.clip(draw.gamma(1.2, 5.0, rows) * (15.0 - alcohol) / 4.5, 0.6, 65.8)
    free = np.clip(draw.gamma(4.3, 8.2, rows), 2, 289)
    columns = [
        np.clip(draw.normal(6.85, 0.84, rows), 3.8, 14.2),
        np.clip(draw.gamma(7.6, 0.0366, rows), 0.08, 1.1),
        np.clip(draw.normal(0.334, 0.121, rows), 0.0, 1.66),
        sugar,
        np.clip(draw.gamma(4.4, 0.0104, rows), 0.009, 0.346),
        free,
        np.clip(free + draw.gamma(8.0, 13.0, rows), 9, 440),
        0.9946 + 0.00039 * (sugar - 6.4) - 0.00115 * (alcohol - 10.5) + draw.normal(0, 6e-4, rows),
        np.clip(draw.normal(3.19, 0.15, rows), 2.72, 3.82),
        np.clip(draw.normal(0.49, 0.114, rows), 0.22, 1.08),
        alcohol,
    ]
    merit = 5.88 + 0.34 * (alcohol - 10.5) - 1.9 * (columns[1] - 0.278) + 0.02 * (sugar - 6.4)
    quality = np.clip(np.rint(merit + draw.normal(0, 0.7, rows)), 3, 9).astype(int)
    text = {
        name: [f"{value:.{decimals}f}" for value in column]
        for name, column, decimals in zip(FEATURES, columns, _DECIMALS, strict=True)
    }
    return pd.DataFrame({**text, TARGET: quality.astype(str)}, dtype=object)


def write_stream(wines: pd.DataFrame, folder: Path, files: int = 4, first_id: int = 1) -> None:
    """Writes the wines as CSV files for a stream to pick up, with a row id before each wine."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [[str(first_id + i), *row] for i, row in enumerate(wines.itertuples(index=False))]
    for number, part in enumerate(np.array_split(np.arange(len(lines)), files), start=1):
        # Written beside and renamed, because a stream may already be watching the folder.
        unfinished = folder / f".wines-{number:03d}.csv"
        with unfinished.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(STREAM_COLUMNS)
            writer.writerows(lines[i] for i in part)
        unfinished.rename(folder / f"wines-{number:03d}.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write wines as CSV files for the stream.")
    parser.add_argument("folder", type=Path, help="where the stream looks for them")
    parser.add_argument("--data", type=Path, help="a CSV file of wines (default: generated)")
    arguments = parser.parse_args()
    write_stream(load(arguments.data), arguments.folder)


if __name__ == "__main__":
    main()
