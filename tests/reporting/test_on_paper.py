"""The whole report as Markdown: every table whole whatever records say, in either language, of any month."""

from __future__ import annotations

import re

import pytest
from month_desk import NOVEMBER, TEXT, october

CELL = re.compile(r"(?<!\\)\|")
SECTIONS = {"zh": "概要", "en": "Summary"}


def tables(page: str) -> list[list[str]]:
    """The tables of a page; each row of one has as many cells as its head."""
    found = [block.splitlines() for block in page.split("\n\n") if block.startswith("|")]
    for table in found:
        assert len({len(CELL.findall(line)) for line in table}) == 1, table
        assert re.fullmatch(r"(\|:?-+:?)+\|", table[1]), table
    return found


@pytest.mark.covers("K1", "RT6")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_stays_whole_whatever_the_records_say(desk, language):
    """Bars, markup, new lines and templates in a name, a title and the manager's text."""
    october(desk)
    hostile = "First | *Hospital* {{ 7*7 }} <script>"
    desk.new("-o", hostile, "-t", "=1+1 | # x", now="2026-10-22T09:00:00+08:00")
    desk.itil("report", "2026-10", "--comment", "第一行 | x\n# 标题\n<b>粗</b>", now=NOVEMBER)
    page = desk.itil("report", "2026-10", "--language", language, now=NOVEMBER).out
    assert len(tables(page)) > 25 and SECTIONS[language] in page
    assert r"First \| \*Hospital\* {{ 7\*7 }} \<script\>" in page
    assert "\n# 标题" not in page and r"\<b\>" in page
    assert [line.split()[1] for line in page.splitlines() if line.startswith("## ")] == [str(n) for n in range(1, 17)]


@pytest.mark.covers("K2", "K14")
def test_a_month_of_none_shows_dashes_and_says_so(desk):
    """No rate of nothing, no empty table."""
    page = desk.itil("report", "2026-09", "--language", "en", now=NOVEMBER).out
    assert "| answered | — | — (0/0) |" in page and "0.0%" not in page
    assert "In 2026-09 no incident was reported." in page
    assert all(len(table) > 2 for table in tables(page)[1:])


@pytest.mark.covers("K5", "K6")
def test_rates_stand_with_both_numbers_and_the_same_in_both_languages(desk):
    """Percentages never stand alone; the numbers do not depend on the language."""
    october(desk)
    desk.itil("report", "2026-10", *TEXT, now=NOVEMBER)
    pages = {one: desk.itil("report", "2026-10", "--language", one, now=NOVEMBER).out for one in ("zh", "en")}
    assert "50.0% (1/2)" in pages["zh"]
    numbers = {one: re.findall(r"-?\d+(?:\.\d+)?%? \(-?\d+/\d+\)", page) for one, page in pages.items()}
    assert numbers["zh"] == numbers["en"] and len(numbers["zh"]) > 30
