"""A report as one HTML file that needs nothing else: no script, no network, fit for screen, phone, paper and screen reader.

By the template ``report.html.j2``, or a desk's own of that name.
"""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from pathlib import Path

from itilcli import paper
from itilcli.formats.cells import width
from itilcli.formats.formula import printable
from itilcli.formats.layout import empty
from itilcli.formats.markdown import kind
from itilcli.formats.svg import svg
from itilcli.language import translator
from itilcli.report.pages import Chart, Pages, Table, shown

TEMPLATE = "report.html.j2"
WIDE = 6
"""From so many columns on a table may be set smaller, and its times may take two lines."""
BROAD, SLIM = 80, 44
"""Widths in characters: from the one on a table is set smaller, up to the other one it takes half of a page."""
FEW = 12
"""A table of so many rows is not parted between sheets."""
DAY = 10
"""The width of a day in characters."""
FOOT = 90
"""So many characters stand at the foot of a sheet."""
SHORT, ROOM = 20, 84
"""Widths in characters: of a text that is kept on one line, and of all such columns of a table together."""
_LONG_WORD = re.compile(r"[^\s\u2e80-\uffff]{25}")


def render(pages: Pages, desk_templates: Path | None) -> str:
    """The report as a whole HTML document.

    :raises Refused: E-paper-template when a desk's own template is at fault.
    """
    context = {
        "pages": pages, "kind": kind, "line": line, "lines": lines, "rows": rows, "form": form, "drawing": drawing, "empty": empty,
        "foot": foot(pages),
    }  # fmt: skip
    return paper.render(TEMPLATE, context, translator(pages.language), desk_templates)


def line(text: str) -> str:
    """Text escaped, without what no page can bear."""
    return paper.safe(escape(printable(text)))


def lines(text: str) -> str:
    """A person's own text with its lines kept; an empty line begins a new paragraph."""
    paragraphs = "\n".join(part.rstrip() for part in text.strip().splitlines()).split("\n\n")
    parts = [escape(printable(part.strip("\n"))).replace("\n", "<br>\n") for part in paragraphs if part.strip()]
    return paper.safe("\n".join(f"<p>{part}</p>" for part in parts))


def drawing(chart: Chart, mark: str, nothing: str) -> str:
    """A chart's picture, its ids made unique by ``mark``."""
    return paper.safe(svg(chart, mark=mark, nothing=nothing))


def foot(pages: Pages) -> str:
    """The report's number and title as a string of CSS, in which what is no letter or figure stands by its number."""
    number = [value for _, value in pages.cover[:1]]
    words = printable(" · ".join([*number, pages.title]))[:FOOT]
    return paper.safe('"' + "".join(one if one.isalnum() else f"\\{ord(one):x} " for one in words) + '"')


def form(table: Table) -> str:
    """How a table is set: ``wide`` in smaller print, ``slim`` on half a page; ``whole`` is not parted, ``long`` is dense."""
    titles = [column.title for column in table.columns]
    widest = [max(min(width(shown(cell)), 30) for cell in cells) for cells in zip(titles, *table.rows, strict=True)]
    room, looks = sum(widest) + 2 * len(widest), []
    if len(widest) >= WIDE and room > BROAD:
        looks.append("wide")
    elif room <= SLIM and len(table.rows) <= FEW:
        looks.append("slim")
    return " ".join([*looks, "whole" if len(table.rows) <= FEW else "long"])


def rows(table: Table, nothing: str) -> str:
    """A table's head and body; ``nothing`` stands in the first cell of one without rows."""
    body = [[printable(cell) if isinstance(cell, str) else shown(cell) for cell in row] for row in table.rows]
    sides = [' class="n"' if column.right else "" for column in table.columns]
    parted = _times(table) if "wide" in form(table) else frozenset[int]()
    kept = _kept(body, len(sides), parted)
    long = {place for row in body for place, words in enumerate(row) if place not in kept and _LONG_WORD.search(words)}
    looks = [
        side
        or (
            ' class="k"'
            if place in kept
            else ' class="w"'
            if place in long
            else ' class="d"'
            if place in parted
            else ' class="m"'
        )
        for place, side in enumerate(sides)
    ]
    titles = [
        f'<th scope="col"{side}>{escape(printable(column.title))}</th>' if column.title else f"<td{side}></td>"
        for column, side in zip(table.columns, sides, strict=True)
    ]
    written = [_row(row, looks) for row in body] or [f'<tr><td colspan="{len(sides)}">{escape(nothing)}</td></tr>\n']
    return paper.safe(f"<thead><tr>{''.join(titles)}</tr></thead>\n<tbody>\n{''.join(written)}</tbody>")


def _times(table: Table) -> frozenset[int]:
    """The columns of times, which a wide table shows with the hour below the day."""
    return frozenset(place for row in table.rows for place, cell in enumerate(row) if isinstance(cell, datetime))


def _kept(body: list[list[str]], columns: int, parted: frozenset[int]) -> set[int]:
    """The columns of short texts, such as days, whose lines are not broken; no more than fit on paper side by side."""
    widest = [max((width(row[place]) for row in body), default=0) for place in range(columns)]
    kept, room = set[int](), ROOM - DAY * len(parted)
    for place in sorted(set(range(columns)) - parted, key=lambda place: (place > 0, widest[place])):
        room -= widest[place]
        if widest[place] > SHORT or room < 0:
            break
        kept.add(place)
    return kept


def _row(row: list[str], looks: list[str]) -> str:
    first, *others = map(escape, row)
    cells = "".join(f"<td{look}>{cell}</td>" for look, cell in zip(looks[1:], others, strict=True))
    return f'<tr><th scope="row"{looks[0]}>{first}</th>{cells}</tr>\n'
