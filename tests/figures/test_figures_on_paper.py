"""The monthly report as Markdown: every figure, every table whole, in either language."""

from __future__ import annotations

import re

import pytest
from figure_stories import OCTOBER, Story, at, report, world

from itilcli.figures.report import monthly
from itilcli.language import translator
from itilcli.paper import render

CELL = re.compile(r"(?<!\\)\|")


def on_paper(stories: list[Story], language: str = "en") -> str:
    document = monthly([story.facts for story in stories], OCTOBER, world(), at("11-30 09:00"))
    return render("report.md.j2", {"report": document, "organisation": "甲|乙"}, translator(language))


def whole_tables(page: str) -> int:
    """How many tables a page has; each row has as many cells as its head."""
    tables = [block.splitlines() for block in page.split("\n\n") if block.startswith("|")]
    for table in tables:
        widths = {len(CELL.findall(line)) for line in table}
        assert len(widths) == 1 and re.fullmatch(r"(\|:?-+:?)+\|", table[1]), table
    return len(tables)


@pytest.mark.covers("K1", "RT6")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_stays_whole_whatever_the_records_say(language: str) -> None:
    stories = [
        Story("10-08 09:00", organisation="First | *Hospital*\n# x").simple("10-08 10:00"),
        Story("10-09 09:00", channel="email").do("void", "10-09 10:00", reason="none"),
    ]
    page = on_paper(stories, language)
    assert whole_tables(page) == 15
    assert r"First \| \*Hospital\* # x" in page and r"甲\|乙" in page
    assert "JQ-ITSMS-04-01-06" in page and stories[1].case.id in page


@pytest.mark.covers("K2", "K14")
def test_a_month_of_none_shows_dashes() -> None:
    page = on_paper([])
    assert "| answered | — (0/0) |" in page and "| change on last month | — |" in page
    assert "No rule was broken." in page and "0.0%" not in page
    assert whole_tables(page) >= 12


@pytest.mark.covers("K5")
def test_rates_stand_with_both_numbers() -> None:
    page = on_paper([Story("10-08 09:00").simple("10-08 10:00"), Story("10-08 09:00").simple("10-08 11:00")])
    assert "| first contact resolution | 50.0% (1/2) |" in page
    assert report([])["first_contact_rate"]["value"] is None
