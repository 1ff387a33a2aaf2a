"""The paper forms as a Word document: tables, fields for the pages, fonts for both scripts, the same bytes everywhere."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn
from form_sheets import NAME, cover, hostile_sheets, onsite, register
from test_xlsx import files

from itilcli.errors import Kind, Refused
from itilcli.formats.form_docx import docx
from itilcli.forms.sheet import Cell, Picture, Row


def png() -> bytes:
    """A small picture."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0\0\0\0\0\0")) + part(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def made() -> bytes:
    return docx([replace(onsite(), logo=Picture(png(), "png", 20, "标志"))], str)


def test_the_table_holds_the_record(made):
    document = Document(io.BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for text in (
        NAME,
        "0571-8765 4321",
        "☑ 已解决　☐ 临时恢复　☐ 未解决",
        "检查供电与 USB 线缆；更换读卡器（序列号 RX-2210-00417）；升级驱动至 3.2.1。\n试刷 10 次均正常。",
    ):
        assert text in cells
    assert any("XC-2026-0042" in one.text for one in document.paragraphs)
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == ["标志"]


def test_a_paper_to_fill_in_has_lines_and_room_to_sign_and_no_word_of_a_label_is_parted():
    box = Row((Cell("Satisfaction", "label"), Cell("", "value", 3, 24)))
    sign = Row((Cell("Sign", "label"), Cell("\nDATE", "sign", 3, 30)))
    sheet = replace(onsite(), columns=(10, 40, 10, 40), rows=(box, sign), code=None)
    (table,) = Document(io.BytesIO(docx([sheet], str))).tables[1:]
    lines = table.rows[0].cells[1].paragraphs
    assert [bool(one._p.pPr.findall(qn("w:pBdr") + "/" + qn("w:between"))) for one in lines] == [True] * 3
    (label,) = table.rows[0].cells[0].paragraphs[0].runs
    assert 7 <= label.font.size.pt < 10
    name, date = table.rows[1].cells[1].paragraphs
    assert date.text == "DATE" and name.paragraph_format.space_before is None
    assert date.paragraph_format.space_before.mm > 18


def test_heads_are_repeated_and_only_long_rows_may_part():
    document = Document(io.BytesIO(docx([register(3), onsite("长" * 5000)], str)))
    head, row = document.tables[1].rows[:2]
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert row._tr.trPr.find(qn("w:tblHeader")) is None
    assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    (long,) = [one for table in document.tables for one in table.rows if "长" * 5000 in one.cells[1].text]
    assert long._tr.trPr.find(qn("w:cantSplit")) is None


def test_each_form_is_a_section_on_a4_that_counts_its_pages(made):
    document = Document(io.BytesIO(docx([cover(), onsite()], str)))
    assert [(round(one.page_width.mm), round(one.page_height.mm)) for one in document.sections] == [(210, 297)] * 2
    for section in document.sections:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert 'w:instr="SECTIONPAGES"' in section.footer._element.xml
    assert "JQ-ITSMS-04-01-03" in document.sections[1].header._element.xml
    assert 'w:instr="NUMPAGES"' in Document(io.BytesIO(made)).sections[0].footer._element.xml


def test_chinese_has_a_font(made):
    styles = Document(io.BytesIO(made)).styles
    assert styles["Form Value"].element.rPr.rFonts.get(qn("w:eastAsia")) == "SimSun"
    assert styles["Form Label"].element.rPr.rFonts.get(qn("w:eastAsia")) == "SimHei"


def test_the_same_bytes_and_nothing_of_when_it_was_made(made):
    assert made == docx([replace(onsite(), logo=Picture(png(), "png", 20, "标志"))], str)
    known = Document(io.BytesIO(made)).core_properties
    assert (known.created.year, known.title, known.author) == (2000, "现场服务记录单", "某某科技有限公司")


def test_no_text_breaks_the_document_or_becomes_a_field():
    whole = docx([*hostile_sheets(), replace(onsite(), logo=Picture(b"none", "png", 20, "kein Bild"))], str)
    assert Document(io.BytesIO(whole)).tables
    xml = files(whole)["word/document.xml"].decode()
    assert "w:instr" not in xml
    assert "w:hyperlink" not in xml


def test_without_the_library_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(Refused) as refused:
        docx([onsite()], str)
    assert [(one.code, one.kind) for one in refused.value.problems] == [("E-report-office", Kind.DESK)]
