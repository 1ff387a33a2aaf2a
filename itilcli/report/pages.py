"""The shapes a report is laid out in: one content, in one language, for every format.

Words are resolved to strings when a page is laid out; numbers stay numbers, so that a spreadsheet can reckon with them.
Every string is plain text: each format escapes it in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Share:
    """A rate with both its numbers; ``signed`` for a change, which is shown with its sign."""

    numerator: int | None
    denominator: int | None
    signed: bool = False

    @property
    def value(self) -> float | None:
        """The fraction; None of nothing counted."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    def percent(self) -> str:
        """To one decimal, rounded half up from both numbers: ``66.7%``; a dash of nothing counted."""
        if self.numerator is None or not self.denominator:
            return NOTHING
        thousandths = (abs(self.numerator) * 2000 + self.denominator) // (2 * self.denominator)
        before = "−" if self.numerator < 0 else "+" if self.signed and self.numerator > 0 else ""
        return f"{before}{thousandths // 10}.{thousandths % 10}%"

    def __str__(self) -> str:
        if self.numerator is None or self.denominator is None:
            return NOTHING
        return f"{self.percent()} ({str(self.numerator).replace('-', '−')}/{self.denominator})"


@dataclass(frozen=True, slots=True)
class Minutes:
    """A duration in minutes, shown in hours to one decimal."""

    value: float | None

    @property
    def hours(self) -> float | None:
        """In hours."""
        return None if self.value is None else self.value / 60

    def __str__(self) -> str:
        return NOTHING if self.value is None else f"{self.value / 60:.1f}"


@dataclass(frozen=True, slots=True)
class Points:
    """A change of a rate, in percentage points; None where one of the two rates is missing."""

    value: float | None

    def __str__(self) -> str:
        if self.value is None:
            return NOTHING
        tenths = int(abs(self.value) * 1000 + 0.5)
        sign = "" if not tenths else "−" if self.value < 0 else "+"
        return f"{sign}{tenths // 10}.{tenths % 10} pp"


Cell = str | int | float | date | datetime | Share | Minutes | Points | None
"""What a table holds; None is shown as a dash. A datetime bears the desk's offset."""


def shown(cell: Cell) -> str:
    """A cell as words: numbers with up to two decimals, times to the minute, nothing as a dash."""
    match cell:
        case None:
            return NOTHING
        case bool():
            raise TypeError("a cell is never a bare truth")
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case float():
            return f"{cell:.2f}"
        case _:
            return str(cell)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``right`` for numbers."""

    title: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; ``name`` is a key in English, ``title`` stands above, ``note`` below. May have no rows."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``kind`` ``note`` for small print, ``warning`` for what must be seen, ``free`` for a manager's own
    text, which may hold several lines."""

    text: str
    kind: Literal["plain", "note", "warning", "free"] = "plain"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short lines."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values along a chart's labels; None leaves a gap. ``dashed`` for what is forecast."""

    title: str
    values: tuple[float | None, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A range along a chart's labels, such as a forecast's interval; (None, None) where there is none."""

    title: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: ``lines`` over the labels, ``bars`` beside or ``stacked`` on each other. ``unit`` ``percent`` has values
    in [0, 1]; ``count`` whole numbers. ``caption`` says in one sentence what it shows."""

    name: str
    title: str
    kind: Literal["lines", "bars", "stacked"]
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Literal["count", "percent"] = "count"
    bands: tuple[Band, ...] = ()
    caption: str = ""

    def table(self, corner: str) -> Table:
        """The same values as a table, for readers who cannot see the chart; ``corner`` heads the labels."""
        bands = [Series(f"{band.title} {side}", values) for band in self.bands
                 for side, values in (("≥", band.low), ("≤", band.high))]  # fmt: skip
        every = (*self.series, *bands)
        columns = (Column(corner), *(Column(series.title, right=True) for series in every))
        cells = [self._cells(series.values) for series in every]
        rows = tuple((label, *(column[place] for column in cells)) for place, label in enumerate(self.labels))
        return Table(f"{self.name}_data", columns, rows, self.title)

    def _cells(self, values: tuple[float | None, ...]) -> list[Cell]:
        """The values of a series, all whole or all to one decimal."""
        if self.unit == "percent":
            return [None if value is None else f"{value * 100:.1f}%" for value in values]
        whole = all(value is None or float(value).is_integer() for value in values)
        return [None if value is None else int(value) if whole else f"{value:.1f}" for value in values]


Block = Paragraph | Bullets | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered section; ``name`` is a key in English, fit for an anchor or a sheet."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """A whole report. ``cover`` are pairs of a name and a value; ``status`` is ``draft`` unless it is issued;
    ``banner`` is what must be known before reading;
    ``language`` is ``zh`` or ``en``."""

    title: str
    organisation: str
    cover: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    language: str = "zh"
    status: str = ""
    banner: str = ""

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """Every block with its section, in order."""
        for section in self.sections:
            for block in section.blocks:
                yield section, block

    def charts(self) -> Iterator[Chart]:
        """Every chart, in order."""
        for _, block in self.blocks():
            if isinstance(block, Chart):
                yield block
