"""A report as CSV: one cell of a table on each line, for programs and for pivot tables.

``section``, ``table`` and the headings are English keys; ``row`` counts from 1 within its table and ``label`` is the
row's first cell. ``value`` is bare: a rate as a fraction with both its numbers beside it, a duration in hours, a change
of a rate in percentage points, a time as ISO 8601; ``unit`` says which. Nothing counted is empty. Text outside tables
stands in a table ``text``, the cover in ``cover``. UTF-8 with a byte order mark, as Excel wants it, and CRLF.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from itilcli.formats.formula import harmless, printable
from itilcli.report.pages import Bullets, Cell, Chart, Minutes, Pages, Paragraph, Points, Section, Share, Table, shown

HEADINGS = ("section", "table", "row", "label", "column", "value", "unit", "numerator", "denominator")
Line = tuple[object, ...]


def render(pages: Pages) -> bytes:
    """A report as CSV, the same bytes for the same pages."""
    return written([HEADINGS, *_lines(pages)])


def written(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as CSV that no spreadsheet takes for formulas: UTF-8 with a byte order mark, CRLF, quotes where needed."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [harmless(printable(cell) if isinstance(cell, str) else cell) for cell in row] for row in rows
    )
    return out.getvalue().encode("utf-8-sig")


def _lines(pages: Pages) -> Iterator[Line]:
    known = [("title", pages.title), ("organisation", pages.organisation), ("banner", pages.banner)]
    yield from _text("cover", "cover", [*(pair for pair in known if pair[0] != "banner" or pair[1]), *pages.cover])
    for section in pages.sections:
        texts = [text for block in section.blocks for text in _said(block)]
        yield from _text(section.name, "text", [("title", section.title), *texts])
        yield from _tables(section)


def _text(section: str, table: str, pairs: Sequence[tuple[str, str]]) -> Iterator[Line]:
    for number, (name, text) in enumerate(pairs, 1):
        yield section, table, number, name, "text", text, "", "", ""


def _said(block: object) -> Iterator[tuple[str, str]]:
    """What a block says beside its cells, with the kind of text it is."""
    match block:
        case Paragraph():
            yield block.kind, block.text
        case Bullets():
            yield from (("item", item) for item in block.items)
        case Table() if block.note:
            yield "note", block.note
        case Chart() if block.caption:
            yield "caption", block.caption


def _tables(section: Section) -> Iterator[Line]:
    for block in section.blocks:
        if isinstance(block, Table):
            titles = [column.title for column in block.columns]
            for number, row in enumerate(block.rows, 1):
                label = shown(row[0])
                for title, cell in zip(titles, row, strict=True):
                    yield section.name, block.name, number, label, title, *_valued(cell)
        elif isinstance(block, Chart):
            yield from _chart(section.name, block)


def _chart(section: str, chart: Chart) -> Iterator[Line]:
    """The values of a chart, and the two ends of each band."""
    rows = [(series.title, series.values) for series in chart.series]
    rows += [(f"{b.title} {side}", ends) for b in chart.bands for side, ends in (("≥", b.low), ("≤", b.high))]
    unit = "share" if chart.unit == "percent" else ""
    for number, label in enumerate(chart.labels):
        for title, values in rows:
            value = values[number]
            yield section, chart.name, number + 1, label, title, value, unit if value is not None else "", "", ""


def _valued(cell: Cell) -> Line:
    """A cell's value, unit and two numbers."""
    match cell:
        case Share():
            return cell.value, "share", cell.numerator, cell.denominator
        case Minutes():
            return cell.hours, "hours", "", ""
        case Points():
            return None if cell.value is None else cell.value * 100, "points", "", ""
        case datetime():
            return cell.isoformat(), "time", "", ""
        case date():
            return cell.isoformat(), "day", "", ""
        case str():
            return cell, "text", "", ""
    return cell, "", "", ""
