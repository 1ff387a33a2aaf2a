"""Cells that several sections need: long texts cut, incidents named, an empty list as one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from itilcli.report.pages import Cell, Column, Paragraph, Table
from itilcli.report.words import Words
from itilcli.text import Text, t

LONGEST = 200
NAMED = 12
"""So many incidents are named in one cell; the data hold them all."""


def cut(text: str | None) -> str | None:
    """A text, cut where it is longer than a cell holds."""
    return text if text is None or len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def ids(found: Sequence[str], words: Words) -> str | None:
    """IDs in one cell: the first ones, and how many there are when that is not all."""
    if not found:
        return None
    shown = words(t(", ")).join(found[:NAMED])
    return shown if len(found) <= NAMED else words(t("{ids} … {count} in all", ids=shown, count=len(found)))


def heads(words: Words, *titles: Text, right: Sequence[int] = ()) -> tuple[Column, ...]:
    """The columns of a table; ``right`` are the places of those with numbers."""
    return tuple(Column(words(title), place in right) for place, title in enumerate(titles))


def rows_or(
    name: str, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], empty: str
) -> Table | Paragraph:
    """A table, or the sentence that stands for one without rows."""
    return Table(name, columns, tuple(rows), title) if rows else Paragraph(empty)
