"""A report as PDF on A4: charts as drawings whose words can be searched, tables with their heads on every page.

Wide tables lie across. The same content as the other formats have; what the font lacks stands by its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from itilcli.formats.cells import worded
from itilcli.formats.docx import CORNER, is_wide
from itilcli.formats.docx_table import held, shared
from itilcli.formats.docx_table import words as longest
from itilcli.formats.form_pdf import MARGIN, PAGE, POINT, REGIONS, short
from itilcli.formats.glyphs import Glyphs
from itilcli.formats.layout import empty
from itilcli.formats.svg import FONTS, svg
from itilcli.formats.typesetting import Setter, Warn, setter
from itilcli.report.pages import Bullets, Chart, Column, Pages, Paragraph, Section, Series, Table, shown
from itilcli.text import Label

LONG = 297.0
SIZE, SMALL, SIDE = 9.0, 7.5, 2.8
"""Of the print of tables in points, of wide ones, and what the sides of a cell take, in millimetres."""
WHOLE = 12
"""A row of so many lines, and a table of so many, is not parted between pages."""
CUT = "font-variation-settings=\"'wght' 400\""
"""Without it a variable font draws the thinnest of its cuts."""
TAGGED = 10_000
"""With more cells than that a report has no tags: they would be nine tenths of the file."""
COUNTED = Label("pages", "第 \x01 页，共 \x02 页", "page \x01 of \x02")


def render(pages: Pages, warn: Warn | None = None) -> bytes:
    """A report as a PDF, the same bytes for the same pages and font.

    :param warn: is given ``W-form-glyphs``: characters that the font lacks.
    :raises Refused: ``E-form-pdf`` where a library, ``E-form-font`` where a font is missing (``Kind.DESK``).
    """
    with setter() as ready:
        made = _Report(ready, pages.language)
        document = made.document(pages)
        data = ready.set("report.typ", document, made.pictures, tagged=made.count <= TAGGED)
        ready.warned(warn)
    return data


class _Report:
    """The pages of a report as the template takes them."""

    def __init__(self, ready: Setter, language: str) -> None:
        self.glyphs: Glyphs = ready.glyphs
        self.family, self.language = ready.family, language
        self.pictures: dict[str, bytes] = {}
        self.count = 0

    def document(self, pages: Pages) -> dict[str, Any]:
        """The whole of it."""
        room = PAGE - 2 * MARGIN
        numbers = [value for _, value in pages.cover[:1]]
        numbered = list(enumerate(pages.sections, 1))
        parts = [
            {"flipped": across, "sections": [self.section(section, number, across) for number, section in together]}
            for across, together in groupby(numbered, key=lambda one: is_wide(one[1]))
        ]
        if not parts or parts[0]["flipped"]:
            parts = [{"flipped": False, "sections": []}, *parts]  # the cover stands upright
        return {
            "title": self.fit(pages.title, room, 24), "author": self.glyphs.shown(pages.organisation),
            "organisation": self.fit(pages.organisation, room, 12), "language": self.language,
            "region": REGIONS.get(self.language, "gb"), "margin": MARGIN, "pages": worded(COUNTED, self.language),
            "head": [self.fit(short(pages.title), room * 0.6, 8), self.fit(short(pages.organisation), room * 0.35, 8)],
            "foot": self.fit(short(" · ".join(numbers)), room * 0.6, 8),
            "banner": self.fit(pages.banner, room - 6) if pages.banner else [],
            "cover": self.table(Table("cover", (Column(""), Column("")), pages.cover), room) if pages.cover else None,
            "parts": parts,
        }  # fmt: skip

    def fit(self, text: str, width: float, size: float = 10) -> list[str]:
        """The lines of a text in a room of so many millimetres."""
        return self.glyphs.parted(self.glyphs.shown(text), width / POINT / size)

    def section(self, section: Section, number: int, across: bool) -> dict[str, Any]:
        """One section, with its number."""
        room = (LONG if across else PAGE) - 2 * MARGIN
        blocks = [one for block in section.blocks for one in self.block(block, room)]
        return {"title": self.fit(f"{number} {section.title}", room, 17), "blocks": blocks}

    def block(self, block: Paragraph | Bullets | Table | Chart, room: float) -> Iterator[dict[str, Any]]:
        """A block as one or several of the template's."""
        match block:
            case Paragraph():
                kind = "plain" if block.kind == "free" else block.kind
                yield {"kind": kind, "parts": self.fit(block.text, room - 6)}
            case Bullets():
                yield {"kind": "bullets", "items": [self.fit(item, room - 10) for item in block.items]}
            case Table():
                if block.title:
                    yield self.titled(block.title, room)
                yield self.table(block, room)
                if block.note:
                    yield {"kind": "note", "parts": self.fit(block.note, room - 6, 8.5)}
            case Chart():
                yield from self.chart(block, room)

    def titled(self, text: str, room: float) -> dict[str, Any]:
        """A title over a table or a chart."""
        return {"kind": "title", "parts": self.fit(text, room, 12)}

    def chart(self, chart: Chart, room: float) -> Iterator[dict[str, Any]]:
        """A drawing under its title, with its sentence and its values."""
        yield self.titled(chart.title, room)
        if not empty(chart):
            name = f"chart-{len(self.pictures)}.svg"
            drawn = svg(self.drawable(chart), mark=f"c{len(self.pictures)}").replace(FONTS, self.family)
            drawn = drawn.replace("<text ", f"<text {CUT} ")
            self.pictures[name] = drawn.encode()
            yield {"kind": "picture", "name": name, "alt": self.glyphs.shown(chart.caption or chart.title)}
        if chart.caption:
            yield {"kind": "plain", "parts": self.fit(chart.caption, room - 6)}
        yield self.table(chart.table(worded(CORNER, self.language)), room)

    def drawable(self, chart: Chart) -> Chart:
        """The chart with no character that the font lacks."""
        said = self.glyphs.shown

        def series(one: Series) -> Series:
            return replace(one, title=said(one.title))

        return replace(
            chart, title=said(chart.title), caption=said(chart.caption), labels=tuple(map(said, chart.labels)),
            series=tuple(map(series, chart.series)), bands=tuple(replace(band, title=said(band.title)) for band in chart.bands),
        )  # fmt: skip

    def table(self, table: Table, room: float) -> dict[str, Any]:
        """A table, its columns as wide as in Word; without titles its first column stands for them."""
        titles = [column.title for column in table.columns]
        rows = [[self.glyphs.shown(shown(cell)) for cell in row] for row in table.rows]
        every = [titles, *rows]
        small = sum(held(every)) * SIZE * 0.55 * POINT + SIDE * len(titles) > room
        size = SMALL if small else SIZE
        unit = round(size * 11)
        wide = shared(round(room / POINT * 20), held(every), longest(every), unit)
        rooms = [one / sum(wide) * room - SIDE for one in wide]
        head = self.cells(titles, rooms, size) if any(titles) else []
        body = [self.cells(row, rooms, size) for row in rows]
        self.count += len(rows) * len(titles)
        lines = [self.lines(row, rooms, size) for row in body]
        return {
            "kind": "table", "size": size, "columns": wide, "right": [column.right for column in table.columns], "head": head,
            "rows": [{"cells": row, "whole": count <= WHOLE} for row, count in zip(body, lines, strict=True)],
            "whole": sum(lines) <= WHOLE,
        }  # fmt: skip

    def cells(self, texts: Sequence[str], rooms: Sequence[float], size: float) -> list[list[str]]:
        """The lines of each cell of a row."""
        return [self.fit(text, room, size) for text, room in zip(texts, rooms, strict=True)]

    def lines(self, cells: Sequence[list[str]], rooms: Sequence[float], size: float) -> int:
        """How many lines the row takes."""
        return max(
            (self.glyphs.lines(one, room / POINT / size) for one, room in zip(cells, rooms, strict=True)), default=0
        )
