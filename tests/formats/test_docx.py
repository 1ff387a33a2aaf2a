"""The Word document: Word's own headings and tables, no text that breaks it, the same bytes everywhere."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn
from office_pages import cases, hostile, hostile_pages, sample
from test_xlsx import files, hashes

from itilcli.errors import Kind, Refused
from itilcli.formats import docx
from itilcli.formats.docx_table import BORDER, shared, words
from itilcli.formats.formula import printable
from itilcli.report.pages import Pages, Section


@pytest.fixture(scope="module")
def read():
    """The sample report as Word reads it."""
    return Document(io.BytesIO(docx.render(sample())))


def test_headings_lists_and_notes_have_words_own_styles(read):
    found = [(one.style.name, one.text) for one in read.paragraphs if one.text]
    assert found[:2] == [("Title", "事件管理月度报告"), ("Subtitle", "测试服务公司")]
    assert ("Heading 1", "1 概述") in found
    assert ("Heading 2", "关键指标") in found
    assert ("List Bullet", "超时响应 2 起，原因见第 3 节") in found
    assert ("Report Warning", "有 2 起重大事件尚未完成评审。") in found
    assert ("Normal", "二、更换 12 台读卡器。") in found, "a manager's lines stay lines"


def test_a_table_repeats_its_headings_and_sets_numbers_right(read):
    figures = read.tables[1]
    assert figures.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in figures.rows[2].cells] == [
        "K2",
        "响应及时率",
        "93.2% (110/118)",
        "98.4% (124/126)",
        "+5.2 pp",
    ]
    assert [cell.paragraphs[0].alignment for cell in figures.rows[2].cells] == [None, None, 2, 2, 2]
    assert [cell.text for cell in read.tables[0].rows[0].cells] == ["报告月份", "2026-11"], "the cover"


def test_of_a_table_that_does_not_fit_broad_columns_give_way_but_no_number_is_parted():
    assert shared(10_000, [5, 10], [0, 0], 100) == [2002, 3497]  # a small table: its columns in proportion, half a page
    narrow, title = shared(4_000, [17, 34], [17, 0], 100)
    assert narrow == 17 * 100 + BORDER and narrow + title == 4_000
    assert words([["INC-20261029-706P"], ["甲乙 ab"]]) == [17]


def test_a_draft_says_so():
    document = Document(io.BytesIO(docx.render(replace(sample(), banner="草稿"))))
    assert ("Report Warning", "草稿") in [(one.style.name, one.text) for one in document.paragraphs]


def test_a_chart_is_its_caption_and_its_values(read):
    assert "近六个月响应及时率总体上升。" in [one.text for one in read.paragraphs]
    assert [cell.text for cell in read.tables[2].rows[1].cells] == ["2026-06", "91.0%", "—", "—", "—"]


def test_pages_are_a4_numbered_and_lie_across_for_a_wide_table(read):
    shapes = [(round(one.page_width.mm), round(one.page_height.mm)) for one in read.sections]
    assert shapes == [(210, 297), (297, 210)]
    assert 'w:instr="PAGE"' in read.sections[0].footer._element.xml
    assert read.sections[1].footer.is_linked_to_previous


def test_chinese_has_a_font_and_a_language(read):
    for name in ("Normal", "Heading 1", "Report Cell"):
        fonts = read.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("SimSun", "SimHei")
        assert fonts.get(qn("w:asciiTheme")) is None
    assert {one.get(qn("w:eastAsia")) for one in read.styles.element.iter(qn("w:lang"))} == {"zh-CN"}


def test_no_text_breaks_the_document_or_becomes_a_field():
    made = docx.render(hostile_pages())
    whole = Document(io.BytesIO(made))
    held = {one.text for one in whole.paragraphs}
    assert all(part in held for text in hostile() for part in printable(text).split("\n"))
    xml = files(made)["word/document.xml"].decode()
    assert "w:instr" not in xml
    assert "w:hyperlink" not in xml


def test_the_file_says_nothing_of_when_and_where_it_was_made(read):
    known = read.core_properties
    assert (known.created.year, known.modified.year, known.author) == (2000, 2000, "测试服务公司")
    assert known.last_modified_by == ""
    assert len(hashes("docx")) == 1


def test_a_long_appendix_keeps_every_row():
    table = cases(1000)
    made = Document(io.BytesIO(docx.render(Pages("r", "o", (), (Section("a", "附录", (table,)),)))))
    assert len(made.tables[0]._tbl.tr_lst) == 1001


def test_without_the_library_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(Refused) as refused:
        docx.render(replace(sample(), language="en"))
    assert [(one.code, one.kind) for one in refused.value.problems] == [("E-report-office", Kind.DESK)]
