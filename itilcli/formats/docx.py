"""A report as a Word document on A4: Word's own headings, tables and lists, so that it can be read on, edited and filed.

A chart is its caption and the table of its values: Word's charts are beyond the library. Wide tables lie across.
"""

from __future__ import annotations

import io
from typing import Any

from itilcli.formats.cells import width, worded
from itilcli.formats.docx_style import dressed, field, turned
from itilcli.formats.docx_table import put
from itilcli.formats.formula import printable
from itilcli.formats.office import MADE, missing, packed
from itilcli.report.pages import Block, Bullets, Chart, Column, Pages, Paragraph, Section, Table, shown
from itilcli.text import Label

CORNER = Label("corner", "项目", "item")
ACROSS, MANY = 110, 9
"""From so many characters in its widest lines, and so many columns, on a table needs a page that lies across."""
STYLES = {"plain": "Normal", "free": "Normal", "note": "Report Note", "warning": "Report Warning"}


def render(pages: Pages) -> bytes:
    """A report as a Word document, the same bytes for the same pages.

    :raises Refused: ``E-report-office`` (``Kind.DESK``) where python-docx is not installed.
    """
    try:
        from docx import Document
    except ImportError as error:
        raise missing("python-docx", "docx") from error
    document = Document()
    dressed(document, pages.language)
    _properties(document, pages)
    _cover(document, pages)
    across = False
    for number, section in enumerate(pages.sections, 1):
        if across != (across := is_wide(section)):
            turned(document, across)
        _section(document, section, number, pages.language)
    out = io.BytesIO()
    document.save(out)
    return packed(out.getvalue())


def is_wide(section: Section) -> bool:
    """Whether the section is one table that is too wide for an upright page; others are not worth a page of their own."""
    tables = [block for block in section.blocks if isinstance(block, Table | Chart)]
    match tables:
        case [Table() as table]:
            return len(table.columns) >= MANY and _wide(table) > ACROSS
    return False


def _wide(table: Table) -> int:
    """The characters across a table, where no cell counts for more than a long phrase."""
    columns = zip(*[[column.title for column in table.columns], *table.rows[:200]], strict=True)
    return sum(max(min(width(shown(cell)), 30) for cell in column) + 2 for column in columns)


def _properties(document: Any, pages: Pages) -> None:
    """What the file says of itself: nothing of when or by whom it was made."""
    known = document.core_properties
    known.title, known.author = printable(pages.title)[:255], printable(pages.organisation)[:255]
    known.last_modified_by = known.comments = known.keywords = known.subject = known.category = ""
    known.created = known.modified = MADE
    known.language, known.revision = {"zh": "zh-CN"}.get(pages.language, "en-GB"), 1


def _cover(document: Any, pages: Pages) -> None:
    paragraph(document, pages.title, "Title")
    paragraph(document, pages.organisation, "Subtitle")
    if pages.banner:
        paragraph(document, pages.banner, "Report Warning")
    if pages.cover:
        put(document, Table("cover", (Column(""), Column("")), pages.cover), headed=False)
    field(document.sections[0].footer.paragraphs[0])


def _section(document: Any, section: Section, number: int, language: str) -> None:
    paragraph(document, f"{number} {section.title}", "Heading 1")
    for block in section.blocks:
        _block(document, block, language)


def _block(document: Any, block: Block, language: str) -> None:
    match block:
        case Paragraph():
            for line in printable(block.text).split("\n") if block.kind == "free" else (block.text,):
                paragraph(document, line, STYLES[block.kind])
        case Bullets():
            for item in block.items:
                paragraph(document, item, "List Bullet")
        case Table():
            if block.title:
                paragraph(document, block.title, "Heading 2")
            put(document, block)
            if block.note:
                paragraph(document, block.note, "Report Note")
        case Chart():
            paragraph(document, block.title, "Heading 2")
            if block.caption:
                paragraph(document, block.caption)
            put(document, block.table(worded(CORNER, language)))


def paragraph(document: Any, words: str, style: str = "Normal") -> None:
    """A paragraph of a style; what no document may hold is made visible."""
    document.add_paragraph(printable(words), style=style)
