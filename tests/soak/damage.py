"""Ways to damage a file, drawn from a generator: what disks, networks and enemies do to it."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

Rng = np.random.Generator
NUMBERS = ["1e999", "-1e999", "9" * 400, "-1", "0", "1e-999", "NaN", "null", "true", '"7"', "1.5"]
NUMBERS += ["2147483648", "9223372036854775808", "-0.0", "{}", "[]", "0x10", "1_000", ""]
DEEP = 100_000
TOKEN = re.compile(rb"-?\d+(\.\d+)?(e[+-]?\d+)?|true|false|null", re.IGNORECASE)
NAME = re.compile(rb'"[^"\\]*"')


def flipped(data: bytes, rng: Rng) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 6))):
        changed[int(rng.integers(len(changed)))] = int(rng.integers(256))
    return bytes(changed)


def truncated(data: bytes, rng: Rng) -> bytes:
    return data[: int(rng.integers(len(data)))]


def repeated(data: bytes, rng: Rng) -> bytes:
    """A piece stands there twice."""
    start, end = sorted(int(k) for k in rng.integers(0, len(data), 2))
    return data[:end] + data[start:end] + data[end:]


def without_a_piece(data: bytes, rng: Rng) -> bytes:
    start = int(rng.integers(len(data)))
    return data[:start] + data[start + int(rng.integers(1, 40)) :]


def other_number(data: bytes, rng: Rng) -> bytes:
    """A number, or a word of JSON, is another, huge or none."""
    return _one(TOKEN, data, rng, lambda _: NUMBERS[int(rng.integers(len(NUMBERS)))].encode())


def other_text(data: bytes, rng: Rng) -> bytes:
    """A text or a key is another one of the file: keys twice, operations and columns exchanged."""
    found = NAME.findall(data)
    return _one(NAME, data, rng, lambda _: found[int(rng.integers(len(found)))])


def deep(data: bytes, rng: Rng) -> bytes:
    """A value is nested deeper than any stack."""
    opening, closing = [(b"[", b"]"), (b'{"a":', b"}"), (b"<Node>", b"</Node>")][rng.integers(3)]
    return _one(TOKEN, data, rng, lambda token: opening * DEEP + token + closing * DEEP)


def long(data: bytes, rng: Rng) -> bytes:
    """A value is a megabyte."""
    return _one(TOKEN, data, rng, lambda token: b'"' + b"x" * 1_000_000 + b'"')


def entities(data: bytes, rng: Rng) -> bytes:
    """A document type with entities that grow without end, or that name a file."""
    names = [f"&e{k};" for k in range(11)]
    lines = "".join(f'<!ENTITY e{k + 1} "{10 * name}">' for k, name in enumerate(names))
    kinds = [
        f'<!DOCTYPE a [<!ENTITY e0 "x">{lines}]>',
        '<!DOCTYPE a SYSTEM "file:///none">',
    ]
    start = data.find(b"?>") + 2
    return data[:start] + kinds[int(rng.integers(2))].encode() + data[start:]


def _one(pattern: re.Pattern[bytes], data: bytes, rng: Rng, new: Callable[[bytes], bytes]) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return flipped(data, rng)
    match = found[int(rng.integers(len(found)))]
    return data[: match.start()] + new(match[0]) + data[match.end() :]


BYTES = [flipped, truncated, repeated, without_a_piece]
JSON = [*BYTES, other_number, other_number, other_text, deep, long]
XML = [*JSON, entities]
