"""The parts of ``make soak`` work, and tell a failure: a few cases of each that is quick."""

from __future__ import annotations

from dataclasses import replace

import mlflow
import py4j.java_gateway
import py4j.protocol
import pytest

from tests.soak import fuzz, mutations
from tests.soak.__main__ import PARTS, main
from tests.soak.edits import EditError, Graph, Java
from tests.soak.mutated_jar import sources
from tests.soak.mutation import Mutation
from tests.soak.mutation_list import MUTATIONS
from tests.soak.outcome import Asked, Tried


@pytest.fixture
def tried(registry, jar, monkeypatch):
    """A part's account; the registry and the jar of the tests are in force again afterwards."""
    monkeypatch.setenv("PENSTOCK_JAR", str(jar))
    yield Tried(Asked("mutations", 0.0, 0))
    mlflow.set_tracking_uri(registry)
    mlflow.set_registry_uri(registry)
    mlflow.set_experiment("penstock-tests")


def named(name: str) -> Mutation:
    """A mutation of the list, on one model only."""
    found = next(mutation for mutation in MUTATIONS if mutation.name == name)
    assert "tree" in found.models
    return replace(found, models=("tree",), whole=False)


def test_faults_are_found_and_one_that_is_none_is_told(tried, capsys):
    nothing = Mutation("nothing", "none", Graph(lambda graph: graph), ("tree",))
    nowhere = Mutation(
        "no such text", "none", Java("score/FlatTrees.java", "x <=> y", ""), ("tree",)
    )
    some = [
        named("threshold + 1 ulp, PMML"),
        named("infinity is not refused in one column"),
        named("flat trees: < for <="),
        nothing,
        nowhere,
    ]
    mutations.run(tried, "quick", some)
    assert tried.counts["mutations"] == len(some)
    assert [case for case, _ in tried.failures] == [4, 5]
    assert "missed (equal to the last bit)" in tried.failures[0][1]
    assert "cannot be applied" in tried.failures[1][1]
    assert tried.end(1.0) == 1
    told = capsys.readouterr().out
    assert "python -m tests.soak mutations --seed 0 --case 4" in told
    assert told.splitlines()[-1] == "2 failed"


def test_each_change_of_the_scorer_is_of_a_text_that_is_there():
    changed = [mutation.edit for mutation in MUTATIONS if isinstance(mutation.edit, Java)]
    for edit in changed:
        assert edit.text(sources()) != (sources() / edit.source).read_text(encoding="utf-8")
    with pytest.raises(EditError, match="0 times"):
        replace(changed[0], old="not there").text(sources())


def test_the_list_is_long_and_of_all_kinds():
    targets = {mutation.edit.target for mutation in MUTATIONS}
    assert {"converter", "both writers", "PMML writer", "MLeap writer", "manifest"} <= targets
    assert "JVM scorer" in targets
    assert len([mutation for mutation in MUTATIONS if not mutation.allowed]) >= 40
    assert len({(mutation.name, mutation.edit.target) for mutation in MUTATIONS}) == len(MUTATIONS)
    # Each target goes through a whole export at least once; a converter's always does.
    whole = {mutation.edit.target for mutation in MUTATIONS if mutation.whole} | {"converter"}
    assert targets <= whole


def test_damaged_files_are_answered_and_a_bad_answer_is_told(tried, monkeypatch):
    code, asked = fuzz._code, []

    def stumbles_once(error: object) -> str:
        asked.append(error)
        if len(asked) == 1:
            raise fuzz.BadAnswer("java.lang.NullPointerException: null")
        return code(error)

    # pyspark, where a test before has loaded it, reads every JVM's errors as its own session's.
    monkeypatch.setattr(py4j.java_gateway, "get_return_value", py4j.protocol.get_return_value)
    monkeypatch.setattr(fuzz, "MODELS", ("tree",))
    monkeypatch.setattr(fuzz, "_code", stumbles_once)
    tried.asked = FewCases("fuzz", 0.0, 0)
    fuzz.run(tried)
    assert tried.counts.total() == FewCases.count
    [(case, told)] = tried.failures
    assert "NullPointerException" in told
    assert tried.asked.again(case) == f"python -m tests.soak fuzz --seed 0 --case {case}"


class FewCases(Asked):
    """A number of cases and not a time."""

    count = 15

    def cases(self):
        yield from range(self.count)


def test_the_parts_are_listed(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    assert all(f"  {part} " in told for part in PARTS)
