"""A report as Markdown: sound for GitHub's tables, records escaped, a manager's lines kept."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt
from sample_pages import HOSTILE, bare, pages

from itilcli.errors import Refused
from itilcli.formats import markdown
from itilcli.report.pages import Column, Pages, Paragraph, Section, Share, Table


def one(*blocks) -> Pages:
    """A report of one section."""
    return Pages("t", "", (), (Section("s", "S", blocks),), "en", "issued")


def body(*blocks) -> str:
    return markdown.render(one(*blocks), None).partition("## 1 S\n\n")[2]


@pytest.mark.parametrize("report", [pages("zh"), pages("en"), bare()], ids=["zh", "en", "bare"])
def test_blank_lines_are_sound_and_the_text_is_the_same_again(report: Pages):
    text = markdown.render(report, None)
    assert markdown.render(report, None) == text
    assert "\n\n\n" not in text and text.endswith("\n") and not text.endswith("\n\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text)


def test_a_reader_of_markdown_finds_every_table_row_and_heading():
    report = pages(rows=24)
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown.render(report, None))
    kinds = [token.type for token in tokens]
    tables = [block for _, block in report.blocks() if isinstance(block, Table)]
    charts = [chart for chart in report.charts() if chart.name != "nothing"]
    rows = sum(max(len(table.rows), 1) for table in tables) + sum(len(chart.labels) for chart in charts)
    assert kinds.count("table_open") == 1 + len(tables) + len(charts)
    assert kinds.count("tr_open") == 1 + len(report.cover) + len(tables) + len(charts) + rows
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h2") == len(report.sections)
    assert "html_block" not in kinds and "code_block" not in kinds
    inline = [child for token in tokens if token.children for child in token.children]
    assert not {"html_inline", "link_open", "code_inline"} & {child.type for child in inline}
    said = {child.content for child in inline}
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3], HOSTILE[4], HOSTILE[7], HOSTILE[8]} <= said


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        (Paragraph("    four blanks"), "four blanks\n"),
        (Paragraph("small", "note"), "*small*\n"),
        (Paragraph("look *here*", "warning"), "> **look \\*here\\***\n"),
        (Paragraph("one\n  # two\n\n\n3) three\r\nfour", "free"), "one\\\n\\# two\n\n3\\) three\\\nfour\n"),
        (Paragraph("\n ", "free"), ""),
        (Table("x", (Column("a|b"), Column("n", right=True)), ((None, Share(1, 3)),), "T #", "of all"),
         "### T \\#\n\n| a\\|b | n |\n|---|---:|\n| — | 33.3% (1/3) |\n\n*of all*\n"),
        (Table("x", (Column("a"), Column("b")), ()), "| a | b |\n|---|---|\n| none |  |\n"),
    ],
)  # fmt: skip
def test_each_block_has_its_form(block, wanted):
    assert body(block) == wanted


def test_a_draft_says_so_and_an_issued_report_does_not():
    assert "> **Draft: not issued yet; its figures may still change.**" in markdown.render(pages("en"), None)
    assert "Draft" not in markdown.render(one(), None)


def test_a_desk_may_have_a_template_of_its_own(tmp_path):
    (tmp_path / markdown.TEMPLATE).write_text("{{ pages.title }}: {{ pages.sections | length }}\n")
    assert markdown.render(one(), tmp_path) == "t: 1\n"
    (tmp_path / markdown.TEMPLATE).write_text("{{ nobody }}")
    with pytest.raises(Refused) as refused:
        markdown.render(one(), tmp_path)
    assert refused.value.problems[0].code == "E-paper-template"
