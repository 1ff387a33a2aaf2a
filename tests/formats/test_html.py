"""A report as one HTML file: nothing from outside, nothing that runs, well formed, readable, and records are text."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest
from sample_pages import HOSTILE, bare, pages
from test_svg import contrast

from itilcli.formats import html
from itilcli.paper import built_in
from itilcli.report.pages import Chart, Column, Pages, Paragraph, Section, Table

EMPTY = {"meta", "br", "path", "rect", "circle"}
CSS = re.search("<style>(.*)</style>", (built_in() / html.TEMPLATE).read_text(encoding="utf-8"), re.DOTALL)[1]


class Reader(HTMLParser):
    """Tags, ids, local links and text of a page; complains of a tag that is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("report", [pages("zh"), pages("en"), bare()], ids=["zh", "en", "bare"])
def test_a_page_is_whole_and_needs_nothing_else(report: Pages):
    page = html.render(report, None)
    assert html.render(report, None) == page
    reader = Reader(page)
    assert set(re.findall("https?:[^\"'<> ]*", page)) <= {"http://www.w3.org/2000/svg"}
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in reader.tags}
    assert not [
        name
        for _, attributes in reader.tags
        for name in attributes
        if name.startswith("on") or name in ("src", "style")
    ]
    assert "@import" not in page and "url(" not in CSS
    policy = [meta.get("content") for meta in reader.all("meta") if meta.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert reader.all("html") == [{"lang": "zh-CN" if report.language == "zh" else "en"}]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_can_be_walked_without_seeing_it(language):
    report = pages(language)
    reader = Reader(html.render(report, None))
    ids = [attributes["id"] for _, attributes in reader.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    wanted = [link["href"].removeprefix("#") for link in reader.all("a")]
    wanted += [name for _, attributes in reader.tags for name in (attributes.get("aria-labelledby") or "").split()]
    assert set(wanted) <= set(ids) and wanted[0] == "content"
    drawn = [chart for chart in report.charts() if chart.name != "nothing"]
    assert len(reader.all("svg")) == len(reader.all("details")) == len(drawn)
    assert len(reader.all("section")) == len(report.sections)
    assert {head.get("scope") for head in reader.all("th")} == {"col", "row"}
    assert len(reader.all("caption")) == len([b for _, b in report.blocks() if isinstance(b, Table)]) + len(drawn)


def test_what_records_say_is_shown_letter_by_letter():
    said = Reader(html.render(pages(), None)).text
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3], HOSTILE[7], HOSTILE[8]} <= {text.strip() for text in said}
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", "".join(said))


def one(*blocks, status: str = "issued") -> str:
    """The main part of a report of one section."""
    page = html.render(Pages("t", "", (), (Section("s", "S", blocks),), "en", status), None)
    return page.partition("</h2>\n")[2].partition("<main")[2]


def test_each_block_has_its_form():
    assert "<p>one<br>\n&lt;b&gt;</p>\n<p>two</p>" in one(Paragraph("one\n<b>\n\n\ntwo", "free"))
    assert '<p class="warning">look</p>' in one(Paragraph("look", "warning"))
    table = one(Table("x", (Column("a"), Column("n", right=True)), (("2026-10-01", 3), ("W" * 30, 4))))
    assert '<tr><th scope="row" class="w">2026-10-01</th><td class="n">3</td></tr>' in table
    assert '<th scope="row" class="k">2026-10-01</th>' in one(Table("x", (Column("a"),), (("2026-10-01",),)))
    assert '<td colspan="1">none</td>' in one(Table("x", (Column("a"),), ()))
    assert "There are no values to show." in one(Chart("x", "", "lines", (), ()))


def test_a_draft_is_marked_on_screen_and_on_every_sheet():
    assert html.render(pages("en"), None).count('class="draft"') == 1
    assert '<div class="mark" aria-hidden="true">DRAFT</div>' in html.render(pages("en"), None)
    assert 'class="mark"' not in html.render(bare(), None)


def test_text_stands_out_from_its_ground():
    """WCAG AA: every rule with a colour against its own ground, or against each ground that text may stand on."""
    grounds = ("#ffffff", "#f7f9fb")
    checked = 0
    for selector, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", CSS):
        colour, ground = (re.search(rf"(?<![\w-]){name}: (#[0-9a-f]{{6}})", rule) for name in ("color", "background"))
        if colour and ".mark" not in selector:  # the watermark says nothing that the banner does not say
            checked += 1
            assert all(contrast(colour[1], behind) >= 4.5 for behind in ([ground[1]] if ground else grounds)), selector
    assert checked >= 15


def test_the_foot_of_a_sheet_is_a_string_whatever_the_title():
    page = html.render(Pages('"; } </style>\\ 月报', "", (("no", "A-1"),), (), "zh", ""), None)
    assert (
        '@bottom-left { content: "A\\2d 1\\20 \\b7 \\20 \\22 \\3b \\20 \\7d \\20 \\3c \\2f style\\3e \\5c \\20 月报";'
        in page
    )
    assert page.count("</style>") == 1


@pytest.mark.parametrize(
    ("columns", "cells", "rows", "wanted"),
    [
        (3, "短", 4, "slim whole"), (3, "短", 13, "long"), (3, "一段比较长的文字说明", 4, "whole"),
        (8, "2026-10-01 08:00", 2, "wide whole"),
    ],
)  # fmt: skip
def test_a_table_is_set_by_what_it_holds(columns, cells, rows, wanted):
    assert html.form(Table("x", (Column("a"),) * columns, ((cells,) * columns,) * rows)) == wanted


def test_a_wide_table_keeps_days_and_numbers_of_incidents_whole():
    row = ("INC-20261029-706P", datetime(2026, 10, 1, 8), "东湖社区卫生服务中心", "标" * 30, "c", "d", "e", "f" * 20)
    page = one(Table("x", tuple(Column(name) for name in "abcdefgh"), (row,)))
    assert '<th scope="row" class="k">INC-20261029-706P</th><td class="d">2026-10-01 08:00</td>' in page


def test_paper_keeps_rows_whole_and_numbers_its_pages():
    for rule in ("size: A4", "counter(page)", "thead { display: table-header-group; }", "break-inside: avoid",
                 "nav, details { display: none; }"):  # fmt: skip
        assert rule in CSS
