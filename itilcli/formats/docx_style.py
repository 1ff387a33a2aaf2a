"""How a Word document looks: A4, fonts for both scripts, headings in black, the number of each page at its foot."""

from __future__ import annotations

from typing import Any

LATIN, CHINESE, HEADLINE = "Arial", "SimSun", "SimHei"
"""Fonts by the names that Windows knows; elsewhere Word and LibreOffice put their own serif and sans in their place."""
SIZES = {"Normal": 10.5, "Title": 24, "Subtitle": 14, "Heading 1": 16, "Heading 2": 12, "List Bullet": 10.5}
OWN = {
    "Report Cell": 8.5,
    "Report Heading": 8.5,
    "Report Small": 7,
    "Report Small Heading": 7,
    "Report Note": 9,
    "Report Warning": 10.5,
    "Report Gap": 4,
}
"""Styles of the program's own, by name, with their sizes in points."""
DARK = "404040"


def dressed(document: Any, language: str) -> None:
    """Set the page, the styles and the languages that a spelling checker and the choice of glyphs go by."""
    from docx.enum.style import WD_STYLE_TYPE

    page(document.sections[0])
    for name in OWN:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    for name, size in {**SIZES, **OWN}.items():
        _style(document.styles[name], name, size)
    _boxed(document.styles["Report Warning"])
    _languages(document, language)


def page(section: Any, across: bool = False) -> None:
    """An A4 page, upright or across, with its margins."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if across else (short, long)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)


def turned(document: Any, across: bool) -> None:
    """Go on on a new page that lies across, or stands upright again."""
    from docx.enum.section import WD_SECTION

    page(document.add_section(WD_SECTION.NEW_PAGE), across)


def field(paragraph: Any) -> None:
    """The number of the page and of all pages, which Word counts, in the middle of the line."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, before in (("PAGE", ""), ("NUMPAGES", " / ")):
        if before:
            paragraph.add_run(before)
        made, run, number = OxmlElement("w:fldSimple"), OxmlElement("w:r"), OxmlElement("w:t")
        made.set(qn("w:instr"), name)
        number.text = "1"
        run.append(number)
        made.append(run)
        paragraph._p.append(made)


def _style(style: Any, name: str, size: float) -> None:
    from docx.shared import Pt, RGBColor

    strong = name == "Title" or "Heading" in name
    style.font.size, style.font.italic, style.font.bold = Pt(size), False, strong or name == "Report Warning"
    style.font.color.rgb = RGBColor.from_string(DARK if name in ("Report Note", "Subtitle") else "000000")
    _fonts(style, HEADLINE if strong else CHINESE)
    cell = name in OWN and name not in ("Report Note", "Report Warning")
    style.paragraph_format.space_before = Pt(10) if name.startswith("Heading") else Pt(1 if cell else 0)
    style.paragraph_format.space_after = Pt(1 if cell else 5)
    style.paragraph_format.line_spacing = 1.0 if cell else 1.15
    style.paragraph_format.keep_with_next = "Heading" in name


def _fonts(style: Any, chinese: str) -> None:
    """Both scripts' fonts; those of the theme would go before them."""
    from docx.oxml.ns import qn

    found = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(found.attrib):
        del found.attrib[name]
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", chinese)):
        found.set(qn(f"w:{name}"), font)


def _boxed(style: Any) -> None:
    """A frame and a grey ground, which are seen on paper too."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    side = '<w:{} w:val="single" w:sz="6" w:space="4" w:color="404040"/>'
    sides = "".join(side.format(name) for name in ("top", "left", "bottom", "right"))
    properties = style.element.get_or_add_pPr()
    for made in (
        f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>",
        f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F2F2F2"/>',
    ):
        properties.insert_element_before(parse_xml(made), "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _languages(document: Any, language: str) -> None:
    """Latin letters stay English in a Chinese report too: else its words are parted anywhere at the end of a line."""
    from docx.oxml.ns import qn

    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), "en-US" if language == "zh" else "en-GB")
        found.set(qn("w:eastAsia"), "zh-CN")
    for found in document.styles["Title"].element.iter(qn("w:bottom")):
        found.set(qn("w:color"), DARK)
        for name in (qn("w:themeColor"), qn("w:themeShade"), qn("w:themeTint")):
            found.attrib.pop(name, None)
