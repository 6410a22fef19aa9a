"""The parity gate really fails: a fault in a written file is found, and no file is left."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeRegressor

import penstock
from penstock import exporting, loading, oracle, parity
from penstock.answer import Answer
from penstock.comparison import Bounds, compare
from penstock.effort import EFFORTS
from penstock.errors import ParityError
from tests.registered import frame, log, target


@pytest.fixture(scope="module")
def forest(registry, jar):
    model = RandomForestRegressor(5, random_state=0).fit(frame(), target(frame()))
    return log(model, "forest", data=frame()).model_uri


@pytest.fixture(scope="module")
def linear(registry, jar):
    return log(LinearRegression().fit(frame(), target(frame())), "line", data=frame()).model_uri


def corrupt_pmml(monkeypatch, pattern: str, change) -> None:
    """The PMML writer, with the first match of ``pattern`` changed in what it wrote."""
    write = exporting.FORMATS["pmml"]

    def faulty(graph, path: Path, name: str) -> None:
        write(graph, path, name)
        text, count = re.subn(pattern, change, path.read_text(), count=1)
        assert count == 1
        path.write_text(text)

    monkeypatch.setitem(exporting.FORMATS, "pmml", faulty)


def next_double(match: re.Match) -> str:
    """The same text with the number moved by one unit in the last place."""
    moved = float(np.nextafter(float(match[2]), np.inf))
    return f"{match[1]}{moved!r}{match[3]}"


def refuse(uri: str, out: Path, **options) -> ParityError:
    with pytest.raises(ParityError) as error:
        penstock.export(uri, to=["mleap", "pmml"], out=out, **options)
    assert list(out.parent.iterdir()) == []
    return error.value


def test_without_a_fault_it_passes(forest, tmp_path):
    done = penstock.export(forest, to=["mleap", "pmml"], out=tmp_path / "out")
    assert all(result.leaves_compared for result in done.parity.formats.values())
    assert all(result.max_difference == 0 for result in done.parity.formats.values())
    coverage = done.manifest["parity"]["coverage"]
    assert coverage["splits"] == coverage["met"] + coverage["infeasible"]
    assert coverage["met"] <= coverage["taken_both_ways"] <= coverage["splits"]
    told = done.manifest["parity"]
    assert told["effort"] == "standard"
    sample = EFFORTS["standard"].sample
    assert told["refused"] + sample <= told["asked_singly"] < told["rows"]


def test_a_threshold_moved_by_half_a_float32(forest, tmp_path, monkeypatch):
    def move(match: re.Match) -> str:
        moved = np.nextafter(np.float32(match[2]), np.float32(np.inf))
        return f"{match[1]}{float(moved)!r}{match[3]}"

    corrupt_pmml(monkeypatch, r'(operator="lessOrEqual" value=")([^"]+)(")', move)
    error = refuse(forest, tmp_path / "out")
    assert str(error).startswith("pmml: ")
    assert "rows differ from pyfunc" in str(error)
    assert "row " in error.table
    assert "pH=" in error.table


def test_a_weight_beyond_the_bound(linear, tmp_path, monkeypatch):
    def scale(match: re.Match) -> str:
        return f"{match[1]}{float(match[2]) * (1 + 1e-12)!r}{match[3]}"

    corrupt_pmml(monkeypatch, r'(coefficient=")([^"]+)(")', scale)
    assert "bound" in refuse(linear, tmp_path / "out").table


def test_a_last_bit_within_the_bound_passes(linear, tmp_path, monkeypatch):
    corrupt_pmml(monkeypatch, r'(coefficient=")([^"]+)(")', next_double)
    done = penstock.export(linear, to=["pmml"], out=tmp_path / "out")
    assert 0 < done.parity.formats["pmml"].max_bound_share <= 1


def test_another_leaf_of_the_same_number(registry, jar, tmp_path, monkeypatch):
    """Two leaves of one value: swapped, only the leaves' own numbers tell."""
    data = frame(40)
    step = np.where(data["pH"] > 5, 2.0, 1.0) + np.where(data["a b"] > 5, 1.0, 0.0)
    uri = log(DecisionTreeRegressor().fit(data, step), data=data).model_uri
    order = parity.leaf_order_of("pmml")

    def swapped(tree, compare_in):
        leaves = order(tree, compare_in)
        return [leaves[1], leaves[0], *leaves[2:]]

    monkeypatch.setattr(parity, "leaf_order_of", lambda format_: swapped)
    assert "ends at node" in refuse(uri, tmp_path / "out").table


