"""A report as an Excel workbook: a cover, a sheet a section, numbers that can be reckoned with, charts of Excel's own."""

from __future__ import annotations

import io
from typing import Any

from itilcli.formats.cells import Grid, charted, gridded, text, valued, widths, worded
from itilcli.formats.office import packed
from itilcli.formats.workbook import HEADING, PAGE, Sheet, sheet_name, workbook
from itilcli.formats.xlsx_chart import WIDE, drawn
from itilcli.report.pages import Bullets, Chart, Pages, Paragraph, Section, Table
from itilcli.text import Label

COVER = Label("cover", "封面", "Cover")
FIRST = 24
"""The width of the names on the cover."""
UPPER = 8
"""A chart that begins below so many rows goes on a page of its own."""
NOTE: dict[str, Any] = {"font_size": 9, "font_color": "#595959"}
LOOKS: dict[str, dict[str, Any]] = {"note": NOTE, "warning": {"bold": True, "bg_color": "#F2F2F2", "border": 1}}


def render(pages: Pages) -> bytes:
    """A report as a workbook, the same bytes for the same pages.

    :raises Refused: ``E-report-office`` (``Kind.DESK``) where XlsxWriter is not installed.
    """
    out, taken = io.BytesIO(), set[str]()
    book = workbook(out)
    _cover(Sheet(book, sheet_name(worded(COVER, pages.language), taken)), pages)
    for section in pages.sections:
        _section(Sheet(book, sheet_name(section.title or section.name, taken)), section, pages.language)
    book.close()
    return packed(out.getvalue())


def one_table(table: Table, language: str) -> bytes:
    """A table alone as a workbook with one sheet of its title, its headings in the first row.

    :raises Refused: ``E-report-office`` (``Kind.DESK``) where XlsxWriter is not installed.
    """
    out = io.BytesIO()
    book, grid = workbook(out), gridded(table, language)
    sheet = Sheet(book, sheet_name(table.title or table.name, set()))
    sheet.columns(widths([grid]))
    sheet.hold(sheet.grid(grid, ruled=False), grid)
    sheet.data()
    book.close()
    return packed(out.getvalue())


def _cover(sheet: Sheet, pages: Pages) -> None:
    sheet.columns([FIRST, PAGE - FIRST])
    sheet.line(pages.title, bold=True, font_size=20)
    sheet.line(pages.organisation, font_size=14)
    if pages.banner:
        sheet.line(pages.banner, **LOOKS["warning"])
    sheet.row += 1
    for name, value in pages.cover:
        sheet.sheet.write_string(sheet.row, 0, text(name), sheet.style(**HEADING))
        sheet.cell(sheet.row, 1, valued(value))
        sheet.row += 1


def _section(sheet: Sheet, section: Section, language: str) -> None:
    """The blocks of a section below each other; the longest of its tables has filters."""
    grids = [gridded(block, language) for block in section.blocks if isinstance(block, Table)]
    charts = [charted(block) for block in section.blocks if isinstance(block, Chart)]
    sheet.columns(widths([*grids, *charts]))
    sheet.line(section.title, bold=True, font_size=14)
    waiting, tops = iter(grids), list[int]()
    for block in section.blocks:
        match block:
            case Paragraph():
                sheet.line(block.text, **LOOKS.get(block.kind, {}))
            case Bullets():
                for item in block.items:
                    sheet.line(f"• {item}")
            case Table():
                tops.append(_table(sheet, block, next(waiting)))
            case Chart():
                _chart(sheet, block)
    if sheet.breaks:
        sheet.paged(WIDE)
    if grids:
        place = max(range(len(grids)), key=lambda one: len(grids[one].rows))
        sheet.hold(tops[place], grids[place], alone=len(grids) == 1 and not charts)


def _table(sheet: Sheet, table: Table, grid: Grid) -> int:
    """A table under its title, with its note; the row of its headings."""
    sheet.row += 1
    if table.title:
        sheet.line(table.title, bold=True, font_size=11)
    top = sheet.grid(grid)
    if table.note:
        sheet.line(table.note, **NOTE)
    return top


def _chart(sheet: Sheet, chart: Chart) -> None:
    if sheet.row > UPPER:
        sheet.breaks.append(sheet.row)
    sheet.row += 1
    sheet.line(chart.title, bold=True, font_size=11)
    if chart.caption:
        sheet.line(chart.caption)
    drawn(sheet, chart)
