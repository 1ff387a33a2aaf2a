"""A table of Word. Its XML is written at once: the library's own cells take a hundred times as long for an appendix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from itilcli.formats.cells import width
from itilcli.formats.formula import printable
from itilcli.report.pages import Table, shown

LEAST, MOST, SHORT = 4, 34, 12
"""How many characters wide a column counts, when the width of the page is shared out, and up to which it is not narrowed."""
BORDER = 170
"""What the sides of a cell take, in twentieths of a point."""
UNITS = {"": 104, "Small": 86}
"""How wide a character is in each size of print, likewise."""
_WORD = re.compile(r"[!-~]+")
LEAN = 0.55
"""The part of the page's width that even a small table takes."""
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
STYLES = {"": ("ReportCell", "ReportHeading"), "Small": ("ReportSmall", "ReportSmallHeading")}
"""The paragraph styles of cells and headings, by their ids."""


def put(document: Any, table: Table, *, headed: bool = True) -> None:
    """Add a table at the end: its headings on every page, no row parted, numbers at the right.

    Without ``headed`` the first column stands for headings.
    """
    from docx.oxml import parse_xml

    section = document.sections[-1]
    room = int((section.page_width - section.left_margin - section.right_margin) / 635)
    rows = [[printable(shown(cell)) for cell in row] for row in table.rows]
    titles = [printable(column.title) for column in table.columns]
    characters = held([titles, *rows])
    size = "" if sum(characters) * UNITS[""] + BORDER * len(titles) <= room else "Small"
    wide = shared(room, characters, words([titles, *rows]), UNITS[size])
    xml = "".join(_table(table, titles, rows, wide, headed, STYLES[size]))
    document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")
    document.add_paragraph(style="Report Gap")


def held(rows: Sequence[Sequence[str]]) -> list[int]:
    """How many characters wide each column counts."""
    return [
        max(min(max(width(line) for cell in column for line in cell.split("\n")), MOST), LEAST)
        for column in zip(*rows, strict=True)
    ]


def words(rows: Sequence[Sequence[str]]) -> list[int]:
    """The longest word of each column in characters, such as a number of an incident; Chinese may break anywhere."""
    return [
        max((len(word) for cell in column for word in _WORD.findall(cell)), default=0)
        for column in zip(*rows, strict=True)
    ]


def shared(room: int, characters: Sequence[int], longest: Sequence[int], unit: int) -> list[int]:
    """The width of each column in the unit of ``room``: of what does not fit, broad columns give way down to a word."""
    needed = [one * unit + BORDER for one in characters]
    over = sum(needed) - room
    if over > 0:
        kept = [max(SHORT, min(word, MOST)) for word in longest]
        spare = [max(0, one - least) * unit for one, least in zip(characters, kept, strict=True)]
        given = min(over, sum(spare))
        needed = [one - (given * part // sum(spare) if given else 0) for one, part in zip(needed, spare, strict=True)]
    total = sum(needed)
    whole = min(room, max(total, int(room * LEAN)))
    return [whole * one // total for one in needed]


def _table(
    table: Table,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    wide: Sequence[int],
    headed: bool,
    styles: tuple[str, str],
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
        yield from (_heading(*one, styles[1]) for one in zip(titles, wide, right, strict=True))
        yield "</w:tr>"
    for row in rows:
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        if not headed:
            yield _heading(row[0], wide[0], right[0], styles[1])
        first = 0 if headed else 1
        yield from (_cell(*one, styles[0]) for one in zip(row[first:], wide[first:], right[first:], strict=True))
        yield "</w:tr>"
    yield "</w:tbl>"


def _heading(text: str, wide: int, right: bool, style: str) -> str:
    return _cell(text, wide, right, style, '<w:shd w:val="clear" w:color="auto" w:fill="D9D9D9"/>')


def _cell(text: str, wide: int, right: bool, style: str, shade: str = "") -> str:
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
