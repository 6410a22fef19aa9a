"""Text becomes a number in the JVM exactly as ``float`` makes it one in this Python."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock import encoding, manifest
from penstock.contract import Contract, ContractInput, NotANumber, Output, OutputKind, Role
from penstock.graph import Binary, BinaryOp, Column, Graph, Kind, Outputs
from penstock.writers import mleap
from tests import python_float_cases
from tests.harness import Jvm

_GRAMMAR = st.from_regex(
    r"[ \t\n]{0,2}[+-]?([0-9_]{1,25}\.?[0-9_]{0,25}|\.[0-9_]{1,25})"
    r"([eE][+-]?[0-9_]{1,4})?[ \r]{0,2}",
    fullmatch=True,
)
_DIGITS = st.text(st.characters(categories=["Nd", "Zs", "No"]) | st.sampled_from("+-_.eE"))
_NAMES = st.sampled_from(["inf", "Infinity", "nan", "infinit", "na"]).flatmap(
    lambda name: st.tuples(*(st.sampled_from([c, c.upper()]) for c in name)).map("".join)
)
_TEXTS = st.one_of(
    _GRAMMAR,
    _DIGITS,
    st.builds(lambda sign, name: sign + name, st.sampled_from(["", "+", "-", " "]), _NAMES),
    st.floats().map(repr),
    st.text(max_size=12),
)


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export that answers with its only input, which was logged as a string."""
    folder = tmp_path_factory.mktemp("identity")
    graph = Graph(
        (Column("x", Kind.NUMBER),),
        (Binary(BinaryOp.MUL, "x", 1.0, "y"),),
        Outputs(("y",)),
    )
    mleap.write(graph, folder / "bundle.zip", "identity")
    contract = Contract(
        (ContractInput("x", "string", Role.NUMBER),),
        (NotANumber(("x",)),),
        Output(OutputKind.REGRESSION, "double"),
    )
    data = {
        "penstock": {"format_version": manifest.FORMAT_VERSION, "version": "0.1.0"},
        "model": {"name": "identity", "version": "1"},
        "files": [manifest.file_data(folder / "bundle.zip", "mleap", "penstock")],
        "preferred": "mleap",
        "contract": manifest.contract_data(contract),
        "golden": {"rows": [], "expected": []},
        "parity": {"verified": False},
    }
    text = encoding.pretty(encoding.encode(data))
    (folder / manifest.FILE_NAME).write_text(text, encoding="utf-8")
    return folder


def _python(text: str) -> str:
    try:
        return float(text).hex()
    except ValueError:
        return "refused"


def _jvm(answer: dict) -> str:
    return answer["prediction"].hex() if "prediction" in answer else "refused"


@settings(max_examples=20, deadline=None)
@given(st.lists(_TEXTS, min_size=100, max_size=300))
def test_the_jvm_parses_text_as_python_does(jvm: Jvm, identity: Path, texts: list[str]) -> None:
    # Digits that Unicode gained after Python 3.11 are refused, which docs/java-api.md says.
    known = [text for text in texts if sys.version_info < (3, 12) or _is_unicode_14(text)]
    answers = jvm.score(identity, ["x"], [[text] for text in known])
    got = {text: _jvm(answer) for text, answer in zip(known, answers, strict=True)}
    assert got == {text: _python(text) for text in known}


def _is_unicode_14(text: str) -> bool:
    later = [range(0x11F50, 0x11F5A), range(0x1E4F0, 0x1E4FA)]
    return not any(ord(character) in digits for character in text for digits in later)


def test_refusals_and_missing_values_are_told_apart(jvm: Jvm, identity: Path) -> None:
    answers = jvm.score(identity, ["x"], [["x"], [None], ["nan"], [""], [True], [2.5]])
    assert [answer.get("refused") for answer in answers] == [
        "NOT_A_NUMBER", None, None, "NOT_A_NUMBER", None, None,
    ]  # fmt: skip
    assert math.isnan(answers[1]["prediction"]) and math.isnan(answers[2]["prediction"])
    assert [answer["prediction"] for answer in answers[4:]] == [1.0, 2.5]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the list holds Python 3.11's answers")
def test_the_list_of_the_java_test_is_what_python_says() -> None:
    stored = python_float_cases.FILE.read_text(encoding="ascii").splitlines(keepends=True)
    assert stored == list(python_float_cases.lines())
