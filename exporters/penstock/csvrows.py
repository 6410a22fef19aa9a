"""The user's CSV file as rows for the oracle and the scorer.

Cells are read as text and only parsed where the signature's column is a number, by
Python's correctly rounded ``float``. An empty field is NULL, as in Spark; a row with
too few fields has NULL in the rest.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from penstock.answer import Value
from penstock.contract import InputColumn
from penstock.errors import DataError

_BOOLEANS = {"true": True, "false": False}
_PARSERS: dict[str, Callable[[str], Value]] = {
    "string": str,
    "double": float,
    "float": float,
    "integer": int,
    "long": int,
    "boolean": lambda text: _BOOLEANS[text.strip().lower()],
}
_RANGES = {"integer": 2**31, "long": 2**63}


def read_rows(path: Path, inputs: Sequence[InputColumn]) -> list[list[Value]]:
    """The rows of the file at ``path``, cells in the order of ``inputs``.

    The first line names the columns; others than the inputs are left out. The
    separator is a comma, semicolon, tab or bar. Raises DataError with the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header_line = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=_separator(header_line))
            header = next(reader, [])
            places = _places(path, header, inputs)
            rows = [
                [
                    _cell(path, reader.line_num, column, record[place : place + 1])
                    for column, place in zip(inputs, places, strict=True)
                ]
                for record in reader
                if record
            ]
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{str(path)!r} is no CSV file in UTF-8: {error}") from error
    if not rows:
        raise DataError(f"{str(path)!r} holds no rows below its header")
    return rows


def _separator(header: str) -> str:
    """The one of the usual separators that the header has most of, outside of quotes."""
    bare = "".join(header.split('"')[::2])
    return max(",;\t|", key=bare.count)


def _places(path: Path, header: Sequence[str], inputs: Sequence[InputColumn]) -> list[int]:
    names = [name.strip() for name in header]
    missing = [column.name for column in inputs if column.name.strip() not in names]
    if missing:
        raise DataError(
            f"{str(path)!r} lacks the columns {', '.join(map(repr, missing))}; its first line "
            f"names {', '.join(map(repr, names[:20]))}"
        )
    return [names.index(column.name.strip()) for column in inputs]


def _cell(path: Path, line: int, column: InputColumn, cell: list[str]) -> Value:
    if not cell or cell[0] == "":
        return None
    try:
        value = _PARSERS[column.type](cell[0])
    except (ValueError, KeyError, OverflowError):
        value = None
    limit = _RANGES.get(column.type)
    if value is None or (limit is not None and not -limit <= value < limit):
        raise DataError(
            f"{str(path)!r}, line {line}: {cell[0]!r} is no {column.type}, which the column "
            f"{column.name!r} is by the model's signature; correct the line"
        )
    return value
