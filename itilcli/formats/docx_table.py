"""A table of Word. Its XML is written at once: the library's own cells take a hundred times as long for an appendix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from itilcli.formats.cells import width
from itilcli.formats.formula import printable
from itilcli.report.pages import Table, shown

LEAST, MOST = 5, 34
"""How many characters wide a column counts, when the width of the page is shared out."""
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
CELL, HEADING = "ReportCell", "ReportHeading"
"""The paragraph styles of cells, by their ids."""


def put(document: Any, table: Table, *, headed: bool = True) -> None:
    """Add a table at the end: its headings on every page, no row parted, numbers at the right.

    Without ``headed`` the first column stands for headings.
    """
    from docx.oxml import parse_xml

    section = document.sections[-1]
    room = int((section.page_width - section.left_margin - section.right_margin) / 635)
    rows = [[printable(shown(cell)) for cell in row] for row in table.rows]
    titles = [printable(column.title) for column in table.columns]
    wide = shared(room, [titles, *rows])
    document.element.body.insert_element_before(
        parse_xml("".join(_table(table, titles, rows, wide, headed))), "w:sectPr"
    )
    document.add_paragraph(style="Report Gap")


def shared(room: int, rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of a page shared out among the columns by what they hold, in the unit of ``room``."""
    needed = [
        max(min(max(width(line) for cell in column for line in cell.split("\n")), MOST), LEAST) + 2
        for column in zip(*rows, strict=True)
    ]
    total = sum(needed)
    return [room * one // total for one in needed]


def _table(
    table: Table, titles: Sequence[str], rows: Sequence[Sequence[str]], wide: Sequence[int], headed: bool
) -> Iterator[str]:
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/>' for side in SIDES)
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in wide)
    yield (
        '<w:tbl xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:tblPr>'
        f'<w:tblW w:w="{sum(wide)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    )
    right = [column.right for column in table.columns]
    if headed:
        yield "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        yield from map(_heading, titles, wide, right)
        yield "</w:tr>"
    for row in rows:
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        if not headed:
            yield _heading(row[0], wide[0], right[0])
        first = 0 if headed else 1
        yield from map(_cell, row[first:], wide[first:], right[first:])
        yield "</w:tr>"
    yield "</w:tbl>"


def _heading(text: str, wide: int, right: bool) -> str:
    return _cell(text, wide, right, HEADING, '<w:shd w:val="clear" w:color="auto" w:fill="D9D9D9"/>')


def _cell(text: str, wide: int, right: bool, style: str = CELL, shade: str = "") -> str:
    """One cell; its newlines break the line, its tabs stay."""
    words = escape(text)
    for sign, tag in (("\n", "br"), ("\t", "tab")):
        words = words.replace(sign, f'</w:t><w:{tag}/><w:t xml:space="preserve">')
    side = '<w:jc w:val="right"/>' if right else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{side}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p></w:tc>'
    )
