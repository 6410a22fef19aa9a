"""Markdown tables and numbers as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns after the first two aligned as numbers are."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * width if i == 0 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return "\n".join([line(head), line(rule), *map(line, rows)])


def number(value: float) -> str:
    """Three digits that count: 14,400,000, 57,800, 7.28, 0.0123."""
    if value == 0:
        return "0"
    shown = float(f"{value:.3g}")
    if abs(shown) >= 100:
        return f"{shown:,.0f}"
    return f"{shown:.3g}"


def ratio(value: float) -> str:
    return f"{value:.2f} x" if value < 10 else f"{value:,.0f} x"


def spread(median: float, low: float, high: float) -> str:
    """The median, and in brackets from where to where the runs went."""
    return f"{number(median)} ({number(low)} .. {number(high)})"
