"""Writes the texts with which the JVM's parser of numbers is compared with Python's ``float``.

Run it to make scala_bridge/core/src/test/resources/io/penstock/score/python_float.tsv again: each
line holds a text as UTF-16 code units in hexadecimal, a tab, and what ``float`` makes of it
(``float.hex``, inf, -inf, nan) or ``refused``. The same seed gives the same file.
"""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator
from pathlib import Path

FILE = (
    Path(__file__).parents[1]
    / "scala_bridge/core/src/test/resources/io/penstock/score/python_float.tsv"
)

GRAMMAR = """
0 -0 +0 00 007 1 -1 +1 1. .5 +.5 -.5 5.e3 .5e-3 1e5 1E5 1e+5 1e-5 1e05 1_000 1_0.0_1 1e1_0 0_0
1__0 _1 1_ 1_.5 1._5 1e_5 1_e5 1e5_ +_1 -_1 _ . + - e +. -. .e5 e5 1e 1e+ 1e- 1e5.0 1.2.3 1..2 --1
+-1 1+ 1- 1,5 1.000,5 0x10 0x1p3 1p3 1d 1f 1.0d 1.0f 1D 1F 1L 1j 0b1 0o7 1e5f nan NaN NAN -nan +nan
nan0 nan(1) inf -inf +inf INF Inf infinity -Infinity INFINITY infinit infinityy in i n na 1inf inf1
i_nf None NA null NULL true True # 1# 1% $1 1\xa0000 (1) '1' "1" 1e400 -1e400 1e-400 -1e-400
1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308 4.9e-324 2.5e-324 2.4e-324
2.2250738585072011e-308 2.2250738585072014e-308 9007199254740992 9007199254740993
9007199254740992.5 123456789012345678 1234567890123456789 12345678901234567890 0.1 0.2 0.3
1e22 1e23 1e-22 1e-23 9007199254740993e22 9007199254740991e22 9007199254740992e-22 3e-23 1e0000022
0e99999999999 1e99999999999 1e-99999999999 0.000000000000000000000000000001 1e2147483648
1e-2147483649 8.41e21 7.2057594037927933e16 1.00000000000000011102230246251565
""".split()  # noqa: SIM905

BLANKS = ["", " ", "  ", "\t", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x1f", "\x00",
          "\x7f", "\x85", "\xa0", "\u1680", "\u180e", "\u2000", "\u2003", "\u200a", "\u200b",
          "\u2028", "\u2029", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff"]  # fmt: skip
PIECES = list("0123456789") + list("00123456789.eE+-__.") + [
    "inf", "nan", "Infinity", "x", "d", "f", ",", " ", "\u0661", "\u0967", "\uff15", "\U0001d7d8",
    "\u00b2", "\u2460", "\u4e00", "\u2212", "\ud800", "\u0131", "\u017f", "\u212a", "e", "\xa0",
]  # fmt: skip


def texts(seed: int = 7) -> Iterator[str]:
    """The grammar's corners, every decimal digit and blank of Unicode, and random texts."""
    random_ = random.Random(seed)
    yield from GRAMMAR
    for blank in BLANKS:
        yield from (blank, blank + "1.5", "1.5" + blank, blank + "1_0" + blank, "1" + blank + "5")
        yield from (blank + "\u0663", blank + "nan" + blank)
    for code in range(128, 0x110000):
        if 0xD800 <= code <= 0xDFFF:
            continue
        character = chr(code)
        if character.isdigit() or character.isdecimal() or character.isspace():
            yield character
            yield f"{character}.{character}e1"
    for _ in range(1500):
        yield "".join(random_.choices(PIECES, k=random_.randint(1, 8)))
    for _ in range(1500):
        value = struct.unpack("<d", random_.randbytes(8))[0]
        if math.isfinite(value):
            yield repr(value)
            yield f"{value:.{random_.randint(0, 25)}e}"
    for _ in range(800):
        digits = "".join(random_.choices("0123456789", k=random_.randint(1, 40)))
        point = random_.randint(0, len(digits))
        yield f"{digits[:point]}.{digits[point:]}e{random_.randint(-60, 60)}"
    # Halfway between two neighbouring doubles, and a hair beside it.
    for _ in range(150):
        mantissa = random_.randrange(2**52, 2**53)
        for shift in (1, 60):
            half = (2 * mantissa + 1) << shift
            yield from (str(half), str(half + 1), str(half - 1))
    yield "1" * 400
    yield "0." + "0" * 330 + "1" * 800
    yield "1" + "0" * 308 + "." + "9" * 1200


def expected(text: str) -> str:
    """What ``float`` says, as text that loses nothing."""
    try:
        return float(text).hex()
    except ValueError:
        return "refused"


def lines() -> Iterator[str]:
    for text in dict.fromkeys(texts()):
        units = text.encode("utf-16-be", "surrogatepass").hex()
        yield f"{units}\t{expected(text)}\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text("".join(lines()), encoding="ascii")
