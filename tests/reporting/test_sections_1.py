"""The sections on totals, response, severity, tiers, service, satisfaction, major and open incidents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "figures"))

from figure_stories import OCTOBER, at, row, world

from itilcli.figures.book import Book
from itilcli.figures.facts import Call, Complained, Facts
from itilcli.figures.lists import for_customer
from itilcli.figures.particulars import Approved, Particulars
from itilcli.figures.report import of_book
from itilcli.figures.trail import Hold, Span
from itilcli.language import translator
from itilcli.model.past import Past
from itilcli.model.settings import Targets
from itilcli.report import major, open_cases, response, satisfaction, service, severity, tiers, totals
from itilcli.report.blocks import ROWS
from itilcli.report.pages import Bullets, Chart, Paragraph, Section, Share, Table, shown
from itilcli.report.words import Words

START = at("10-08 09:00")
HOUR = timedelta(hours=1)
WORDS = {"en": Words(translator("en"), "en"), "zh": Words(translator("zh"), "zh")}
LAYOUTS = (totals.layout, response.layout, severity.layout, tiers.layout, service.layout, satisfaction.layout,
           major.layout, open_cases.layout)  # fmt: skip
SCOPE = {"organisation": "Clinic", "project": None}
SEPTEMBER_2026 = 2026 * 12 + 8


def document(*rows: Facts, past: dict[int, Past] | None = None, **more: Any) -> dict[str, Any]:
    """The plain document of October 2026, as a file of an issued report gives it back."""
    made = of_book(Book(rows, world(**more), past), OCTOBER)
    return {**json.loads(json.dumps(made)), "scope": None}


def scoped(found: dict[str, Any]) -> dict[str, Any]:
    """The document of a customer's own report."""
    return {**found, "scope": SCOPE, "lists": for_customer(found["lists"])}


def strings(section: Section) -> Iterator[str]:
    """All that stands in a section."""
    yield section.title
    for block in section.blocks:
        match block:
            case Paragraph():
                yield block.text
            case Bullets():
                yield from block.items
            case Table():
                yield from (block.title, block.note, *(column.title for column in block.columns))
                yield from (" | ".join(map(shown, cells)) for cells in block.rows)
            case Chart():
                yield from (block.title, block.caption, *block.labels, *(one.title for one in block.series))


def text(found: dict[str, Any], language: str = "en") -> str:
    return "\n".join(line for layout in LAYOUTS for line in strings(layout(found, WORDS[language])))


def table(section: Section, name: str) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table) and block.name == name)


def chart(section: Section) -> Chart | None:
    return next((block for block in section.blocks if isinstance(block, Chart)), None)


def month() -> list[Facts]:
    """A month with something of everything."""
    order = Approved("work-order-1", START, START + HOUR, "approved", "verbal")
    known = Particulars(
        approvals=(order,), visits=(START + 2 * HOUR,), told_at=START, told_instead="pam", cause="fuse", solution="new"
    )
    given = {"type": "fault", "category": "terminal", "channel": "hotline", "organisation": "Clinic", "title": "dark"}
    graded = {"importance": "important", "urgency": "urgent", "priority": "high", "severity": "high"}
    called = Call(at("10-12 09:00"), "reached", 2, "slow")
    return [
        row(
            1, START, first_response_at=START, spans=(Span(START + 5 * HOUR, 2),), tier=2, tiers=(1, 2), major=True,
            visited=True, particulars=known, calls=(called,), stage="closed",
            complaints=(Complained(called.at, "late", at("10-13 09:00"), "sorry"),), **given, **graded,
        ),
        row(
            2, START + HOUR, stage="tier1", owner="anders", **given, importance="normal", urgency="urgent",
            priority="medium", severity="low", holds=(Hold("customer", START + 2 * HOUR),),
            particulars=Particulars(held_for="on leave"),
        ),
        row(3, START, type="consultation", channel="im", organisation="Ward", first_response_at=START,
            importance="normal", urgency="normal", priority="low", spans=(Span(START + HOUR, 1),), stage="resolved"),
    ]  # fmt: skip


