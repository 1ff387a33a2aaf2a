"""The sections on what came back, knowledge, trend, conformity, corrections, improvements, and the appendix."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "figures"))

from figure_stories import OCTOBER, at, row, world

from itilcli.actions.month.articles import articles
from itilcli.desk import Desk
from itilcli.figures.book import Book
from itilcli.figures.forecast import METHODS as FORECASTERS
from itilcli.figures.lists import for_customer
from itilcli.figures.particulars import HandOff, Particulars, Reopened
from itilcli.figures.report import of_book
from itilcli.figures.trail import Span
from itilcli.model.past import Past
from itilcli.report import appendix, conformity, corrections, improvements, knowledge, returned, trend
from itilcli.report.pages import Bullets, Chart, Paragraph, Section, Table, shown
from itilcli.report.words import Words

START = at("10-08 09:00")
WORDS = Words(lambda msgid: msgid, "en")
LAYOUTS = (returned.layout, knowledge.layout, trend.layout, conformity.layout, corrections.layout, improvements.layout,
           appendix.layout)  # fmt: skip
SCOPE = {"organisation": "Clinic", "project": None}


def document(*rows: Any, past: dict[int, Past] | None = None, told: Any = None, **more: Any) -> dict[str, Any]:
    """The document of October 2026, with what the desk adds to the figures."""
    made = of_book(Book(rows, world(), past), OCTOBER, told)
    added = {"scope": None, "corrections": [], "excluded": [], "left_out": [], "actions": [], "comment": None}
    return {**made, **added, "unattended": False, **more}


def every(found: dict[str, Any]) -> list[Section]:
    return [section for layout in LAYOUTS if (section := layout(found, WORDS)) is not None]


def text(*sections: Section | None) -> str:
    """All that stands on the pages."""
    said = []
    for section in sections:
        assert section is not None
        for block in section.blocks:
            if isinstance(block, Paragraph):
                said.append(block.text)
            elif isinstance(block, Bullets):
                said += block.items
            elif isinstance(block, Table):
                said += [block.title, block.note, *(column.title for column in block.columns)]
                said += [" | ".join(map(shown, cells)) for cells in block.rows]
    return "\n".join(said)


def tables(section: Section | None) -> dict[str, Table]:
    assert section is not None
    return {block.name: block for block in section.blocks if isinstance(block, Table)}


def full() -> dict[str, Any]:
    """A month with something of everything."""
    back = Span(START - timedelta(days=20), 1, undone_at=START)
    rows = (
        row(1, START, organisation="Clinic", title="x" * 300, type="fault", severity="high", priority="low", channel="im",
            stage="closed", broken=("B4",), root_cause_pending=True, spans=(Span(START, 2, "workaround"),),
            particulars=Particulars(consulted=("KB-AAAA",), article="KB-BBBB", late_entries=(START,),
                                    hand_offs=(HandOff("change", "emergency", "CHG-1"),
                                               HandOff("configuration", None, "PC", False)))),
        row(2, START - timedelta(days=30), organisation="Clinic", stage="tier1", spans=(back,),
            particulars=Particulars(reopened=(Reopened(START, "dark again"),))),
    )  # fmt: skip
    past = {OCTOBER.index - back: Past(OCTOBER.index - back, 20 + back % 3, resolved=9) for back in range(2, 20)}
    actions = [
        {"id": "ACT-AAAA", "text": "spares", "owner": "ann", "due": "2026-11-20", "opened": "2026-10-02", "state": "open",
         "done_on": None, "note": None},
        {"id": "ACT-BBBB", "text": "train", "owner": "bob", "due": "2026-11-20", "opened": "2026-10-02", "state": "done",
         "done_on": "2026-11-25", "note": "two hours"},
        {"id": "ACT-CCCC", "text": "cable", "owner": "bob", "due": "2026-11-30", "opened": "2026-10-02", "state": "open",
         "done_on": None, "note": None},
        {"id": "ACT-DDDD", "text": "old", "owner": "bob", "due": "2026-09-20", "opened": "2026-08-02", "state": "dropped",
         "done_on": "2026-09-30", "note": "not needed"},
    ]  # fmt: skip
    changed = [
        {"month": "2026-09", "figure": "incidents_total", "part": "", "issued": 3, "now": 4, "incidents": ["INC-2"],
         "files": []},
        {"month": "2026-09", "figure": "incidents_total", "part": "by_type.fault", "issued": None, "now": 1,
         "incidents": ["INC-2"], "files": ["history.csv"]},
        {"month": "2026-09", "figure": "incidents_total", "part": "by_customer.St. Mary", "issued": 0, "now": 1,
         "incidents": [], "files": []},
        {"month": "2026-09", "figure": "tier_rate", "part": "2",
         "issued": {"value": None, "numerator": 0, "denominator": 0}, "now": {"value": 0.5, "numerator": 1, "denominator": 2},
         "incidents": ["INC-2"], "files": []},
        {"month": "2026-09", "figure": "time_to_resolve", "part": "calendar_minutes.mean", "issued": 90.0, "now": 120.0,
         "incidents": [], "files": ["calendar/2026.yaml"]},
    ]  # fmt: skip
    return document(
        *rows, past=past, corrections=changed, actions=actions, comment="Two lines\nof our own.",
        left_out=["INC-9", "INC-8"], excluded=[{"id": "INC-7", "reason": "a test call"}],
    )  # fmt: skip


def test_what_came_back_is_told_with_its_rate_its_reason_and_where_it_went() -> None:
    section = returned.layout(full(), WORDS)
    assert "Reopenings over the solutions of this period: 100.0% (1/1)." in text(section)
    found = tables(section)
    assert [shown(cell) for cell in found["reopened"].rows[0]] == [
        "INC-2", "Clinic", "—", "2026-09-18 09:00", "2026-10-08 09:00", "dark again",
    ]  # fmt: skip
    assert found["workarounds"].rows[0][0] == "INC-1"
    assert [tuple(map(shown, cells)) for cells in found["hand_offs"].rows] == [
        ("INC-1", "change management", "emergency", "CHG-1", "—"),
        ("INC-1", "configuration management", "—", "PC", "not made yet"),
    ]


def test_the_knowledge_base_stands_with_its_shares() -> None:
    said = text(knowledge.layout(full(), WORDS))
    assert "solved incidents in which an article was consulted: 100.0% (1/1)" in said
    assert "solved incidents that gave the knowledge base an article: 100.0% (1/1)" in said
    assert "KB-AAAA | — | 1" in said and "No article was added in this period." in said


def test_the_trend_has_its_months_its_word_its_chart_and_its_forecast() -> None:
    made = full()
    section = trend.layout(made, WORDS)
    said, found = text(section), tables(section)
    assert "Mann–Kendall" in said
    months = found["trend"].rows
    assert len(months) == 20 and [months[0][0], months[-1][0]] == ["2025-03", "2026-10"]
    assert months[0][-1] == "imported (history.csv)" and months[-1][-1] == ""
    assert [cells[0] for cells in found["forecast"].rows] == ["2026-11", "2026-12", "2027-01"]
    assert found["expected"].rows[0][0] == "2026-10" and found["expected"].rows[0][-1] == 1
    assert "Worked out again from the months before it" in found["expected"].note
    assert "2026-10 is unusual: its total of 1 lies outside" in said
    chart = next(block for block in section.blocks if isinstance(block, Chart))
    assert (chart.name, chart.kind, len(chart.labels)) == ("totals", "lines", 23)
    assert [one.dashed for one in chart.series] == [False, True] and len(chart.bands) == 2
    assert {len(one.values) for one in chart.series} | {len(band.low) for band in chart.bands} == {23}
    assert chart.series[0].values[-4:] == (1, None, None, None) and chart.series[1].values[19] is None


@pytest.mark.parametrize("method", FORECASTERS)
def test_every_method_of_a_forecast_has_a_name_in_words(method: str) -> None:
    assert method in trend.METHODS


def test_a_method_that_is_not_known_here_stands_as_it_is() -> None:
    made = full()
    made["forecast"]["method"] = "oracle"
    assert "oracle" in text(trend.layout(made, WORDS))


@pytest.mark.parametrize(
    ("word", "p", "sentence"),
    [
        ("rising", 0.01, "rises: over the last 19 months"),
        ("falling", 0.0001, "p < 0.001"),
        ("steady", 0.4, "is steady"),
        ("too_short", None, "Too few months are known (19)"),
    ],
)
def test_the_trends_word_is_explained(word: str, p: float | None, sentence: str) -> None:
    made = full()
    made["trend"] |= {"word": word, "p": p, "over": 19}
    assert sentence in text(trend.layout(made, WORDS))


def test_nonconformities_and_gaps_name_their_incidents() -> None:
    section = conformity.layout(full(), WORDS)
    found, said = tables(section), text(section)
    assert "Solved incidents in which a rule was broken: 100.0% (1/1)." in said
    assert found["nonconformities"].rows == (("B4", "escalated without an attempt by phone", 1, "INC-1"),)
    gaps = {cells[0]: shown(cells[1]) for cells in found["data_quality"].rows}
    assert gaps["no first response recorded"] == "100.0% (1/1)" and "imported from another log" not in gaps
    assert "Late entries, recorded more than a day after the step happened: 1 (INC-1)." in said
    assert "Counted in no figure, because their records are in fault: 2 (INC-8, INC-9)." in said
    assert "Working days of 2026 are provisional" in said
    assert found["excluded"].rows == (("INC-7", "a test call"),)


def test_many_incidents_of_one_cell_are_counted_instead_of_named() -> None:
    rows = [replace(row(number, START), broken=("B4",), spans=(Span(START, 1),)) for number in range(10, 40)]
    cells = tables(conformity.layout(document(*rows), WORDS))["nonconformities"].rows[0]
    assert cells[2] == 30 and str(cells[3]).endswith("INC-21 … 30 in all")


def test_a_correction_stands_with_what_was_issued_what_it_is_now_and_why() -> None:
    made = full()
    section = corrections.layout(made, WORDS)
    assert [tuple(map(shown, cells)) for cells in tables(section)["corrections"].rows] == [
        ("2026-09", "incidents", "3", "4", "INC-2"),
        ("2026-09", "time to resolve · calendar time (hours) · mean", "1.5", "2.0", "calendar/2026.yaml"),
    ]
    assert "3 further numbers, parts of these" in text(section)
    made["corrections"] = [one for one in made["corrections"] if one["part"] and "minutes" not in one["part"]]
    assert [tuple(map(shown, cells)) for cells in tables(corrections.layout(made, WORDS))["corrections"].rows] == [
        ("2026-09", "incidents · by type · fault", "0", "1", "INC-2; history.csv"),
        ("2026-09", "incidents · by customer · St. Mary", "0", "1", "—"),
        ("2026-09", "share of each tier · tier 2", "— (0/0)", "50.0% (1/2)", "INC-2"),
    ]


def test_improvements_are_followed_up_and_overdue_ones_say_so() -> None:
    section = improvements.layout(full(), WORDS)
    assert section is not None and section.blocks[0] == Paragraph("Two lines\nof our own.", "free")
    states = [cells[4] for cells in tables(section)["actions"].rows]
    assert states == ["open, 10 days overdue", "done", "open"]
    assert "issued unattended" in text(improvements.layout(document(unattended=True), WORDS))
    assert "has not written anything here yet" in text(improvements.layout(document(), WORDS))


def test_the_appendix_names_every_incident_and_cuts_what_no_cell_can_hold() -> None:
    rows = tables(appendix.layout(full(), WORDS))["incidents"].rows
    assert [cells[0] for cells in rows] == ["INC-2", "INC-1"]
    assert len(str(rows[1][3])) == 200 and str(rows[1][3]).endswith("…")
    assert [shown(cell) for cell in rows[1][4:]] == ["fault", "high", "low", "tier 2", "closed", "2026-10-08 09:00"]


def test_a_month_without_incidents_reads_as_sentences_and_has_no_empty_table() -> None:
    sections = every(document())
    assert [one.name for one in sections] == [
        "returned", "knowledge", "trend", "conformity", "corrections", "improvements", "appendix",
    ]  # fmt: skip
    assert all(block.rows for one in sections for block in one.blocks if isinstance(block, Table))
    said = text(*sections)
    for sentence in (
        "Nothing was reopened in this period (0 solutions).", "No rule was broken.", "The records have no gaps.",
        "No figure of a month already issued has changed.", "This period has no incident.",
        "No month is over yet, so there is no trend.", "No improvement is open",
    ):  # fmt: skip
        assert sentence in said


def test_a_customers_own_report_tells_nothing_internal() -> None:
    made = full()
    made["scope"], made["lists"] = SCOPE, for_customer(made["lists"])
    made |= {"comment": None, "forecast": None}
    sections = every(made)
    assert [one.name for one in sections] == ["returned", "knowledge", "trend", "appendix"]
    said = text(*sections)
    for internal in ("B4", "CHG-1", "management", "spares", "Two lines", "INC-9"):
        assert internal not in said
    assert "orecast" not in said and "unusual" not in said
    made["comment"] = "For you."
    assert text(improvements.layout(made, WORDS)) == "For you."


def test_the_articles_of_a_desk_are_read_for_its_report(desk: Any) -> None:
    desk.itil("kb", "new", "--title", "Reader not recognised", "--symptom", "no light", now="2026-10-08T09:00:00+08:00")
    (desk.root / "knowledge" / "KB-ZZZZ.md").write_text("no front matter", encoding="utf-8")
    found = articles(Desk.open(str(desk.root), {}))
    drafted, broken = found
    assert (drafted.title, drafted.status, drafted.created_at) == ("Reader not recognised", "draft", at("10-08 09:00"))
    assert (broken.id, broken.title, broken.created_at) == ("KB-ZZZZ", None, None)
