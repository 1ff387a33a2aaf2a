"""What a report names one by one: reopenings, workarounds, hand-overs, knowledge, gaps, and every incident."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from figure_stories import OCTOBER, ZONE, Story, at, row, world

from itilcli.figures.book import Book
from itilcli.figures.facts import Facts
from itilcli.figures.lists import INTERNAL, for_customer, lists
from itilcli.figures.particulars import Article, HandOff, Particulars
from itilcli.figures.period import Period
from itilcli.figures.trail import Hold, Span
from itilcli.workdays import WorkCalendar

NOVEMBER = Period(2026, 11, ZONE)
START = at("10-08 09:00")
HOUR = timedelta(hours=1)


def book(*rows: Story | Facts, as_of: str = "11-30 09:00", articles: tuple[Article, ...] = ()) -> Book:
    return Book((one.facts if isinstance(one, Story) else one for one in rows), world(as_of), None, articles)


def listed(of: Book, month: Period = OCTOBER) -> dict[str, Any]:
    return lists(of, month)


def solved(number: int, begin: Any = START, **particulars: Any) -> Facts:
    return row(number, begin, spans=(Span(begin + HOUR, 1),), particulars=Particulars(**particulars))


@pytest.mark.covers("K11")
def test_a_reopening_stands_in_its_own_month_with_its_reason_and_what_was_solved_before() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00").do("reopen", "11-04 09:00", reason="dark again")
    of = book(story.solved("11-05 09:00"))
    assert listed(of)["reopened"] == []
    assert listed(of, NOVEMBER)["reopened"] == [
        {
            "id": story.case.id,
            "customer": "First Hospital",
            "title": "no light",
            "resolved_at": "2026-10-05T10:00:00+08:00",
            "reopened_at": "2026-11-04T09:00:00+08:00",
            "reason": "dark again",
        }
    ]


@pytest.mark.covers("B22")
def test_a_workaround_stays_in_the_list_until_its_root_cause_is_found() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00", kind="workaround")
    known = Story("10-06 09:00").simple("10-06 10:00")
    of = book(story, known)
    assert [(one["id"], one["in_period"]) for one in listed(of)["workarounds"]] == [(story.case.id, True)]
    assert [(one["id"], one["in_period"]) for one in listed(of, NOVEMBER)["workarounds"]] == [(story.case.id, False)]
    assert listed(of, Period(2026, 9, ZONE))["workarounds"] == []


def test_hand_overs_are_those_of_the_incidents_solved_in_the_period_by_process() -> None:
    of = book(
        solved(1, hand_offs=(HandOff("change", "normal", "CHG-1"), HandOff("configuration", None, "PC-1", False))),
        solved(2, hand_offs=(HandOff("problem", "recurring", "PRB-1"),)),
        solved(3, at("11-02 09:00"), hand_offs=(HandOff("problem", "recurring", "PRB-2"),)),
        row(4, START, particulars=Particulars(hand_offs=(HandOff("problem", "significant", "PRB-3"),))),
    )
    found = listed(of)["hand_offs"]
    assert found["counts"] == {"problem": 1, "change": 1, "configuration": 1}
    assert found["rows"] == [
        {"id": "INC-2", "process": "problem", "kind": "recurring", "ref": "PRB-1", "done": None},
        {"id": "INC-1", "process": "change", "kind": "normal", "ref": "CHG-1", "done": None},
        {"id": "INC-1", "process": "configuration", "kind": None, "ref": "PC-1", "done": False},
    ]


def test_the_knowledge_base_gives_and_receives() -> None:
    articles = (
        Article("KB-AAAA", "Restart", "published", at("10-20 09:00"), ("INC-1",)),
        Article("KB-BBBB", "Old one", "published", at("09-30 23:59")),
    )
    of = book(
        solved(1, consulted=("KB-BBBB",), article="KB-AAAA"),
        solved(2, consulted=("KB-BBBB", "KB-CCCC")),
        solved(3),
        # Reported in September, with a session in October; not solved.
        row(4, at("09-20 09:00"), particulars=Particulars(consulted=("KB-CCCC",), sessions=(at("10-02 09:00"),))),
        # Neither reported nor worked on in October.
        row(5, at("09-20 09:00"), particulars=Particulars(consulted=("KB-AAAA",), sessions=(at("09-21 09:00"),))),
        articles=articles,
    )
    found = listed(of)["knowledge"]
    assert [one["id"] for one in found["added"]] == ["KB-AAAA"]
    assert found["used"] == [
        {"id": "KB-BBBB", "title": "Old one", "count": 2},
        {"id": "KB-CCCC", "title": None, "count": 2},
    ]
    assert found["consulted"] == {"value": 2 / 3, "numerator": 2, "denominator": 3}
    assert found["submitted"] == {"value": 1 / 3, "numerator": 1, "denominator": 3}
    assert [(one["id"], one["article"]) for one in found["submissions"]] == [("INC-1", "KB-AAAA")]


@pytest.mark.covers("K13")
def test_nonconformities_name_the_incidents_of_each_rule_in_the_order_of_the_rules() -> None:
    of = book(
        replace(solved(2), broken=("B13", "B4")),
        replace(solved(1), broken=("B4",)),
        replace(solved(3, at("11-02 09:00")), broken=("B8",)),
    )
    found = listed(of)["nonconformities"]
    assert list(found.items()) == [("B4", ["INC-1", "INC-2"]), ("B13", ["INC-2"])]


def test_data_quality_counts_each_gap_out_of_how_many_and_names_the_incidents() -> None:
    late = Story("10-30 09:00", recorded="11-05 14:00")
    of = book(
        late,
        replace(
            solved(1), type="fault", category="application", severity="low", importance="normal", priority="low",
            channel="im", organisation="Clinic", first_response_at=START, due_at=START,
        ),
        replace(solved(2), imported=True, spans=(Span(START + HOUR, None, derived=True),)),
    )  # fmt: skip
    found = listed(of)["data_quality"]
    gaps = {one["name"]: (one["count"], one["of"], one["incidents"]) for one in found["gaps"]}
    unclassified = (2, 3, ["INC-2", late.case.id])
    assert gaps == {
        "type": unclassified,
        "category": unclassified,
        "severity": unclassified,
        "priority": unclassified,
        "channel": (1, 3, ["INC-2"]),
        "customer": (1, 3, ["INC-2"]),
        "first_response": (1, 3, ["INC-2"]),
        "imported": (1, 3, ["INC-2"]),
        "tier": (1, 2, ["INC-2"]),
        "derived": (1, 2, ["INC-2"]),
        "no_promise": (1, 2, ["INC-2"]),
    }
    assert found["late_entries"] == {"count": 1, "incidents": [late.case.id]}
    assert listed(of, NOVEMBER)["data_quality"]["late_entries"] == {"count": 0, "incidents": []}


def test_a_year_without_a_calendar_is_named_and_one_with_a_file_is_not() -> None:
    december = Period(2026, 12, ZONE)
    story = Story("12-30 09:00").simple("12-30 10:00")
    none = book(story, as_of="12-31 23:00")
    assert listed(none, december)["data_quality"]["calendar_missing"] == [2026, 2027]
    known = WorkCalendar({2026: {at("10-01 00:00").date(): True}})
    one = Book([story.facts], replace(world("12-31 23:00"), calendar=known))
    assert listed(one, december)["data_quality"]["calendar_missing"] == [2027]


def test_the_appendix_holds_whatever_a_figure_of_the_period_counts() -> None:
    before = at("09-10 09:00")
    rows = [
        row(1, START),  # reported
        row(2, before, spans=(Span(START, 2),), tiers=(1, 2), visited=True),  # solved
        row(3, before, spans=(Span(before, 1, undone_at=START),), holds=(Hold("supplier", START),)),  # reopened
        row(4, before),  # open at the end
        row(5, before, spans=(Span(at("11-02 09:00"), 1),)),  # open at the end, solved since
        row(6, before, spans=(Span(before + HOUR, 1),)),  # over long ago
        row(7, at("11-01 00:00")),  # of the next month
    ]
    called = Story("09-28 09:00").simple("09-28 10:00").closed("09-28 11:00")
    called.do("follow-up", "10-09 10:00", result="reached", satisfaction="4", solved=True)
    found = {one["id"]: one for one in listed(book(called, *rows))["incidents"]}
    assert sorted(found) == sorted([called.case.id, *(f"INC-{number}" for number in range(1, 6))])
    assert (found["INC-2"]["tier"], found["INC-2"]["handled"], found["INC-2"]["visited"]) == ("2", [1, 2], True)
    assert found["INC-3"]["solutions"] == [["2026-09-10T09:00:00+08:00", "2026-10-08T09:00:00+08:00", "1"]]
    assert found["INC-3"]["tier"] is None and found["INC-3"]["holds"] == [["supplier", START.isoformat(), None]]
    assert found["INC-5"]["resolved_at"] == "2026-11-02T09:00:00+08:00"
    assert (found[called.case.id]["satisfaction"], found[called.case.id]["scores"]) == (4, [4])
    assert found[called.case.id]["followed_up_on"] == "2026-10-09"


def test_every_list_is_plain_data_also_of_a_month_without_incidents() -> None:
    for of in (book(), book(Story("10-05 09:00").simple("10-05 10:00"))):
        found = listed(of)
        assert json.loads(json.dumps(found)) == found
    assert listed(book())["incidents"] == []


def test_a_customers_own_lists_hold_nothing_internal() -> None:
    found = listed(book(replace(solved(1), broken=("B4",))))
    kept = for_customer(found)
    assert not INTERNAL & set(kept)
    assert "broken" in found["incidents"][0] and "broken" not in kept["incidents"][0]