@pytest.mark.covers("K1", "K2", "K3", "K4", "K5", "K6", "K8", "K9", "K10", "K12", "RT6")
def test_every_number_stands_where_a_reader_looks_for_it() -> None:
    found, words = document(*month()), WORDS["en"]
    by_type = table(totals.layout(found, words), "by_type")
    assert by_type.rows == (
        ("consultation", 1, Share(1, 3)), ("fault", 2, Share(2, 3)), ("security incident", 0, Share(0, 3)),
    )  # fmt: skip
    assert table(totals.layout(found, words), "by_customer").rows[0] == ("Clinic", 2, Share(2, 3))
    square = table(severity.layout(found, words), "by_square")
    assert square.rows == (("important", 1, 0, 1), ("normal", 1, 1, 2), ("sum", 2, 1, 3))
    solved = tiers.layout(found, words)
    assert solved.blocks[0] == Bullets(
        ("Incidents solved by second-tier support: 1", "Incidents solved by third-tier support: 0")
    )
    assert table(solved, "tiers").rows[1] == ("tier 2", 1, Share(1, 2), Share(1, 1))
    assert table(solved, "tiers").rows[0] == ("tier 1", 1, Share(1, 2), Share(1, 2))
    ways = table(service.layout(found, words), "service")
    assert [cells[1:] for cells in ways.rows] == [(1, Share(1, 2)), (0, Share(0, 2)), (1, Share(1, 2))]
    unhappy = table(satisfaction.layout(found, words), "dissatisfied").rows
    assert [shown(cell) for cell in unhappy[0]] == [
        "INC-1", "Clinic", "dark", "dissatisfied", "slow", "2026-10-12 09:00", "yes",
    ]  # fmt: skip
    spread = chart(response.layout(found, words))
    assert spread is not None and [value for value in spread.series[0].values if value] == [1, 1]


@pytest.mark.covers("K2")
def test_without_targets_the_page_says_so_and_names_who_was_not_answered() -> None:
    said = text(document(*month()))
    assert "No response targets are set" in said and "Not answered" in said
    late = table(response.layout(document(*month()), WORDS["en"]), "late_responses")
    assert [cells[0] for cells in late.rows] == ["INC-2"] and late.rows[0][5:7] == (None, None)
    strict = document(*month(), targets=Targets(high="30m", low="2h"))
    said = text(strict)
    assert "No response targets are set" not in said and "Answered late or not yet" in said
    assert "their severity has no target: 1" in said


@pytest.mark.covers("F12", "B3")
def test_a_major_incident_is_laid_out_down_two_columns() -> None:
    section = major.layout(document(*month()), WORDS["en"])
    rows = {str(name): shown(value) for name, value in table(section, "major_1").rows}
    assert rows["department manager told"] == "2026-10-08 09:00, not reached; told instead: pam"
    assert (rows["tier"], rows["duration (hours)"], rows["root cause"]) == ("tier 2", "5.0", "fuse")
    assert rows["review"] == "overdue since 2026-10-15"
    still = replace(month()[0], spans=(), tier=3)
    rows = {
        str(name): shown(value) for name, value in table(major.layout(document(still), WORDS["en"]), "major_1").rows
    }
    assert (rows["resolved at"], rows["tier"], rows["review"]) == ("still open", "tier 3", "after the solution")


@pytest.mark.covers("K10")
def test_the_open_incidents_add_up_and_say_what_they_wait_for() -> None:
    section = open_cases.layout(document(*month()), WORDS["en"])
    assert [cells[1] for cells in table(section, "backlog").rows] == [0, 3, 2, 0, 1]
    (cells,) = table(section, "open_incidents").rows
    assert [shown(cell) for cell in cells[4:]] == [
        "medium", "23", "with tier 1", "customer: on leave", "2026-10-08 11:00", "anders",
    ]  # fmt: skip


