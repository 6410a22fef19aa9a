"""The 4,898 real wines through the Scala stream: both models, both formats.

Beside the wines as they are, rows with missing values and, for the forest, rows whose numbers lie
next to its thresholds, where comparing in the wrong precision shows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from penstock.scorer import Scorer
from tests.parity_wines import Pyfunc, cells, export, train_here
from tests.streams import Host, Stream, read_delta, wines

FILES = {"mleap": "bundle.zip", "pmml": "model.pmml"}
# `make test` takes each model once and each format once.
SLOW = pytest.mark.slow(
    reason="a model or a format again that `make test` takes with the other one"
)


@pytest.fixture(scope="module")
def linear(
    registry: str, wines_csv: Path, jar: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The elastic net with text inputs: the logged model and its export."""
    folder = tmp_path_factory.mktemp("linear")
    model = train_here(folder, wines_csv, "elasticnet")
    return model, export(model, folder / "export")


@pytest.fixture(scope="module")
def forest(
    registry: str, wines_csv: Path, jar: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A hundred trees of full depth with numeric inputs: the logged model and its export."""
    folder = tmp_path_factory.mktemp("forest")
    model = train_here(folder, wines_csv, "forest")
    return model, export(model, folder / "export")


def stream_wines(
    rows: pd.DataFrame, exported: Path, host: Host, jar: Path, folder: Path, features: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Streams rows of FEATURES as text (None: an empty field) through an exported file."""
    stream = Stream("scala", folder, exported, jar, host)
    table = rows.fillna("").assign(quality="6")
    wines.write_stream(table, stream.input, first_id=0)
    stream.run(features=features)
    scored, rejected = read_delta(stream.scored), read_delta(stream.rejected)
    for part in (scored, rejected):
        part["row_id"] = part["row_id"].astype(int)
    assert sorted([*scored["row_id"], *rejected["row_id"]]) == list(range(len(rows)))
    return scored.sort_values("row_id"), rejected.sort_values("row_id")


def with_gaps(rows: pd.DataFrame, seed: int = 7) -> pd.DataFrame:
    """The rows, each without one to eleven of its values."""
    draw = np.random.default_rng(seed)
    share = draw.uniform(0.0, 1.0, (len(rows), 1))
    gaps = draw.uniform(size=rows.shape) < share
    gaps[np.arange(len(rows)), draw.integers(0, rows.shape[1], len(rows))] = True
    return rows.mask(gaps, None)


def at_boundaries(rows: pd.DataFrame, native: object, count: int, seed: int = 11) -> pd.DataFrame:
    """Wines with one value moved next to a threshold: to the threshold, to the float32 numbers on
    both its sides, to the point between those where rounding turns, and to each one's neighbours.
    """
    draw = np.random.default_rng(seed)
    moved = rows.iloc[draw.integers(0, len(rows), count)].reset_index(drop=True)
    for i in range(count):
        tree = native.estimators_[draw.integers(len(native.estimators_))].tree_
        node = draw.choice(np.flatnonzero(tree.children_left >= 0))
        moved.iat[i, tree.feature[node]] = repr(float(draw.choice(around(tree.threshold[node]))))
    return moved


def around(threshold: float) -> np.ndarray:
    nearest = np.float32(threshold)
    singles = [np.nextafter(nearest, np.float32(d)) for d in (-np.inf, np.inf)]
    points = [threshold, float(nearest), *map(float, singles)]
    points += [(float(nearest) + float(s)) / 2 for s in singles]
    return np.array([np.nextafter(p, d) for p in points for d in (-np.inf, np.inf)] + points)


@pytest.mark.parametrize("format", [pytest.param("mleap", marks=SLOW), "pmml"])
def test_the_linear_model_is_within_its_bound(
    format: str, linear: tuple[Path, Path], wines_csv: Path, jar: Path, host: Host, tmp_path: Path
) -> None:
    model, exported = linear
    rows = wines.load(wines_csv)[wines.FEATURES]
    gaps = with_gaps(rows.head(500))
    everything = pd.concat([rows, gaps], ignore_index=True)
    scored, rejected = stream_wines(
        everything, exported / FILES[format], host, jar, tmp_path, "string"
    )

    assert list(scored["row_id"]) == list(range(len(rows))) and len(rows) == 4898
    assert rejected["reason"].str.contains("has no value").all()
    assert Pyfunc(model).assert_linear(cells(scored), scored["prediction"]) < 1e-13


@pytest.mark.parametrize("format", ["mleap", pytest.param("pmml", marks=SLOW)])
def test_every_tree_is_left_at_the_same_leaf(
    format: str, forest: tuple[Path, Path], wines_csv: Path, jar: Path, host: Host, tmp_path: Path
) -> None:
    model, exported = forest
    oracle = Pyfunc(model)
    rows = wines.load(wines_csv)[wines.FEATURES]
    boundaries = at_boundaries(rows, oracle.native, 3000)
    gaps = with_gaps(rows.sample(1000, random_state=3))
    everything = pd.concat([rows, boundaries, gaps], ignore_index=True)
    scored, rejected = stream_wines(
        everything, exported / FILES[format], host, jar, tmp_path, "double"
    )

    assert rejected.empty
    numbers = everything.astype(float)
    oracle.assert_forest(numbers, scored["prediction"])

    with Scorer() as scorer:
        sent = scorer.write(wines.FEATURES, numbers.to_numpy().tolist())
        answers = scorer.send(exported / FILES[format], sent, leaves=True).answers()
    assert [answer.prediction for answer in answers] == scored["prediction"].tolist()
    got = np.array([answer.leaves for answer in answers])
    expected = oracle.native.apply(numbers)
    assert got.shape == expected.shape == (len(numbers), 100)
    for tree in range(100):
        pairs = set(zip(got[:, tree].tolist(), expected[:, tree].tolist(), strict=True))
        # The file counts leaves its own way: the same leaf means one number for one number.
        assert len(pairs) == len({p[0] for p in pairs}) == len({p[1] for p in pairs})
