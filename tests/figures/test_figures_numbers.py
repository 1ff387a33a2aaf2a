"""Each figure K1–K14 by its formula, and the identities that hold between them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from figure_stories import OCTOBER, ZONE, Story, at, report, row, spans, world
from hypothesis import given, settings
from hypothesis import strategies as st

from itilcli.errors import Refused
from itilcli.figures.facts import Call, Deadline, Facts
from itilcli.figures.measures import percentile
from itilcli.figures.period import Period
from itilcli.figures.report import monthly
from itilcli.figures.table import FIGURES
from itilcli.figures.trail import Hold, Span
from itilcli.model.codes import CATEGORY, CHANNEL, SEVERITY, TYPE
from itilcli.model.onsite import Checked
from itilcli.model.settings import Hours, Settings, Targets
from itilcli.model.work_order import Approval, WorkOrder

START = at("10-08 09:00")  # a Thursday, the first working day after the holidays


def solved(number: int, minutes: int = 60, **values: object) -> Facts:
    return row(number, START, spans=(Span(START + timedelta(minutes=minutes), 1),), first_response_at=START, **values)


@pytest.mark.covers("K1", "K3")
def test_every_breakdown_adds_up_to_the_total() -> None:
    stories = [
        Story("10-01 09:00").classified("10-01 09:00"),
        Story("10-02 09:00", channel="im", organisation="Clinic").classified("10-02 09:00", "consultation", None),
        Story("10-03 09:00").classified("10-03 09:00", "security", "high"),
        Story("10-04 09:00", channel="web"),
    ]
    figures = report(stories)
    total = figures["incidents_total"]
    assert total["value"] == 4
    assert total["by_type"] == {"consultation": 1, "fault": 1, "security": 1, "unclassified": 1}
    assert total["by_category"] == {
        "server_hardware": 0,
        "application": 1,
        "terminal": 0,
        "not_applicable": 2,
        "unclassified": 1,
    }
    assert total["by_channel"] == {"hotline": 2, "email": 0, "im": 1, "web": 1, "in_person": 0, "other": 0}
    assert total["by_customer"] == {"Clinic": 1, "First Hospital": 3}
    assert figures["by_severity"] == {"high": 1, "medium": 0, "low": 1, "not_applicable": 1, "unclassified": 1}
    assert figures["by_priority"] == {"high": 0, "medium": 0, "low": 3, "unclassified": 1}


@pytest.mark.covers("K2")
def test_the_response_rate_takes_targets_in_working_hours_by_severity_and_channel() -> None:
    targets = Targets(high="30m", low="2h", consultation="1h")
    rows = [
        row(1, START, channel="hotline", type="fault", severity="high", first_response_at=START),
        row(2, START, channel="email", type="fault", severity="high", first_response_at=START + timedelta(minutes=31)),
        row(3, at("10-09 17:30"), channel="email", type="fault", severity="low", first_response_at=at("10-12 10:00")),
        row(4, START, channel="email", type="fault", severity="medium", first_response_at=START),
        row(5, START, channel="im", type="consultation", first_response_at=START + timedelta(minutes=61)),
        row(6, START, channel="im"),
    ]
    found = report(rows, targets=targets)["response_rate"]
    assert (found["labelled"], found["without_target"]) == ("in_time", 1)
    assert (found["value"], found["numerator"], found["denominator"]) == (2 / 5, 2, 5)
    assert found["by_channel"]["email"] == {"value": 0.5, "numerator": 1, "denominator": 2}
    assert found["by_channel"]["web"]["value"] is None
    plain = report(rows)["response_rate"]
    assert (plain["labelled"], plain["numerator"], plain["denominator"]) == ("answered", 5, 6)


@pytest.mark.covers("K2")
def test_hours_that_overlap_are_refused_not_guessed() -> None:
    desk = replace(world(), settings=Settings(working_hours=Hours(("09:00-12:00", "11:00-18:00"))))
    with pytest.raises(Refused) as refused:
        monthly([], OCTOBER, desk, at("11-30 09:00"))
    assert refused.value.problems[0].code == "E-desk-hours"


@pytest.mark.covers("K4", "K5")
def test_the_tier_that_fixed_it_counts_not_the_one_that_closed_it() -> None:
    up = {"to": "tier2", "escalation_reason": "unresolved", "tried": "restart", "assignee": "rui"}
    first = Story("10-08 09:00").simple("10-08 09:20")
    second = (
        Story("10-08 09:00").classified("10-08 09:00").do("respond", "10-08 09:05").do("escalate", "10-08 09:30", **up)
    )
    second.solved("10-09 09:00", by="rui").closed("10-09 10:00")
    back = (
        Story("10-08 09:00").classified("10-08 09:00").do("respond", "10-08 09:05").do("escalate", "10-08 09:30", **up)
    )
    back.do("return", "10-08 10:00", by="rui", reason="known").solved("10-08 11:00")
    figures = report([first, second, back])
    assert figures["resolved_by_tier"] == {"1": 2, "2": 1, "3": 0}
    assert figures["tier_rate"]["2"] == {"value": 1 / 3, "numerator": 1, "denominator": 3}
    assert figures["handled_rate"]["1"] == {"value": 2 / 3, "numerator": 2, "denominator": 3}
    assert figures["handled_rate"]["2"] == {"value": 1 / 2, "numerator": 1, "denominator": 2}
    assert figures["handled_rate"]["3"]["value"] is None
    assert figures["first_contact_rate"] == {"value": 1 / 3, "numerator": 1, "denominator": 3}


@pytest.mark.covers("K5")
@pytest.mark.parametrize(
    "spoilt",
    [
        {"tiers": (1, 2)},
        {"visited": True},
        {"holds": (Hold("customer", START, START + timedelta(minutes=5)),)},
        {"first_response_at": None},
        {"spans": (Span(START + timedelta(minutes=61), 1),)},
        {"spans": (Span(START, 2),)},
        {"spans": (Span(START, 1, derived=True),)},
        {"spans": (Span(START, 1, undone_at=START), Span(START, 1))},
    ],
)
def test_only_the_reporting_contact_is_a_first_contact(spoilt: dict[str, object]) -> None:
    assert report([solved(1)])["first_contact_rate"]["numerator"] == 1
    assert report([replace(solved(1), **spoilt)])["first_contact_rate"]["numerator"] == 0


@pytest.mark.covers("K6", "K7", "F32")
def test_satisfaction_its_coverage_and_follow_ups_on_time() -> None:
    due = Deadline(date(2026, 10, 8), 5)  # due on 2026-10-15

    def called(number: int, day: str, result: str = "reached", score: int | None = 4, done: bool = True) -> Facts:
        when = at(f"{day} 10:00")
        follow_up = replace(due, done_on=when.date() if done else None)
        return solved(number, calls=(Call(when, result, score),), follow_up=follow_up)

    rows = [
        called(1, "10-15"),
        called(2, "10-16", score=5),
        called(3, "10-14", score=3),
        called(4, "10-13", "refused", None),
        called(5, "10-13", "no_answer", None, done=False),
        solved(6, follow_up=due),
    ]
    figures = report(rows)
    assert figures["follow_up_on_time"] == {"value": 3 / 6, "numerator": 3, "denominator": 6}
    found = figures["satisfaction"]
    assert (found["value"], found["numerator"], found["denominator"], found["mean"]) == (2 / 3, 2, 3, 4.0)
    assert (found["coverage"], found["coverage_numerator"], found["coverage_denominator"]) == (0.5, 3, 6)
    assert found["by_score"] == {"5": 1, "4": 1, "3": 1, "2": 0, "1": 0}
    assert report(rows, as_of="10-15 23:59")["follow_up_on_time"]["denominator"] == 4


@pytest.mark.covers("K8")
def test_only_waiting_for_the_customer_and_an_agreed_date_is_taken_out() -> None:
    def held(kind: str, begin: str, end: str | None) -> Hold:
        return Hold(kind, at(begin), at(end) if end else None)

    holds = (held("customer", "10-08 10:00", "10-08 11:00"), held("supplier", "10-08 14:00", "10-08 16:00"),
             held("agreed_date", "10-09 09:00", None))  # fmt: skip
    figures = report([row(1, START, spans=(Span(at("10-09 12:00"), 1),), holds=holds)])["time_to_resolve"]
    assert figures["calendar_minutes"]["mean"] == 27 * 60 - 60 - 180
    assert figures["working_minutes"]["mean"] == (7.5 + 3) * 60 - 60 - 180
    assert figures["waiting"]["supplier"] == {"count": 1, "calendar_minutes": 120.0, "working_minutes": 120.0}
    assert figures["waiting"]["customer"]["calendar_minutes"] == 60
    assert figures["waiting"]["problem"]["count"] == 0


@pytest.mark.covers("K8")
def test_holds_come_out_of_the_history() -> None:
    story = Story("10-08 09:00").classified("10-08 09:00").do("respond", "10-08 09:00")
    story.do("hold", "10-08 10:00", hold="customer", reason="absent").do("resume", "10-08 11:00")
    story.do("hold", "10-08 14:00", hold="supplier", reason="part").solved("10-08 16:00")
    assert story.facts.holds == (
        Hold("customer", at("10-08 10:00"), at("10-08 11:00")), Hold("supplier", at("10-08 14:00"), at("10-08 16:00")),
    )  # fmt: skip
    assert report([story])["time_to_resolve"]["calendar_minutes"]["p90"] == 6 * 60


@pytest.mark.covers("K8")
def test_percentiles_by_nearest_rank_are_times_that_occurred() -> None:
    assert [percentile([1, 2, 3, 4], share) for share in (0, 1, 25, 26, 50, 90, 100)] == [1, 1, 1, 2, 2, 4, 4]
    assert percentile([], 50) is None and percentile([7.25], 90) == 7.2


@pytest.mark.covers("K9")
def test_the_first_promise_decides_and_the_contract_goes_before_all() -> None:
    before, after = START, START + timedelta(hours=2)
    rows = [
        solved(1),
        solved(2, expected_by=before),
        solved(3, expected_by=before, agreed=(after,)),
        solved(4, expected_by=after, agreed=(before, after)),
        solved(5, expected_by=before, agreed=(before,), due_at=after),
        solved(6, expected_by=START + timedelta(hours=1)),
    ]
    found = report(rows)["resolution_on_time"]
    assert (found["value"], found["numerator"], found["denominator"]) == (3 / 5, 3, 5)
    assert found["by_promise"]["agreed"] == {"value": 0.5, "numerator": 1, "denominator": 2}


@pytest.mark.covers("K9", "F22")
def test_agreements_keep_their_order() -> None:
    story = Story("10-08 09:00").classified("10-08 09:00").do("respond", "10-08 09:00")
    story.do("agree", "10-08 10:00", until=at("10-09 12:00"), reason="part").do(
        "agree", "10-09 10:00", until=at("10-12 12:00"), reason="late"
    )
    assert story.facts.agreed == (at("10-09 12:00"), at("10-12 12:00"))
    assert report([story.solved("10-12 11:00")])["resolution_on_time"]["numerator"] == 0


@pytest.mark.covers("K12")
def test_on_site_remote_and_by_phone_are_all_there_is() -> None:
    rows = [solved(1, visited=True, remote=True), solved(2, remote=True), solved(3), solved(4)]
    figures = report(rows)
    assert (figures["onsite_rate"]["value"], figures["remote_rate"]["value"]) == (0.25, 0.25)
    session = {"consent_by": "Li", "tool": "x", "actions": "restart", "solved": True}
    story = Story("10-08 09:00").classified("10-08 09:00").do("remote", "10-08 09:10", **session).solved("10-08 09:30")
    assert report([story])["remote_rate"]["numerator"] == 1


@pytest.mark.covers("K12", "K5")
def test_a_visit_is_told_by_its_form() -> None:
    story = Story("10-08 09:00").classified("10-08 09:00", severity="high", major=False).do("respond", "10-08 09:05")
    story.do(
        "dispatch", "10-08 09:10", decided_by="pam", reason="broken", engineer=("bob",), lead="bob",
        from_time=at("10-08 13:00"), until=at("10-08 15:00"),
    )  # fmt: skip
    story.do("approve", "10-08 09:20", by="dan")
    checklist = {"all": Checked("ready", "1")}
    story.do(
        "visit-plan",
        "10-08 09:30",
        appointment=at("10-08 13:00"),
        place="ward 3",
        visit_contact="Li",
        checklist=checklist,
    )
    assert not story.facts.visited
    story.do("visit-start", "10-08 13:00", by="bob", performed_by=("bob",))
    done = {"diagnosis": "replacement", "cause": "fuse", "solved": True, "signed_by": "Li"}
    story.do("visit-finish", "10-08 14:00", by="bob", **done).do("backup", "10-08 14:00", by="bob", backup="disk 1")
    figures = report([story.solved("10-08 14:00", by="bob")])
    assert figures["onsite_rate"]["numerator"] == 1 and figures["remote_rate"]["numerator"] == 0
    assert figures["first_contact_rate"]["numerator"] == 0


@pytest.mark.covers("K13", "B4", "B22")
def test_broken_rules_count_under_the_numbers_of_the_procedures_table() -> None:
    up = {"to": "tier2", "escalation_reason": "unresolved", "tried": "restart", "assignee": "rui"}
    hasty = Story("10-08 09:00").classified("10-08 09:00").do("escalate", "10-08 09:30", **up)
    hasty.solved("10-09 09:00", by="rui", kind="workaround")
    hasty.do("follow-up", "10-10 09:00", result="reached", satisfaction="4", solved=True)
    assert hasty.facts.broken == ("B4", "B22") and hasty.facts.root_cause_pending
    good = Story("10-08 09:00").simple("10-08 09:10").do("follow-up", "10-09 09:00", result="refused")
    found = report([hasty, good])["nonconformity"]
    assert found == {"value": 0.5, "numerator": 1, "denominator": 2, "by_rule": {"B4": 1, "B22": 1}}


@pytest.mark.covers("K13", "B19")
def test_a_late_follow_up_breaks_b19_only_once_it_is_late() -> None:
    story = Story("10-08 09:00").simple("10-08 09:10")
    assert report([story], as_of="10-15 23:59")["nonconformity"]["by_rule"] == {}
    assert report([story], as_of="10-16 00:00")["nonconformity"]["by_rule"] == {"B19": 1}
    story.do("follow-up", "10-16 10:00", result="reached", satisfaction="5", solved=True)
    assert report([story])["nonconformity"]["by_rule"] == {"B19": 1}


@pytest.mark.covers("K13", "B7")
@pytest.mark.parametrize(
    ("countersigned", "broken"),
    [
        (None, True),
        (Approval("signed", "dan", at("10-09 18:00"), "approved"), False),
        (Approval("signed", "dan", at("10-12 09:00"), "approved"), True),
        (Approval("signed", "dan", at("10-09 09:00"), "rejected"), True),
    ],
)
def test_late_and_refused_countersignatures_break_b7(countersigned: Approval | None, broken: bool) -> None:
    story = Story("10-08 09:00").simple("10-08 09:10").do("follow-up", "10-09 09:00", result="refused")
    order = WorkOrder(
        approval=Approval("verbal", "dan", START, "approved", method="phone"), countersigned=countersigned
    )
    story.case = story.case.put("work-order-1", order)
    assert report([story])["nonconformity"]["by_rule"] == ({"B7": 1} if broken else {})


@pytest.mark.covers("K14")
def test_change_on_last_month_and_last_year() -> None:
    months = {(2025, 10): 4, (2026, 9): 2, (2026, 10): 3}
    rows = [row(place, Period(*month, ZONE).start) for month, count in months.items() for place in range(count)]
    figures = report(rows)
    assert figures["change_last_month"] == {"value": 0.5, "numerator": 1, "denominator": 2}
    assert figures["change_last_year"] == {"value": -0.25, "numerator": -1, "denominator": 4}
    nothing = report(rows, Period(2026, 8, ZONE))
    assert nothing["change_last_month"] == {"value": None, "numerator": 0, "denominator": 0}
    assert nothing["change_last_year"] == {"value": None, "numerator": None, "denominator": None}


def test_the_table_names_every_figure_once_and_covers_every_number() -> None:
    assert {figure.number for figure in FIGURES} == {f"K{number}" for number in range(1, 15)}
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)


MOMENTS = st.integers(0, 150 * 24 * 60).map(lambda minutes: at("08-01 00:00") + timedelta(minutes=minutes))
ROWS = st.lists(
    st.builds(
        lambda start, gaps, ended, codes: Facts(
            "INC", reported_at=start, spans=spans(start, *gaps),
            ended_at=start if ended else None, stage="void" if ended else "",
            organisation=codes[0], type=codes[1], category=codes[2], channel=codes[3], severity=codes[4],
        ),
        MOMENTS,
        st.lists(st.integers(0, 60 * 24 * 60), max_size=6),
        st.booleans(),
        st.tuples(*(st.sampled_from([None, *codes]) for codes in (("甲", "乙"), TYPE, CATEGORY, CHANNEL, SEVERITY))),
    ),
    max_size=12,
)  # fmt: skip


@pytest.mark.covers("K1", "K3", "K4", "K5", "K10", "K11")
@settings(max_examples=80, deadline=None)
@given(ROWS, st.integers(8, 11))
def test_the_identities_hold_for_any_rows(rows: list[Facts], number: int) -> None:
    figures = report(rows, Period(2026, number, ZONE), as_of="12-31 23:00")
    total = figures["incidents_total"]["value"]
    for name in ("by_type", "by_category", "by_channel", "by_customer"):
        assert sum(figures["incidents_total"][name].values()) == total
    assert sum(figures["by_severity"].values()) == sum(figures["by_priority"].values()) == total
    solutions = sum(figures["resolved_by_tier"].values())
    assert sum(rate["numerator"] for rate in figures["tier_rate"].values()) == solutions
    assert {rate["denominator"] for rate in figures["tier_rate"].values()} == {solutions}
    assert solutions == 0 or abs(sum(rate["value"] for rate in figures["tier_rate"].values()) - 1) < 1e-9
    assert figures["backlog_end"]["value"] == (
        figures["backlog_start"]["value"] + total - figures["resolutions"]["value"] + figures["reopenings"]["value"]
    )
    assert sum(figures["backlog_end"]["ageing"].values()) == figures["backlog_end"]["value"]
    assert figures["reopen_rate"]["numerator"] == figures["reopenings"]["value"]


@settings(max_examples=30, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_report_does_not_depend_on_the_order_of_rows_and_is_plain_data(rows: list[Facts], shuffle: object) -> None:
    def written(some: list[Facts]) -> str:
        return json.dumps(monthly(some, OCTOBER, world(), at("11-30 09:00")), ensure_ascii=False)

    rows = [replace(row, id=f"INC-{number}") for number, row in enumerate(rows)]
    mixed = list(rows)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert written(rows) == written(mixed)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_the_trend_tells_the_same_totals_as_each_months_report(rows: list[Facts]) -> None:
    months = monthly(rows, OCTOBER, world(), at("11-30 09:00"))["trend"]["months"]
    for line in months:
        year, number = map(int, line["month"].split("-"))
        figures = report(rows, Period(year, number, ZONE))
        assert line["incidents_total"] == figures["incidents_total"]["value"]
        assert line["backlog_end"] == figures["backlog_end"]["value"]
        assert line["resolved"] == sum(figures["resolved_by_tier"].values())
        assert (line["resolutions"], line["reopenings"]) == (
            figures["resolutions"]["value"],
            figures["reopenings"]["value"],
        )
