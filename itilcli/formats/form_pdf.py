"""The paper forms as PDF on A4: a ruled table under a centred title, each form with its own page numbers.

Nothing is cut: a long text goes on on the next page, and a word wider than its cell on the next line. What the font lacks is
shown by number and named in a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from itilcli.errors import Problem
from itilcli.formats.glyphs import BOLD, Glyphs, balanced, narrowed
from itilcli.formats.typesetting import Faulty, Setter, Warn, setter
from itilcli.forms.head import below, edge, title_of
from itilcli.forms.sheet import Picture, Row, Sheet
from itilcli.text import Translate, t

PAGE, MARGIN, INSET = 210.0, 17.0, 2.0
"""The width of the page, its margins, and of the sides of a cell, in millimetres."""
POINT = 25.4 / 72
SIZES = {"note": 8.0}
SIZE, LINE = 10.0, 4.7
"""Of the print in points, and how high a line of it is in millimetres."""
WHOLE, TALLEST = 14, 120.0
"""A row of so many lines is not parted between pages; no box is higher, in millimetres."""
LARGEST = 8_000_000
"""A picture of more bytes is not put in."""
EDGE = 90
"""So many characters stand at the head or foot of every page."""
REGIONS = {"zh": "cn", "en": "gb"}


def pdf(sheets: Sequence[Sheet], translate: Translate, warn: Warn | None = None) -> bytes:
    """The sheets as one PDF, the same bytes for the same sheets and font.

    :param warn: is given ``W-form-glyphs`` (characters that the font lacks) and ``W-form-picture`` (a picture left out).
    :raises Refused: ``E-form-pdf`` where a library, ``E-form-font`` where a font is missing (``Kind.DESK``).
    """
    with setter() as ready:
        laid = [_sheet(sheet, ready.glyphs, translate) for sheet in sheets]
        pictures = _named(sheets, laid)
        language = sheets[0].language if sheets else "en"
        document = {
            "title": ready.glyphs.shown(sheets[0].title) if sheets else "",
            "author": ready.glyphs.shown(sheets[0].organisation) if sheets else "",
            "language": language, "region": REGIONS.get(language, "gb"), "margin": MARGIN, "sheets": laid,
        }  # fmt: skip
        made = _with_pictures(ready, document, pictures, warn)
        ready.warned(warn)
    return made


def _with_pictures(ready: Setter, document: dict[str, Any], pictures: dict[str, bytes], warn: Warn | None) -> bytes:
    """The document; without its pictures, by their words, where one of them is none."""
    try:
        return ready.set("form.typ", document, pictures)
    except Faulty:
        if not pictures:
            raise
    bad = {name for name, content in pictures.items() if not ready.draws(name, content)}
    for sheet in document["sheets"]:
        for place in ("logo", "code"):
            if sheet[place] and sheet[place]["name"] in bad:
                sheet[place] = None
    if warn:
        warn(
            Problem(
                "W-form-picture",
                t("a picture of the form cannot be read and is left out"),
                t("use a PNG, JPEG or SVG file"),
            )
        )
    return ready.set("form.typ", document, {name: content for name, content in pictures.items() if name not in bad})


def _named(sheets: Sequence[Sheet], laid: list[dict[str, Any]]) -> dict[str, bytes]:
    """Every picture once, by a name of its own, which is written into the sheets that bear it."""
    names: dict[bytes, str] = {}
    for sheet, made in zip(sheets, laid, strict=True):
        for place, picture in (("logo", sheet.logo), ("code", sheet.code)):
            made[place] = None
            if picture is not None and len(picture.content) <= LARGEST:
                name = names.setdefault(picture.content, f"picture-{len(names)}.{picture.kind}")
                made[place] = _picture(picture, name)
    return {name: content for content, name in names.items()}


def _picture(picture: Picture, name: str) -> dict[str, Any]:
    kind = {"jpeg": "jpg"}.get(picture.kind, picture.kind)
    return {"name": name, "kind": kind, "width": min(max(picture.width, 5), 60), "alt": picture.alt}


def _sheet(sheet: Sheet, glyphs: Glyphs, translate: Translate) -> dict[str, Any]:
    """One sheet as the template takes it, every text in lines that fit."""
    room, cover = PAGE - 2 * MARGIN, not sheet.number

    def fit(text: str, width: float, size: float = SIZE) -> list[str]:
        return glyphs.parted(glyphs.shown(text), width / POINT / size)

    number = edge(sheet, translate)
    record, serial = below(sheet, translate, "________________")
    beside = max((max(22.0, min(one.width, 60)) for one in (sheet.logo, sheet.code) if one), default=0.0)
    return {
        "title": fit(title_of(sheet), room - 2 * beside - 8, 17 * BOLD), "cover": cover, "by-hand": sheet.code is None,
        "spaced": sheet.language == "zh" and len(sheet.title) < 14,
        "organisation": fit(sheet.organisation, room - 2 * beside - 8, 10.5),
        "head": [fit(short(title_of(sheet)), room / 2, 8), fit(short(number), room / 2, 8)],
        "foot": fit(short(sheet.reference), room * 0.7, 8),
        "refs": [] if cover else [fit(record, room * 0.6, 9.5), fit(serial, room * 0.35, 9.5)],
        "pages": t("Page {page} of {pages}", page="\x01", pages="\x02").render(translate),
        "columns": list(sheet.columns), "rows": _rows(sheet, glyphs, room),
        "before": [fit(text, room) for text in sheet.before], "after": [fit(text, room, 8) for text in sheet.after],
        "code_text": fit(sheet.code_text, 22, 5), "language": sheet.language, "region": REGIONS.get(sheet.language, "gb"),
    }  # fmt: skip


def short(text: str) -> str:
    """A text for the edge of each page, where there is no room for a long one."""
    return text if len(text) <= EDGE else text[:EDGE] + "…"


def _rows(sheet: Sheet, glyphs: Glyphs, room: float) -> list[dict[str, Any]]:
    """The rows of the table; those at the head of a part of it are together."""
    made: list[dict[str, Any]] = []
    for head, rows in groupby(sheet.rows, key=lambda row: row.head):
        laid = [_row(row, sheet.columns, glyphs, room) for row in rows]
        made += [{"kind": "head", "rows": laid}] if head else laid
    return made


def _row(row: Row, columns: tuple[float, ...], glyphs: Glyphs, room: float) -> dict[str, Any]:
    cells: list[dict[str, Any]] = []
    place = most = 0
    for cell in row.cells:
        wide = sum(columns[place : place + cell.span]) / sum(columns) * room - 2 * INSET
        place += cell.span
        role = "head" if row.head and cell.role == "label" else cell.role
        size, bold = SIZES.get(role, SIZE), BOLD if role in ("label", "heading", "head") else 1
        if role in ("label", "head"):
            size *= narrowed(cell.text, wide / POINT / size / bold, glyphs.width)
        ems = wide / POINT / size / bold
        text = balanced(cell.text, ems) if role in ("label", "head") else cell.text
        above, date = text.rpartition("\n")[::2] if role == "sign" and "\n" in text else (text, "")
        parts, foot = (glyphs.parted(glyphs.shown(one), ems) for one in (above, date))
        count = glyphs.lines([*parts, *foot], ems)
        most, height = max(most, count), min(cell.height, TALLEST)
        if not date or count * LINE >= height:
            parts, foot = glyphs.parted(glyphs.shown(text), ems), []
        cells.append({
            "parts": parts, "foot": foot, "role": role, "span": cell.span, "height": height, "align": cell.align,
            "size": size, "lines": cell.lines,
        })  # fmt: skip
    for made in cells:
        made["top"] = most > WHOLE or (made["height"] > 0 and made["role"] != "label")
    whole = most <= WHOLE
    bar = len(row.cells) == 1 and row.cells[0].role == "heading"
    return {"kind": "heading" if bar and whole else "row", "whole": whole, "cells": cells}