def test_past_two_hundred_rows_the_page_says_how_many_there_are() -> None:
    found = document(*(row(number, START + timedelta(minutes=number), stage="tier1") for number in range(ROWS + 5)))
    assert len(found["lists"]["open_incidents"]) == ROWS + 5
    section = open_cases.layout(found, WORDS["en"])
    listed = table(section, "open_incidents")
    assert len(listed.rows) == ROWS and listed.rows[0][0] == "INC-0"
    assert f"Of {ROWS + 5} rows only the first {ROWS}" in "\n".join(strings(section))


@pytest.mark.covers("K1")
def test_ten_customers_are_named_and_the_others_summed() -> None:
    rows = [row(number, START, organisation=f"C{number % 13:02d}") for number in range(27)]
    found = table(totals.layout(document(*rows), WORDS["en"]), "by_customer")
    assert [cells[0] for cells in found.rows] == ["C00", *(f"C{number:02d}" for number in range(1, 10)), "all others"]
    assert found.rows[0][1] == 3 and found.rows[-1] == ("all others", 6, Share(6, 27))


@pytest.mark.covers("K3", "K5", "K6")
def test_the_charts_leave_a_gap_where_nothing_is_known() -> None:
    past = {SEPTEMBER_2026 - 1: Past(SEPTEMBER_2026 - 1, 9, resolved=9, resolved_tier1=6, resolved_tier2=3,
                                     resolved_tier3=0), SEPTEMBER_2026: Past(SEPTEMBER_2026, 4)}  # fmt: skip
    found, words = document(*month(), past=past), WORDS["en"]
    by_tier, by_severity = chart(tiers.layout(found, words)), chart(severity.layout(found, words))
    happy = chart(satisfaction.layout(found, words))
    assert by_tier is not None and by_severity is not None and happy is not None
    assert by_tier.labels == by_severity.labels == ("2026-08", "2026-09", "2026-10") and by_tier.unit == "percent"
    assert [one.values for one in by_tier.series] == [(6 / 9, None, 0.5), (3 / 9, None, 0.5), (0, None, 0)]
    assert [one.values for one in by_severity.series] == [(None, None, 1), (None, None, 0), (None, None, 1)]
    assert [one.values for one in happy.series] == [(None, None, 0), (None, None, None)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_month_of_nothing_reads_well(language: str) -> None:
    found = document()
    for layout in LAYOUTS:
        section = layout(found, WORDS[language])
        assert section.blocks and chart(section) is None
        assert all(block.rows for block in section.blocks if isinstance(block, Table))
    if language == "en":
        said = text(found)
        for sentence in (
            "No incident was reported in this period.", "There was no major incident in this period.",
            "No incident was open at the end of this period.", "There was no complaint in this period.",
        ):  # fmt: skip
            assert sentence in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_customers_own_report_shows_nothing_internal(language: str) -> None:
    found = document(*month())
    own, all_of_it = text(scoped(found), language), text(found, language)
    for secret in ("anders", "pam"):
        assert secret in all_of_it and secret not in own
    for name in ("work_orders", "verbal_approvals", "by_customer"):
        assert not any(
            isinstance(block, Table) and block.name == name
            for layout in LAYOUTS
            for block in layout(scoped(found), WORDS[language]).blocks
        )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_and_endless_texts_stay_plain_cells(language: str) -> None:
    evil = "=1+1|<b>{month}</b>" + "长" * 500
    first = month()[0]
    known = replace(first.particulars, cause=evil, solution=evil, told_instead=evil, held_for=evil)
    bad = replace(first, organisation=evil, title=evil, project=evil, particulars=known, severity=None,
                  calls=(Call(first.calls[0].at, "reached", 1, evil),), complaints=(Complained(first.calls[0].at, evil),))  # fmt: skip
    held = replace(bad, id="INC-9", spans=(), owner=evil, holds=(Hold("customer", START),), first_response_at=None)
    cells = [
        cell
        for layout in LAYOUTS
        for block in layout(document(bad, held), WORDS[language]).blocks
        if isinstance(block, Table)
        for row_ in block.rows
        for cell in row_
        if isinstance(cell, str)
    ]
    assert any(cell.startswith("=1+1|<b>{month}") for cell in cells) and max(map(len, cells)) <= 200
