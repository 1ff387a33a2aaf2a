"""The paper forms as a Word document on A4: each form a section with its own page numbers, heads repeated, rows that may part.

Word has no SVG here: a picture of that kind stands as its words.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from itilcli.formats.form_docx_style import FILLS, SIZES, STYLES, dressed, numbered, page
from itilcli.formats.formula import printable
from itilcli.formats.glyphs import about, balanced, narrowed
from itilcli.formats.office import MADE, missing, packed
from itilcli.forms.head import below, edge, title_of
from itilcli.forms.sheet import Cell, Picture, Row, Sheet
from itilcli.text import Translate, t

ROOM, TWIP = 176.0, 56.6929
"""The width between the margins in millimetres; a millimetre in twentieths of a point."""
SIDE = 10.0
"""What the sides of a cell take, in points."""
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TALLEST = 120.0
WHOLE, LINES = 250, 10
"""A row is parted between pages when one of its cells has more characters or more lines."""
LINE = "_" * 16
BY_HAND, LOWEST = 400, 330
"""How high a row is at least, in twentieths of a point: on a form to be filled in by hand, and on another."""
HIGH = 4.6
"""A line of print, in millimetres."""


def docx(sheets: Sequence[Sheet], translate: Translate) -> bytes:
    """The sheets as one Word document, the same bytes for the same sheets.

    :raises Refused: ``E-report-office`` (``Kind.DESK``) where python-docx is not installed.
    """
    try:
        from docx import Document
    except ImportError as error:
        raise missing("python-docx", "docx") from error
    document = Document()
    dressed(document, sheets[0].language if sheets else "en")
    _properties(document, sheets)
    for number, sheet in enumerate(sheets):
        _sheet(document, sheet, number, len(sheets) == 1, translate)
    out = io.BytesIO()
    document.save(out)
    return packed(out.getvalue())


def _properties(document: Any, sheets: Sequence[Sheet]) -> None:
    known = document.core_properties
    first = sheets[0] if sheets else None
    known.title = printable(first.title if first else "")[:255]
    known.author = printable(first.organisation if first else "")[:255]
    known.last_modified_by = known.comments = known.keywords = known.subject = known.category = ""
    known.created = known.modified = MADE
    known.language, known.revision = "zh-CN" if first and first.language == "zh" else "en-GB", 1


def _sheet(document: Any, sheet: Sheet, number: int, alone: bool, translate: Translate) -> None:
    section = page(document, number)
    pages = t("Page {page} of {pages}", page="\x01", pages="\x02").render(translate)
    numbered(section, printable(edge(sheet, translate)), printable(sheet.reference), pages, alone)
    cover = not sheet.number
    if cover:
        document.add_paragraph(style="Form Space")
    _crown(document, sheet)
    document.add_paragraph(style="Form Space" if cover else "Form Gap")
    if not cover:
        record, serial = below(sheet, translate, LINE)
        document.add_paragraph(f"{printable(record)}\t{printable(serial)}", style="Form Line")
    for text in sheet.before:
        document.add_paragraph(printable(text), style="Form Value")
    _tables(document, sheet)
    for text in sheet.after:
        document.add_paragraph(printable(text), style="Form Note")


def _crown(document: Any, sheet: Sheet) -> None:
    """The title in the middle, the logo before it, the code that finds the record behind it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=3)
    table.autofit = False
    side = max((max(26.0, min(one.width, 60) + 2) for one in (sheet.logo, sheet.code) if one), default=4.0)
    widths = (side, ROOM - 2 * side, side)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
        cell.vertical_alignment = 1
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    left, middle, right = table.rows[0].cells
    _pictured(left.paragraphs[0], sheet.logo)
    bearer = middle.paragraphs[0]
    if sheet.organisation:
        bearer.text, bearer.style = printable(sheet.organisation), document.styles["Form Bearer"]
        bearer = middle.add_paragraph()
    bearer.text, bearer.style = printable(title_of(sheet)), document.styles["Form Title"]
    _pictured(right.paragraphs[0], sheet.code)
    right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if sheet.code_text:
        right.add_paragraph(printable(sheet.code_text), style="Form Code")


def _pictured(paragraph: Any, picture: Picture | None) -> None:
    """A picture, said in words as well; its words alone where it cannot be read."""
    if picture is None:
        return
    from docx.shared import Mm

    if picture.kind != "svg":
        try:
            shape = paragraph.add_run().add_picture(
                io.BytesIO(picture.content), width=Mm(min(max(picture.width, 5), 60))
            )
        except Exception:  # noqa: S110 (what the library finds wrong with a picture is of many kinds)
            pass
        else:
            shape._inline.docPr.set("descr", printable(picture.alt))
            return
    paragraph.style = "Form Code"
    paragraph.add_run(printable(picture.alt))