def test_a_swapped_label(registry, jar, tmp_path, monkeypatch):
    model = LogisticRegression().fit(frame(), target(frame()) > 15)
    uri = log(model, data=frame()).model_uri
    corrupt_pmml(monkeypatch, r'(score=")(true|false)(")', lambda m: f"{m[1]}true{m[3]}")
    assert "the label is" in refuse(uri, tmp_path / "out").table


def test_a_row_that_only_one_side_refuses(linear, tmp_path, monkeypatch):
    """A manifest that forgets a check scores what pyfunc refuses."""
    convert = loading.LoadedModel.convert

    def lenient(model):
        found = convert(model)
        contract = dataclasses.replace(found.contract, checks=())
        return dataclasses.replace(found, contract=contract)

    monkeypatch.setattr(loading.LoadedModel, "convert", lenient)
    assert "pyfunc refuses the row (MISSING_VALUE" in refuse(linear, tmp_path / "out").table


def above(answer: Answer) -> Answer:
    """A score moved by one unit in the last place."""
    if answer.refused:
        return answer
    return dataclasses.replace(answer, prediction=np.nextafter(answer.prediction, np.inf))


def test_a_row_that_pyfunc_answers_otherwise_when_it_is_alone(forest, tmp_path, monkeypatch):
    alone, one = oracle.Oracle.alone, oracle.Oracle.one
    monkeypatch.setattr(oracle.Oracle, "alone", lambda *a: list(map(above, alone(*a))))
    monkeypatch.setattr(oracle.Oracle, "one", lambda *a: above(one(*a)))
    error = refuse(forest, tmp_path / "out")
    found = re.match(r"mleap: ([\d,]+) of [\d,]+ rows differ", str(error))
    assert int(found[1].replace(",", "")) >= EFFORTS["standard"].sample


def test_where_the_model_alone_surprises_pyfunc_itself_is_asked(forest, tmp_path, monkeypatch):
    """As where a model depends on what else pyfunc does: its own answer is what counts."""
    alone, one = oracle.Oracle.alone, oracle.Oracle.one
    asked = []

    def counted(self, row):
        asked.append(row)
        return one(self, row)

    monkeypatch.setattr(oracle.Oracle, "alone", lambda *a: list(map(above, alone(*a))))
    monkeypatch.setattr(oracle.Oracle, "one", counted)
    done = penstock.export(forest, to=["mleap"], out=tmp_path / "out")
    scored = done.parity.asked_singly - sum(done.parity.refused.values())
    assert len(asked) == scored >= EFFORTS["standard"].sample


@pytest.mark.parametrize("effort", EFFORTS)
def test_each_effort_is_in_the_manifest_and_asks_more(linear, tmp_path, effort):
    done = penstock.export(linear, to=["pmml"], out=tmp_path / "out", effort=effort)
    told, asked = done.manifest["parity"], EFFORTS[effort]
    assert told["effort"] == effort
    assert told["rows"] <= asked.rows
    assert asked.sample <= told["asked_singly"]
    assert told["refused"] <= asked.refused + asked.pairs
    # Each column in each kind: a check may be wrong for one of them.
    rows = done.manifest["golden"]["rows"]
    assert {"MISSING_VALUE", "OUT_OF_RANGE"} == done.parity.refused.keys()
    assert len(rows) <= 24 + 2 * 2


