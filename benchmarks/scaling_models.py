"""Models that differ in one number: trees, depth, or features."""

from __future__ import annotations

from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import ElasticNet

from benchmarks.data import DATASETS, Dataset
from benchmarks.models import Model

TREES = (10, 100, 500, 2000)
DEPTHS = (3, 6, 8, 12, 16)
FEATURES = (5, 11, 50, 100, 200, 500)
TRAIN_ROWS = 5_000
CELLS = 4_000_000
"""How many numbers the rows of a wide model hold together, at most."""


def _forest(trees: int, depth: int) -> RandomForestRegressor:
    return RandomForestRegressor(trees, max_depth=depth, max_features=4, n_jobs=1, random_state=0)


def _wide(features: int) -> Dataset:
    return Dataset(f"wide{features}", tuple(f"x{i}" for i in range(features)))


def _models() -> dict[str, Model]:
    narrow = DATASETS["numeric"]
    found = []
    for n in TREES:
        build = lambda n=n: _forest(n, 6)  # noqa: E731
        found.append(
            Model(f"trees-{n}", f"{n:,} trees, depth 6", narrow, build, train_rows=TRAIN_ROWS)
        )
    for depth in DEPTHS:
        build = lambda depth=depth: _forest(100, depth)  # noqa: E731
        found.append(
            Model(
                f"depth-{depth}", f"100 trees, depth {depth}", narrow, build, train_rows=TRAIN_ROWS
            )
        )
    for n in FEATURES:
        for kind, build in (
            ("forest", lambda: _forest(100, 8)),
            ("linear", lambda: ElasticNet(alpha=0.01)),
        ):
            title = f"{kind}, {n} features"
            found.append(Model(f"{kind}-{n}", title, _wide(n), build, train_rows=TRAIN_ROWS))
    return {model.name: model for model in found}


SCALING = _models()
SERIES = {
    "trees": [f"trees-{n}" for n in TREES],
    "depth": [f"depth-{n}" for n in DEPTHS],
    "features of a forest of 100 trees, depth 8": [f"forest-{n}" for n in FEATURES],
    "features of a linear model": [f"linear-{n}" for n in FEATURES],
}
WIDE = [name for series in list(SERIES.values())[2:] for name in series]


def rows_for(model: Model, most: int, cells: int = CELLS) -> int:
    """As many rows as are asked for, fewer of wide ones."""
    return min(most, cells // len(model.dataset.columns))
