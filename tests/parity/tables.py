"""The table that most models of scikit-learn are fitted on, and what they are fitted to."""

from __future__ import annotations

import numpy as np
import pandas as pd

ROWS = 160


def _frames() -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Inputs with two and three decimals, as measured data has them, and targets that need them."""
    rng = np.random.default_rng(7)
    acid = rng.integers(380, 1420, ROWS) / 100
    sugar = rng.integers(6, 658, ROWS) / 10
    density = rng.integers(98711, 103898, ROWS) / 100000
    ph = rng.integers(272, 382, ROWS) / 100
    city = rng.choice(["Porto", "Braga", "São João", "", "b"], ROWS)
    kind = rng.choice(["red", "white"], ROWS)
    frame = pd.DataFrame(
        {
            "fixed acidity": acid,
            "sugar": sugar,
            "density": density,
            "pH": ph,
            "city": pd.Series(city, dtype=object),
            "kind": pd.Series(kind, dtype=object),
        }
    )
    score = acid - sugar / 9 + 400 * (density - 1) + 5 * (city == "Porto") + rng.normal(0, 1, ROWS)
    thirds = np.searchsorted(np.quantile(score, [0.33, 0.66]), score)
    targets = {
        "number": score,
        "whole": np.round(score / 4),
        "positive": score - score.min(),
        "column": score.reshape(-1, 1),
        "two": np.column_stack([score, ph + rng.normal(0, 0.1, ROWS)]),
        "two labels": np.column_stack([np.array([1, 2, 5])[thirds], ph > 3.2]),
        "0/1": (score > np.median(score)).astype(np.int64),
        "2/7": np.where(score > np.median(score), 7, 2),
        "bool": score > np.median(score),
        "no/yes": np.where(score > np.median(score), "yes", "no").astype(object),
        "1/2/5": np.array([1, 2, 5])[thirds],
        "one": np.full(ROWS, 3),
        "exponential": np.exp(score / 8),
        "three": np.array(["low", "mid, or so", 'high "<&>"'], dtype=object)[thirds],
    }
    return frame, targets


FRAME, TARGETS = _frames()
NUMBERS = ["fixed acidity", "sugar", "density", "pH"]
TEXTS = ["city", "kind"]
MIXED = [*NUMBERS, *TEXTS]


def with_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """Every seventh number is missing."""
    numbers = frame[NUMBERS].to_numpy(copy=True)
    numbers.flat[::7] = np.nan  # whatever its order in memory
    return frame.assign(**dict(zip(NUMBERS, numbers.T, strict=True)))
