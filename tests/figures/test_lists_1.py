"""What a report names one by one: late answers, visits, work orders, calls, major and open incidents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from figure_stories import OCTOBER, ZONE, Story, at, report, row, world

from itilcli.figures.book import Book
from itilcli.figures.facts import Complained, Deadline, Facts
from itilcli.figures.lists import for_customer, lists
from itilcli.figures.particulars import Approved, Particulars
from itilcli.figures.period import Period
from itilcli.figures.trail import Hold, Span
from itilcli.model.settings import Targets

NOVEMBER = Period(2026, 11, ZONE)
START = at("10-08 09:00")  # a Thursday, the first working day after the holidays
HOUR = timedelta(hours=1)
TARGETS = Targets(high="30m", low="2h")


def listed(*rows: Story | Facts, month: Period = OCTOBER, as_of: str = "11-30 09:00", **more: Any) -> dict[str, Any]:
    facts = [one.facts if isinstance(one, Story) else one for one in rows]
    return lists(Book(facts, world(as_of, **more)), month)


def visit(number: int = 0) -> Story:
    """A high fault whose visit was approved by word of mouth and began at 13:00."""
    story = Story("10-08 09:00").classified("10-08 09:00", severity="high", major=False).do("respond", "10-08 09:05")
    story.do(
        "dispatch", "10-08 09:10", decided_by="pam", reason="broken", engineer=("bob",), lead="bob",
        from_time=at("10-08 13:00"), until=at("10-08 15:00"),
    )  # fmt: skip
    return story.do("approve-verbal", "10-08 09:40", verbal_approval="dan", approval_via="phone")


@pytest.mark.covers("K2")
def test_late_answers_are_those_that_the_rate_lacks() -> None:
    rows = [
        row(1, START, type="fault", severity="high", first_response_at=START + timedelta(minutes=31)),
        row(2, START - HOUR, type="fault", severity="high", organisation="Clinic", title="dark"),  # not answered at all
        row(3, START, type="fault", severity="low", first_response_at=START + HOUR),
        row(4, START, type="fault", severity="medium"),  # no target
    ]
    late = listed(*rows, targets=TARGETS)["late_responses"]
    rate = report(rows, targets=TARGETS)["response_rate"]
    assert [(one["id"], one["target_minutes"]) for one in late] == [("INC-2", 30), ("INC-1", 30)]
    assert late[1] == {
        "id": "INC-1", "customer": None, "title": None, "severity": "high",
        "reported_at": "2026-10-08T09:00:00+08:00", "first_response_at": "2026-10-08T09:31:00+08:00",
        "target_minutes": 30, "waited_minutes": 31.0,
    }  # fmt: skip
    assert rate["denominator"] - rate["numerator"] == len(late)
    assert rate["by_severity"]["high"] == {"value": 0.0, "numerator": 0, "denominator": 2}
    plain = listed(*rows)["late_responses"]
    assert [(one["id"], one["target_minutes"]) for one in plain] == [("INC-2", None), ("INC-4", None)]
    assert report(rows)["response_rate"]["by_severity"]["medium"]["denominator"] == 1


@pytest.mark.covers("K8")
@pytest.mark.parametrize(
    ("minutes", "band"),
    [
        (0, "up_to_1_hour"), (60, "up_to_1_hour"), (61, "up_to_4_hours"), (480, "up_to_8_hours"), (481, "up_to_1_day"),
        (1441, "up_to_3_days"), (10080, "up_to_7_days"), (10081, "over_7_days"),
    ],
)  # fmt: skip
def test_a_time_to_resolve_falls_into_its_band(minutes: int, band: str) -> None:
    solved = row(1, START, spans=(Span(START + timedelta(minutes=minutes), 1),))
    found = report([solved])["time_to_resolve"]["histogram"]
    assert found[band] == 1 and sum(found.values()) == 1


@pytest.mark.covers("K12")
def test_visits_count_once_a_day_whoever_goes() -> None:
    two_days = Particulars(visits=(START, START + HOUR, at("10-09 09:00"), at("11-02 09:00")), sessions=(START,))
    found = listed(row(1, START, particulars=two_days), row(2, START, particulars=Particulars(visits=(START + HOUR,))))
    assert [(one["id"], one["arrived_at"]) for one in found["visits"]] == [
        ("INC-1", "2026-10-08T09:00:00+08:00"),
        ("INC-2", "2026-10-08T10:00:00+08:00"),
        ("INC-1", "2026-10-09T09:00:00+08:00"),
    ]
    assert found["service"] == {"visits": 3, "visited_incidents": 2, "remote_sessions": 1, "remote_incidents": 1}


def test_work_orders_are_counted_by_what_became_of_them() -> None:
    orders = (
        Approved("work-order-1", START, START + HOUR, "approved", "signed"),
        Approved("work-order-2", START, START + 3 * HOUR, "rejected", "signed"),
        Approved("work-order-3", START, withdrawn_at=START + HOUR),
        Approved("work-order-4", START, at("11-02 09:00"), "approved", "signed"),  # waited over the end
        Approved("work-order-5", START),
        Approved("work-order-6", START, START + HOUR / 2, "approved", "verbal"),
        Approved("work-order-7", at("11-02 09:00")),
    )
    found = listed(row(1, START, particulars=Particulars(approvals=orders)))["work_orders"]
    assert {name: found[name] for name in ("asked", "approved", "rejected", "withdrawn", "waiting")} == {
        "asked": 6, "approved": 2, "rejected": 1, "withdrawn": 1, "waiting": 2,
    }  # fmt: skip
    assert found["time"]["signed"]["count"] == 2
    assert found["time"]["signed"]["calendar_minutes"] == {"mean": 120.0, "p50": 60.0, "p90": 180.0}
    assert found["time"]["verbal"]["working_minutes"]["mean"] == 30.0


@pytest.mark.covers("B7")
@pytest.mark.parametrize(
    ("signed", "word", "withdrawn", "as_of", "state"),
    [
        ("10-09 18:00", "approved", None, "11-30 09:00", "on_time"),
        ("10-12 09:00", "approved", None, "11-30 09:00", "late"),
        ("10-09 09:00", "rejected", None, "11-30 09:00", "refused"),
        (None, None, None, "10-09 09:00", "waiting"),
        (None, None, None, "11-30 09:00", "overdue"),
        (None, None, "10-08 11:00", "11-30 09:00", "withdrawn"),
    ],
)
def test_a_verbal_approval_is_named_with_its_countersignature(
    signed: str | None, word: str | None, withdrawn: str | None, as_of: str, state: str
) -> None:
    order = Approved(
        "work-order-1", START, START, "approved", "verbal",
        at(signed) if signed else None, word, at(withdrawn) if withdrawn else None,
    )  # fmt: skip
    of = row(1, START, particulars=Particulars(approvals=(order,)))
    (found,) = listed(of, as_of=as_of)["verbal_approvals"]
    assert (found["state"], found["due_on"], found["form"]) == (state, "2026-10-09", "work-order-1")
    if as_of == "11-30 09:00":  # one of a month before stands again only while it is open
        assert len(listed(of, month=NOVEMBER, as_of=as_of)["verbal_approvals"]) == (state == "overdue")


@pytest.mark.covers("B7")
def test_the_steps_of_a_dispatch_make_these_lists() -> None:
    story = visit()
    assert [one["state"] for one in listed(story)["verbal_approvals"]] == ["overdue"]
    story.do("countersign", "10-09 10:00", by="dan")
    found = listed(story)
    assert [(one["form"], one["state"], one["countersigned_at"]) for one in found["verbal_approvals"]] == [
        ("work-order-1", "on_time", "2026-10-09T10:00:00+08:00")
    ]
    assert found["work_orders"]["time"]["verbal"]["calendar_minutes"]["mean"] == 30.0
    gone = visit().do("withdraw", "10-08 11:00", reason="works again")
    assert listed(gone)["work_orders"]["withdrawn"] == 1
    assert [one["state"] for one in listed(gone)["verbal_approvals"]] == ["withdrawn"]


@pytest.mark.covers("K6", "K7")
def test_follow_ups_are_told_by_how_they_went() -> None:
    happy = Story("10-08 09:00").simple("10-08 09:10").closed("10-08 09:20")
    happy.do("follow-up", "10-09 09:00", result="no_answer")
    happy.do("follow-up", "10-12 09:00", result="reached", satisfaction="5", solved=True)
    cross = Story("10-08 09:00", title="dark again").simple("10-08 09:10").closed("10-08 09:20")
    cross.do(
        "follow-up", "10-10 09:00", result="reached", satisfaction="2", solved=True, comment="slow", complaint="late"
    )
    refused = Story("10-08 09:00").simple("10-08 09:10").do("follow-up", "10-09 09:00", result="refused")
    away = Story("10-08 09:00").simple("10-08 09:10").do("follow-up", "10-09 09:00", result="no_answer")
    silent = Story("10-08 09:00").simple("10-08 09:10")
    rows = [happy, cross, refused, away, silent]
    found = listed(*rows)
    assert found["follow_ups"] == {
        "due": 5, "reached": 2, "refused": 1, "not_reached": 1, "not_called": 1,
        "calls": {"reached": 2, "no_answer": 2, "refused": 1, "wrong_number": 0},
    }  # fmt: skip
    assert found["dissatisfied"] == [
        {
            "id": cross.case.id, "customer": "First Hospital", "title": "dark again", "score": "2", "comment": "slow",
            "called_at": "2026-10-10T09:00:00+08:00", "complaint": True,
        }
    ]  # fmt: skip
    scores = report(rows)["satisfaction"]["by_score"]
    assert scores["1"] + scores["2"] == len(found["dissatisfied"])
    complained = {"text": "late", "state": "open", "recorded_at": "2026-10-10T09:00:00+08:00", "answered_at": None}
    assert [{name: one[name] for name in complained} for one in found["complaints"]] == [complained]
    assert listed(*rows, month=NOVEMBER)["complaints"] == []
    assert [one["id"] for one in listed(*rows, month=NOVEMBER)["complaints_carried"]] == [cross.case.id]
    cross.do("complaint-answer", "11-03 09:00", outcome="apologised")
    answered = listed(*rows)
    assert (answered["complaints"][0]["state"], answered["complaints"][0]["outcome"]) == ("answered", "apologised")
    assert listed(*rows, month=NOVEMBER)["complaints_carried"] == []


@pytest.mark.covers("K6")
def test_only_the_score_that_counts_is_named() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00").closed("10-05 10:30")
    story.do("follow-up", "10-07 10:00", result="reached", satisfaction="1", solved=True)
    story.do("follow-up", "10-09 10:00", result="reached", satisfaction="4", solved=True)
    assert listed(story)["dissatisfied"] == []


@pytest.mark.covers("F12", "B3")
def test_a_major_incident_is_told_in_full() -> None:
    story = Story("10-08 09:00", title="dark").classified(
        "10-08 09:00", severity="low", importance="important", urgency="urgent", major=True
    )
    story.do("notify", "10-08 09:03", to="pam").do("respond", "10-08 09:05")
    (found,) = listed(story, as_of="10-08 10:00")["major_incidents"]
    assert (found["state"], found["minutes"], found["resolved_at"], found["review_due_on"]) == (
        "open",
        60.0,
        None,
        None,
    )
    story.solved("10-08 12:00", kind="workaround")
    (found,) = listed(story, as_of="10-16 09:00")["major_incidents"]
    assert found == {
        "id": story.case.id, "customer": "First Hospital", "title": "dark", "state": "resolved", "severity": "low",
        "importance": "important", "urgency": "urgent", "reported_at": "2026-10-08T09:00:00+08:00",
        "first_response_at": "2026-10-08T09:00:00+08:00", "told_at": "2026-10-08T09:03:00+08:00", "told_instead": None,
        "tier": 1, "resolved_at": "2026-10-08T12:00:00+08:00", "minutes": 180.0, "cause": None, "cause_pending": True,
        "solution": "restarted", "reviewed_at": None, "review_due_on": "2026-10-15", "review_late": True,
    }  # fmt: skip
    story.do("review", "10-14 09:00", findings="old fuse", review_actions="new fuse")
    (found,) = listed(story)["major_incidents"]
    assert (found["reviewed_at"], found["review_late"]) == ("2026-10-14T09:00:00+08:00", False)
    assert "told_at" not in for_customer(listed(story))["major_incidents"][0]


@pytest.mark.covers("B3")
def test_an_escalation_to_the_department_manager_tells_him() -> None:
    story = Story("10-08 09:00").classified("10-08 09:00", importance="important", urgency="urgent", major=True)
    story.do("escalate", "10-08 09:02", to="department_manager", escalation_reason="major")
    (found,) = listed(story)["major_incidents"]
    assert found["told_at"] == "2026-10-08T09:02:00+08:00"


def test_a_major_incident_goes_over_into_the_next_month() -> None:
    found = row(1, START, major=True, spans=(Span(at("11-02 09:00"), 2),), tier=2)
    assert listed(found)["major_carried"] == [] and len(listed(found)["major_incidents"]) == 1
    later = listed(found, month=NOVEMBER)
    assert later["major_incidents"] == [] and [one["id"] for one in later["major_carried"]] == ["INC-1"]


@pytest.mark.covers("K10")
def test_open_incidents_stand_by_age_with_what_they_wait_for() -> None:
    story = Story("10-20 09:00", title="dark").classified("10-20 09:00").do("respond", "10-20 09:05")
    story.do("hold", "10-21 10:00", hold="supplier", reason="part on order", until=at("11-20 09:00"))
    old = row(1, at("08-01 09:00"), stage="tier2", owner="ann", holds=(Hold("customer", START, START + HOUR),))
    gone = row(2, START, spans=(Span(START + HOUR, 1),), stage="resolved")
    later = row(3, START, spans=(Span(at("11-02 09:00"), 1),), stage="closed")
    rows = [story, old, gone, later]
    found = listed(*rows)["open_incidents"]
    assert [(one["id"], one["age_days"], one["stage"]) for one in found] == [
        ("INC-1", 91, "tier2"), ("INC-3", 23, "closed"), (story.case.id, 11, "tier1"),
    ]  # fmt: skip
    assert found[0]["hold"] is None
    assert found[2]["hold"] == {
        "kind": "supplier", "since": "2026-10-21T10:00:00+08:00", "until": "2026-11-20T09:00:00+08:00",
        "reason": "part on order",
    }  # fmt: skip
    assert len(found) == report([one.facts if isinstance(one, Story) else one for one in rows])["backlog_end"]["value"]
    assert "owner" not in for_customer(listed(*rows))["open_incidents"][0]


def test_a_month_without_incidents_has_empty_lists() -> None:
    found = listed(month=NOVEMBER)
    for name in (
        "late_responses", "visits", "verbal_approvals", "dissatisfied", "complaints_carried", "major_carried",
        "open_incidents",
    ):  # fmt: skip
        assert found[name] == []
    assert not any(found["service"].values()) and found["follow_ups"]["due"] == 0
    assert found["work_orders"]["time"]["signed"]["calendar_minutes"] == {"mean": None, "p50": None, "p90": None}


def test_what_was_left_out_is_in_no_list() -> None:
    """A void incident with everything that a list could take."""
    known = Particulars(approvals=(Approved("work-order-1", START),), visits=(START,), sessions=(START,))
    void = row(
        1, START, stage="void", ended_at=START + HOUR, major=True, particulars=known,
        complaints=(Complained(START, "slow"),), follow_up=Deadline(date(2026, 10, 8), 5),
    )  # fmt: skip
    assert {name: rows for name, rows in listed(void).items() if name != "data_quality"} == {
        name: rows for name, rows in listed().items() if name != "data_quality"
    }
