"""A report as Markdown (CommonMark with GitHub's tables), by the template ``report.md.j2`` or a desk's own of that name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from itilcli import paper
from itilcli.formats.formula import printable
from itilcli.formats.layout import empty
from itilcli.language import translator
from itilcli.report.pages import Block, Bullets, Cell, Chart, Pages, Paragraph, Table, shown

TEMPLATE = "report.md.j2"


def render(pages: Pages, desk_templates: Path | None) -> str:
    """The report as Markdown, ending with one newline; what records say is escaped letter by letter.

    :raises Refused: E-paper-template when a desk's own template is at fault.
    """
    context = {"pages": pages, "kind": kind, "line": line, "rows": rows, "lines": lines, "empty": empty}
    text = paper.render(TEMPLATE, context, translator(pages.language), desk_templates)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def kind(block: Block) -> str:
    """What a template goes by: the paragraph's kind, or ``bullets``, ``table`` or ``chart``."""
    match block:
        case Paragraph():
            return block.kind
        case Bullets():
            return "bullets"
        case Table():
            return "table"
        case Chart():
            return "chart"


def line(text: str) -> str:
    """Text escaped on a line of its own, without blanks at its ends; a heading's closing signs are escaped too."""
    escaped = paper.escaped(printable(text.strip()))
    return paper.safe(f"{escaped[:-1]}\\#" if escaped.endswith("#") and not escaped.endswith("\\#") else escaped)


def lines(text: str) -> str:
    """A person's own text with its lines kept; an empty line begins a new paragraph."""
    paragraphs = re.split(r"\n\s*\n", "\n".join(text.splitlines()).strip())
    return paper.safe("\n\n".join("\\\n".join(line(part) for part in text.split("\n")) for text in paragraphs))


def rows(table: Table, nothing: str) -> str:
    """A table's head and body; ``nothing`` stands in the first cell of one without rows.

    They are joined here and not in the template: of 63,000 cells this takes a fifth of the time.
    """
    head = [_row(column.title for column in table.columns), _rule(table)]
    body = [_row(row) for row in table.rows] or [_row((nothing, *[""] * (len(table.columns) - 1)))]
    return paper.safe("\n".join(head + body))


def _row(cells: Iterable[Cell]) -> str:
    return f"| {' | '.join([_text(cell) if isinstance(cell, str) else shown(cell) for cell in cells])} |"


@lru_cache(2000)
def _text(cell: str) -> str:
    """A text in a table; most are labels and names that occur again and again."""
    return paper.escaped(printable(cell))


def _rule(table: Table) -> str:
    return f"|{'|'.join('---:' if column.right else '---' for column in table.columns)}|"