def test_fewer_rows_are_asked_singly_where_there_are_many_trees():
    def size(trees: int) -> int:
        ensembles = [SimpleNamespace(trees=range(trees))] if trees else []
        return parity._sample_size(ensembles, EFFORTS["thorough"])

    assert [size(trees) for trees in (0, 1, 250, 500, 1000, 5000)] == [200, 200, 200, 100, 50, 50]


def test_an_older_export_survives_a_failed_one(linear, tmp_path, monkeypatch):
    out = tmp_path / "out"
    penstock.export(linear, to=["pmml"], out=out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    corrupt_pmml(monkeypatch, r'(intercept=")([^"]+)(")', lambda m: f"{m[1]}1.0{m[3]}")
    with pytest.raises(ParityError):
        penstock.export(linear, to=["pmml"], out=out, force=True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_fault_in_a_bundle(forest, tmp_path, monkeypatch):
    write = exporting.FORMATS["mleap"]

    def faulty(graph, path: Path, name: str) -> None:
        write(graph, path, name)
        with zipfile.ZipFile(path) as old:
            parts = {part: old.read(part) for part in old.namelist()}
        tree = next(part for part in sorted(parts) if b'"threshold":' in parts[part])
        parts[tree] = re.sub(
            rb'("threshold":)(-?[\d.]+)',
            lambda m: m[1] + repr(float(m[2]) + 0.01).encode(),
            parts[tree],
            count=1,
        )
        with zipfile.ZipFile(path, "w") as new:
            for part, data in parts.items():
                new.writestr(part, data)

    monkeypatch.setitem(exporting.FORMATS, "mleap", faulty)
    assert str(refuse(forest, tmp_path / "out")).startswith("mleap: ")


NUMBER = Bounds(prediction=(1e-9,))


@pytest.mark.parametrize(
    ("expected", "actual", "bounds", "good"),
    [
        (Answer(1.0), Answer(1.0), Bounds((0.0,)), True),
        (Answer(1.0), Answer(1.0 + 1e-10), NUMBER, True),
        (Answer(1.0), Answer(1.0 + 1e-8), NUMBER, False),
        (Answer(1.0), Answer(np.nextafter(1.0, 2)), Bounds((0.0,)), False),
        (Answer(float("nan")), Answer(float("nan")), NUMBER, True),
        (Answer(float("nan")), Answer(1.0), NUMBER, False),
        (Answer(float("inf")), Answer(float("inf")), NUMBER, True),
        (Answer(float("inf")), Answer(1.0), NUMBER, False),
        (Answer(1.0), Answer(1.0 + 1e-10), Bounds((float("nan"),)), False),
        (Answer((1.0, 2.0)), Answer((1.0, 2.0)), Bounds((0.0, 0.0)), True),
        (Answer((1.0, 2.0)), Answer((1.0,)), Bounds((0.0, 0.0)), False),
        (Answer(1), Answer(1), Bounds(), True),
        (Answer(1), Answer(1.0), Bounds(), False),
        (Answer(True), Answer(1), Bounds(), False),
        (Answer("a"), Answer("b"), Bounds(), False),
        (Answer("a"), Answer("b"), Bounds(tie=True), True),
        (Answer("a", (0.5,)), Answer("a", (0.5,)), Bounds((), (0.0,)), True),
        (Answer("a", (0.5,)), Answer("a", None), Bounds((), (0.0,)), False),
        (Answer("a", (0.5,)), Answer("a", (0.4,)), Bounds((), (0.01,)), False),
        (Answer(refused="MISSING_VALUE"), Answer(refused="MISSING_VALUE"), NUMBER, True),
        (Answer(refused="MISSING_VALUE"), Answer(refused="OUT_OF_RANGE"), NUMBER, False),
        (Answer(refused="MISSING_VALUE"), Answer(1.0), NUMBER, False),
        (Answer(1.0), Answer(refused="MISSING_VALUE"), NUMBER, False),
        (Answer(refused="OTHER"), Answer(refused="MISSING_VALUE"), NUMBER, False),
    ],
)
def test_comparing_one_row(expected, actual, bounds, good):
    assert (compare(expected, actual, bounds).problem == "") is good
