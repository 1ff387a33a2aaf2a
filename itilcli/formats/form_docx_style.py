"""How a form looks in Word: A4, fonts for both scripts, each form's own page numbers at its foot."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

LATIN, CHINESE, HEADLINE = "Arial", "SimSun", "SimHei"
"""Fonts by the names that Windows knows; elsewhere Word and LibreOffice put their own in their place."""
SIZES = {
    "Form Value": 10, "Form Label": 10, "Form Heading": 10.5, "Form Note": 8, "Form Line": 9.5,
    "Form Title": 17, "Form Bearer": 10.5, "Form Code": 5, "Form Edge": 8, "Form Gap": 1, "Form Space": 36,
}  # fmt: skip
STRONG = frozenset({"Form Label", "Form Heading", "Form Title"})
CENTRED = frozenset({"Form Title", "Form Bearer", "Form Code"})
STYLES = {"label": "FormLabel", "value": "FormValue", "heading": "FormHeading", "sign": "FormValue", "note": "FormNote"}
"""The style of a cell by its role, by the style's id."""
FILLS = {"label": "F0F0F0", "heading": "DBDBDB"}
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def dressed(document: Any, language: str) -> None:
    """The styles of forms, and the languages that go with both scripts."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    for name, size in SIZES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.font.size, style.font.bold = Pt(size), name in STRONG
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing = Pt(1) if name == "Form Gap" else 1.0
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN)):
            fonts.set(qn(f"w:{script}"), font)
        fonts.set(qn("w:eastAsia"), HEADLINE if name in STRONG else CHINESE)
        if name in CENTRED:
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Form Line", "Form Edge"):
        _stop(document.styles[name])
    document.styles["Form Line"].paragraph_format.space_after = Pt(3)
    document.styles["Form Note"].paragraph_format.space_before = Pt(2)
    document.styles["Form Title"].paragraph_format.space_before = Mm(1.5)
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), "en-US" if language == "zh" else "en-GB")
        found.set(qn("w:eastAsia"), "zh-CN")


def _stop(style: Any) -> None:
    """A tabulator at the right margin."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    style.paragraph_format.tab_stops.add_tab_stop(Mm(176), WD_TAB_ALIGNMENT.RIGHT)


def page(document: Any, number: int) -> Any:
    """The section of the form of that number, on A4, its pages counted from 1 on."""
    from docx.enum.section import WD_SECTION
    from docx.oxml import parse_xml
    from docx.shared import Mm

    section = document.sections[0] if number == 0 else document.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = Mm(20), Mm(18)
    section.header_distance = section.footer_distance = Mm(10)
    for old in section._sectPr.xpath("w:pgNumType"):
        section._sectPr.remove(old)
    section._sectPr.insert_element_before(
        parse_xml(f'<w:pgNumType {SPACE} w:start="1"/>'), "w:cols", "w:titlePg", "w:docGrid"
    )
    return section


def numbered(section: Any, head: str, reference: str, pages: str, alone: bool) -> None:
    """The head and foot of a section: the form's number; what it is of, and its pages, which Word counts.

    :param alone: whether it is the only form, whose pages are the document's: LibreOffice counts no section's.
    """
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    for part, text, ruled in (
        (section.header, f"\t{head}", "bottom"),
        (section.footer, f"{reference}\t{pages}", "top"),
    ):
        line = part.paragraphs[0]
        line.style = "Form Edge"
        _filled(line._p, text, ruled, "NUMPAGES" if alone else "SECTIONPAGES")


def _filled(paragraph: Any, text: str, ruled: str, counted: str) -> None:
    """Text with its fields, and a rule beside the page's text."""
    from docx.oxml import parse_xml

    border = f'<w:pBdr {SPACE}><w:{ruled} w:val="single" w:sz="4" w:space="3" w:color="707070"/></w:pBdr>'
    paragraph.get_or_add_pPr().insert_element_before(parse_xml(border), "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    run = ""
    for char in [*text, ""]:
        if run and char in ("\x01", "\x02", "\t", ""):
            paragraph.append(parse_xml(f'<w:r {SPACE}><w:t xml:space="preserve">{escape(run)}</w:t></w:r>'))
            run = ""
        if char == "\t":
            paragraph.append(parse_xml(f"<w:r {SPACE}><w:tab/></w:r>"))
        elif char in ("\x01", "\x02"):
            name = "PAGE" if char == "\x01" else counted
            known = "—" if name == "SECTIONPAGES" else "1"
            paragraph.append(
                parse_xml(f'<w:fldSimple {SPACE} w:instr="{name}"><w:r><w:t>{known}</w:t></w:r></w:fldSimple>')
            )
        else:
            run += char
