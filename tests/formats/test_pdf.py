"""The report as PDF: read back whole, charts as drawings with words, the same bytes every time."""

from __future__ import annotations

import io
import re
import sys

import pytest
from office_pages import cases, hostile, sample
from pypdf import PdfReader

from itilcli.errors import Kind, Refused
from itilcli.formats import pdf
from itilcli.report.pages import Bullets, Chart, Column, Pages, Paragraph, Section, Series, Table


def pages(made: bytes) -> list[str]:
    """The text of each page, without blanks and line ends."""
    return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(made)).pages]


@pytest.fixture(scope="module")
def made() -> bytes:
    """The sample report."""
    return pdf.render(sample(60))


def test_what_stands_in_the_report_is_read_back(made):
    whole = "".join(pages(made))
    for text in (
        "事件管理月度报告",
        "测试服务公司",
        "张三（事件经理）",
        "1概述",
        "98.4%(124/126)",
        "超时响应2起，原因见第3节",
        "二、更换12台读卡器。",
        "INC-20261101-0000",
    ):
        assert text in whole
    assert whole.count("第一人民医院") == 20


def test_a_chart_is_a_drawing_whose_words_are_words_and_its_values(made):
    (page,) = [one for one in pages(made) if "响应及时率趋势" in one]
    assert "0%20%40%60%80%100%2026-06" in page, "the words of the drawing"
    assert "80%预测区间" in page
    assert not [one for one in PdfReader(io.BytesIO(made)).pages if one.images], "drawn, not painted"


def test_wide_tables_lie_across_with_their_heads_on_every_page(made):
    reader = PdfReader(io.BytesIO(made))
    across = [float(one.mediabox.width) > float(one.mediabox.height) for one in reader.pages]
    assert across[0] is False
    assert sum(across) >= 2
    heads = [page.count("报告时间编号客户单位") for page, lies in zip(pages(made), across, strict=True) if lies]
    assert heads == [1] * sum(across)
    assert pages(made)[-1].endswith(f"第{len(across)}页，共{len(across)}页")


def test_the_same_bytes_and_nothing_of_when(made):
    assert made == pdf.render(sample(60))
    known = PdfReader(io.BytesIO(made)).metadata
    assert (known.title, known.author) == ("事件管理月度报告", "测试服务公司")
    assert {"/CreationDate", "/ModDate"}.isdisjoint(known)


def test_hostile_texts_are_texts():
    found = []
    for text in [*(one for one in hostile() if len(one) < 300), '#panic("x") *b* <label>', "</text><script>😀"]:
        chart = Chart("c", text, "lines", (text, "b"), (Series(text, (1, None)), Series("n", (0, 1))), caption=text)
        table = Table("t", (Column(text), Column("n", right=True)), ((text, 1),), text, text)
        found.append(Section("s", text, (Paragraph(text, "free"), Bullets((text,)), table, chart)))
    problems = []
    whole = "".join(pages(pdf.render(Pages("=1+1", "o", (("a", "b"),), tuple(found), "en"), problems.append)))
    assert '#panic("x")*b*<label>' in whole
    assert "</text><script>[U+1F600]" in whole
    assert [one.code for one in problems] == ["W-form-glyphs"]


def test_a_long_appendix_keeps_every_row():
    found = "".join(pages(pdf.render(Pages("r", "o", (), (Section("a", "附录", (cases(300),)),)))))
    assert len(re.findall(r"INC-202611\d\d-[0-9A-F]{4}", found)) == 300


def test_without_the_library_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Refused) as refused:
        pdf.render(sample())
    assert [(one.code, one.kind) for one in refused.value.problems] == [("E-form-pdf", Kind.DESK)]
