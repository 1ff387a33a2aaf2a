"""Tables as a spreadsheet holds them: what goes into each cell, how it is shown, how wide its column must be. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import east_asian_width

from itilcli.formats.formula import printable
from itilcli.report.pages import NOTHING, Cell, Chart, Minutes, Points, Share, Table
from itilcli.text import Label

COUNTED, OF = Label("numerator", "分子", "n"), Label("denominator", "分母", "of")
LEAST, MOST = 7, 48
"""Widths of columns in characters."""
ENOUGH = 1000
"""The widths of so many rows are those of all; a longer text goes on in a second line."""
EXACT = 10**15
"""Excel keeps fifteen digits of a number; a longer one is written as text."""
TIME, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
PERCENT, CHANGE, POINTS = '0.0%;"−"0.0%', '+0.0%;"−"0.0%;0.0%', '+0.0" pp";"−"0.0" pp";0.0" pp"'
Value = tuple[str | int | float | date | datetime | None, str]
"""What a cell holds, and its number format; None for an empty cell."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a sheet holds it, where a rate takes three columns."""

    headings: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[Value, ...], ...]


def worded(label: Label, language: str) -> str:
    """A word of the program's own, in the language of the pages."""
    return label.zh if language == "zh" else label.en


def gridded(table: Table, language: str) -> Grid:
    """A table with every rate's two numbers in columns of their own beside it."""
    shares = {
        place for row in table.rows for place, cell in enumerate(row)
        if isinstance(cell, Share) and cell.denominator is not None
    }  # fmt: skip
    headings: list[str] = []
    right: list[bool] = []
    for place, column in enumerate(table.columns):
        more = [COUNTED, OF] if place in shares else []
        headings += [printable(column.title), *(worded(label, language) for label in more)]
        right += [column.right, *(True for _ in more)]
    rows = []
    for row in table.rows:
        made: list[Value] = []
        for place, cell in enumerate(row):
            made.append(valued(cell))
            if place in shares:
                made += _beside(cell)
        rows.append(tuple(made))
    return Grid(tuple(headings), tuple(right), tuple(rows))


def _beside(cell: Cell) -> tuple[Value, Value]:
    if not isinstance(cell, Share):
        return (None, ""), (None, "")
    return (cell.numerator, "0"), (cell.denominator, "0")


def valued(cell: Cell) -> Value:
    """A cell as Excel holds it, and how it is shown: a rate as a fraction, a duration in hours, a time without a zone."""
    match cell:
        case str():
            return text(cell), ""
        case bool():
            raise TypeError("a cell is never a bare truth")
        case int():
            return (cell, "0") if abs(cell) < EXACT else (str(cell), "")
        case float():
            return cell, "0.00"
        case datetime():
            return (cell.replace(tzinfo=None), TIME) if cell.year >= 1900 else (f"{cell:%Y-%m-%d %H:%M}", "")
        case date():
            return (cell, DAY) if cell.year >= 1900 else (cell.isoformat(), "")
        case Share() if cell.value is not None:
            return cell.value, CHANGE if cell.signed else PERCENT
        case Minutes() if cell.hours is not None:
            return cell.hours, "0.0"
        case Points() if cell.value is not None:
            return cell.value * 100, POINTS
    return NOTHING, ""


def text(given: str) -> str:
    """Text of a record for a cell. The library takes one between ``<r>`` and ``</r>`` for its own markup."""
    shown = printable(given)
    return f" {shown}" if shown.startswith("<r>") else shown


def widths(grids: Iterable[Grid]) -> list[float]:
    """How wide the columns must be for several tables below each other."""
    found: list[float] = []
    for grid in grids:
        for place, heading in enumerate(grid.headings):
            wide = max([width(heading) + 3, *(_width(row[place]) + 2 for row in grid.rows[:ENOUGH])])
            if place == len(found):
                found.append(LEAST)
            found[place] = max(found[place], min(wide, MOST))
    return found


def _width(value: Value) -> int:
    held, format_ = value
    if held is None:
        return 0
    if isinstance(held, str):
        return max(map(width, held.split("\n")))
    return len(format_) if isinstance(held, date) else 8 if format_ == POINTS else len(f"{held:.0f}") + 4


def width(line: str) -> int:
    """How many characters wide a text is; Chinese takes two each."""
    return len(line) if line.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in line)


def charted(chart: Chart) -> Grid:
    """The values of a chart as a table: its labels, its series, and the low and the high end of each band."""
    bands = [(f"{band.title} {side}", values) for band in chart.bands
             for side, values in (("≥", band.low), ("≤", band.high))]  # fmt: skip
    every = [*((series.title, series.values) for series in chart.series), *bands]
    headings = ("", *(printable(title) for title, _ in every))
    shown = "0.0%" if chart.unit == "percent" else "0"
    rows = tuple(
        ((text(label), ""), *(_charted(values[place], shown) for _, values in every))
        for place, label in enumerate(chart.labels)
    )
    return Grid(headings, (False, *(True for _ in every)), rows)


def _charted(value: float | None, shown: str) -> Value:
    if value is None:
        return None, ""
    return value, shown if shown != "0" or float(value).is_integer() else "0.00"
