"""JSON keeps every double and every integer."""

from __future__ import annotations

import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.encoding import decode, encode, line, parse, pretty

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().map("k{}".format), inner),
)


def bits(value):
    """Equal for equal values, NaN and -0.0 told apart from others."""
    if isinstance(value, float):
        return struct.pack(">d", math.nan if math.isnan(value) else value)
    if isinstance(value, list):
        return [bits(item) for item in value]
    if isinstance(value, dict):
        return {key: bits(item) for key, item in value.items()}
    return type(value), value


@given(VALUES)
def test_every_value_survives(value):
    assert bits(decode(parse(line(value)))) == bits(value)
    assert bits(decode(parse(pretty(encode(value))))) == bits(value)


def test_the_stated_encoding():
    assert encode([math.nan, math.inf, -math.inf]) == [
        {"number": "NaN"}, {"number": "Infinity"}, {"number": "-Infinity"},
    ]  # fmt: skip
    assert line(-0.0) == "-0.0"
    assert encode([2**53, 2**53 + 1]) == [2**53, {"integer": "9007199254740993"}]
    assert encode((np.float64(0.1), np.int64(3), np.bool_(True))) == [0.1, 3, True]


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "NaN", "[Infinity]", "{", ""])
def test_what_is_no_json(text):
    with pytest.raises(ValueError):
        parse(text)


def test_a_wrong_encoding():
    with pytest.raises(ValueError, match="'nan' is no number"):
        decode({"number": "nan"})


def test_pretty_is_json_that_a_person_can_read():
    data = {
        "columns": [{"name": "a", "type": "double"}] * 4,
        "rows": [[1.0, None], [2.0, "x"]],
        "text": "long enough to need more than a line" * 2,
    }
    text = pretty(encode(data))
    assert json.loads(text) == data
    assert '    {"name": "a", "type": "double"},\n' in text
    assert "    [1.0, null],\n" in text