# ── the ruled table, as XML at once


def _tables(document: Any, sheet: Sheet) -> None:
    """The rows as tables one under the other: Word repeats heads only at the top of a table."""
    from docx.oxml import parse_xml

    wide = [round(one / sum(sheet.columns) * ROOM * TWIP) for one in sheet.columns]
    for number, rows in enumerate(_parts(sheet.rows)):
        if number:
            document.add_paragraph(style="Form Gap")
        table = _table(rows, wide, BY_HAND if sheet.code is None else LOWEST)
        document.element.body.insert_element_before(parse_xml("".join(table)), "w:sectPr")
    document.add_paragraph(style="Form Gap")


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows parted before each run of heads, and where a bar ends what the heads are for."""
    part: list[Row] = []
    headed = False
    for head, group in groupby(rows, key=lambda row: row.head):
        for row in group:
            bar = len(row.cells) == 1 and row.cells[0].role == "heading"
            if part and ((head and not part[-1].head) or (bar and headed)):
                yield part
                part, headed = [], False
            headed = headed or head
            part.append(row)
    if part:
        yield part


def _table(rows: Sequence[Row], wide: Sequence[int], lowest: int) -> Iterator[str]:
    borders = "".join(f'<w:{side} w:val="single" w:sz="5" w:space="0" w:color="000000"/>' for side in SIDES)
    yield (
        f'<w:tbl {SPACE}><w:tblPr><w:tblW w:w="{sum(wide)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="100" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
    )
    yield "".join(f'<w:gridCol w:w="{one}"/>' for one in wide) + "</w:tblGrid>"
    leading = True
    for row in rows:
        leading = leading and row.head
        yield from _row(row, wide, leading, lowest)
    yield "</w:tbl>"


def _row(row: Row, wide: Sequence[int], head: bool, lowest: int) -> Iterator[str]:
    height = round(min(max((cell.height for cell in row.cells), default=0), TALLEST) * TWIP)
    least = f'<w:trHeight w:val="{max(height, lowest)}" w:hRule="atLeast"/>'
    bar = len(row.cells) == 1 and row.cells[0].role == "heading"
    whole = head or all(len(cell.text) <= WHOLE and cell.text.count("\n") < LINES for cell in row.cells)
    yield f"<w:tr><w:trPr>{'<w:cantSplit/>' if whole else ''}{least}{'<w:tblHeader/>' if head else ''}</w:trPr>"
    place = 0
    for cell in row.cells:
        yield _cell(cell, sum(wide[place : place + cell.span]), head, bar)
        place += cell.span
    yield "</w:tr>"


def _cell(cell: Cell, wide: int, head: bool, bar: bool) -> str:
    """One cell; each of its lines is a paragraph."""
    role = "label" if head and cell.role == "value" else cell.role
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{FILLS[role]}"/>' if role in FILLS else ""
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    upright = "top" if cell.height and role != "label" else "center"
    side = "center" if role == "label" and cell.align == "left" else cell.align
    keep = "<w:keepNext/>" if bar else ""
    text, size = printable(cell.text), ""
    if role == "label":
        part = narrowed(text, (wide / 20 - SIDE) / SIZES["Form Label"], about)
        text = balanced(text, (wide / 20 - SIDE) / SIZES["Form Label"] / part)
        size = f'<w:rPr><w:sz w:val="{int(SIZES["Form Label"] * 2 * part)}"/></w:rPr>' if part < 1 else ""
    spaced = _spaced(cell, text)
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{STYLES[role]}"/>{keep}{room}<w:jc w:val="{side}"/></w:pPr>{_run(line, size)}</w:p>'
        for line, room in zip(text.split("\n") if not cell.lines else [""] * len(spaced), spaced, strict=True)
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{span}{fill}<w:vAlign w:val="{upright}"/></w:tcPr>{lines}</w:tc>'


def _spaced(cell: Cell, text: str) -> list[str]:
    """What sets off each paragraph of a cell: rules to write on in an empty one, the room to sign above a date."""
    height = min(cell.height, TALLEST)
    if cell.lines:
        rule = '<w:pBdr><w:between w:val="single" w:sz="2" w:space="0" w:color="9AA3AB"/></w:pBdr>'
        return [f'{rule}<w:spacing w:line="{round(height * TWIP / cell.lines)}" w:lineRule="exact"/>'] * cell.lines
    lines = text.count("\n") + 1
    above = round((height - lines * HIGH) * TWIP) if cell.role == "sign" and lines > 1 else 0
    return [*[""] * (lines - 1), f'<w:spacing w:before="{above}"/>' if above > 0 else ""]


def _run(line: str, size: str = "") -> str:
    words = escape(line).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f'<w:r>{size}<w:t xml:space="preserve">{words}</w:t></w:r>' if line else ""
