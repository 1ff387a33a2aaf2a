"""The edge cases of §6, each told as a story."""

from __future__ import annotations

from datetime import date

import pytest
from figure_stories import OCTOBER, ZONE, Story, at, imported, report, row, spans

from itilcli.errors import Refused
from itilcli.figures.period import Period, parse_month
from itilcli.figures.report import cut_off, monthly
from itilcli.model.incident import Resolution
from itilcli.model.settings import Targets
from itilcli.procedure.s5_14_follow_up import WITHIN_DAYS

NOVEMBER = Period(2026, 11, ZONE)


@pytest.mark.covers("K1", "K2", "K5", "K6", "K7", "K9", "K11", "K12", "K13", "K14")
def test_a_month_of_none_gives_null_and_never_a_number() -> None:
    figures = report([])
    assert figures["incidents_total"]["value"] == 0
    for name in (
        "response_rate", "first_contact_rate", "satisfaction", "follow_up_on_time", "resolution_on_time", "reopen_rate",
        "onsite_rate", "remote_rate", "nonconformity",
    ):  # fmt: skip
        assert (figures[name]["value"], figures[name]["numerator"], figures[name]["denominator"]) == (None, 0, 0), name
    assert figures["satisfaction"]["mean"] is None and figures["satisfaction"]["coverage"] is None
    assert {rate["value"] for rate in figures["tier_rate"].values()} == {None}
    assert figures["time_to_respond"]["calendar_minutes"] == {"mean": None, "p50": None, "p90": None}
    assert figures["change_last_month"] == {"value": None, "numerator": None, "denominator": None}


@pytest.mark.covers("K1")
@pytest.mark.parametrize(
    ("reported", "month"),
    [
        ("2026-10-31T23:59:59+08:00", "2026-10"),
        ("2026-11-01T00:00:00+08:00", "2026-11"),
        ("2026-10-31T15:59:59Z", "2026-10"),
        ("2026-10-31T16:30:00Z", "2026-11"),
        ("2026-09-30T16:30:00Z", "2026-10"),
    ],
)
def test_the_desks_midnight_parts_the_months(reported: str, month: str) -> None:
    story = Story(reported)
    counted = {str(one): report([story], one)["incidents_total"]["value"] for one in (OCTOBER, NOVEMBER)}
    assert counted == {"2026-10": int(month == "2026-10"), "2026-11": int(month == "2026-11")}


@pytest.mark.covers("K10")
def test_open_over_the_months_end_is_backlog_and_is_solved_in_the_next_month() -> None:
    stories = [Story("10-20 09:00").simple("11-03 10:00"), Story("09-01 09:00"), Story("10-31 09:00")]
    october, november = report(stories), report(stories, NOVEMBER, "12-01 09:00")
    assert (october["backlog_start"]["value"], october["backlog_end"]["value"]) == (1, 3)
    assert october["backlog_end"]["ageing"] == {
        "up_to_7_days": 1,
        "8_to_30_days": 1,
        "31_to_90_days": 1,
        "over_90_days": 0,
    }
    assert october["backlog_end"]["oldest_days"] == 60
    assert (november["backlog_start"]["value"], november["backlog_end"]["value"]) == (3, 2)
    assert (sum(october["resolved_by_tier"].values()), sum(november["resolved_by_tier"].values())) == (0, 1)


@pytest.mark.covers("K10", "K11", "K4")
def test_resolved_reopened_and_resolved_again_within_a_month_counts_once_in_s_and_twice_in_resolutions() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00").do("reopen", "10-06 09:00", reason="again")
    still_open = report([story])
    assert (still_open["backlog_end"]["value"], sum(still_open["resolved_by_tier"].values())) == (1, 0)
    figures = report([story.solved("10-08 09:00")])
    assert sum(figures["resolved_by_tier"].values()) == 1
    assert (figures["resolutions"]["value"], figures["reopenings"]["value"], figures["backlog_end"]["value"]) == (
        2,
        1,
        0,
    )
    assert figures["reopen_rate"] == {"value": 0.5, "numerator": 1, "denominator": 2}
    assert figures["first_contact_rate"]["numerator"] == 0
    assert figures["time_to_resolve"]["calendar_minutes"]["mean"] == 3 * 24 * 60


@pytest.mark.covers("K10", "K11")
def test_a_reopening_in_the_next_month_takes_the_solution_back_but_not_the_backlog_of_then() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00")
    before = report([story])
    story.do("reopen", "11-04 09:00", reason="again")
    after = report([story])
    assert (sum(before["resolved_by_tier"].values()), sum(after["resolved_by_tier"].values())) == (1, 0)
    assert (after["resolutions"]["value"], after["backlog_end"]["value"]) == (1, 0)
    november = report([story], NOVEMBER, "12-01 09:00")
    assert (november["reopenings"]["value"], november["backlog_end"]["value"]) == (1, 1)
    assert november["reopen_rate"] == {"value": None, "numerator": 1, "denominator": 0}


@pytest.mark.covers("K3")
def test_regraded_later_counts_as_graded_at_the_cut_off() -> None:
    story = Story("10-05 09:00").classified("10-05 09:05", severity="low")
    assert report([story])["by_severity"]["low"] == 1
    story.do("classify", "11-02 09:00", severity="high", importance="important", urgency="urgent", reason="grave")
    figures = report([story])
    assert (figures["by_severity"]["low"], figures["by_severity"]["high"], figures["by_priority"]["high"]) == (0, 1, 1)


@pytest.mark.covers("K1", "F2")
def test_a_late_entry_counts_in_the_month_it_was_reported() -> None:
    story = Story("10-30 09:00", recorded="11-05 14:00")
    assert report([story])["incidents_total"]["value"] == 1
    assert report([story], NOVEMBER, "12-01 09:00")["incidents_total"]["value"] == 0


@pytest.mark.covers("K10", "B24", "B27")
def test_merged_duplicates_and_void_cases_stand_in_no_figure_but_are_listed() -> None:
    kept = Story("10-05 09:00").simple("10-05 10:00")
    twin = Story("10-05 09:01").do("merge", "10-05 11:00", into=kept.case.id, reason="twice")
    wrong = Story("10-06 09:00", channel="email").do("void", "11-02 09:00", reason="a test call")
    figures = report([kept, twin, wrong])
    assert figures["incidents_total"]["value"] == 1 and figures["incidents_total"]["by_channel"]["email"] == 0
    assert figures["backlog_end"]["value"] == 0
    assert figures["merged"] == {"value": 1, "incidents": [twin.case.id]}
    assert figures["voided"] == {"value": 0, "incidents": []}
    assert report([kept, twin, wrong], NOVEMBER)["voided"] == {"value": 1, "incidents": [wrong.case.id]}
    assert report([kept, twin, wrong], as_of="11-01 09:00")["incidents_total"]["value"] == 2


@pytest.mark.covers("K6", "F32")
def test_of_two_ratings_of_one_solution_the_months_last_counts() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00").closed("10-06 10:00")
    story.do("follow-up", "10-07 10:00", result="reached", satisfaction="2", solved=True)
    assert report([story])["satisfaction"]["numerator"] == 0
    story.do("follow-up", "10-09 10:00", result="reached", satisfaction="5", solved=True)
    story.do("follow-up", "11-02 10:00", result="reached", satisfaction="1", solved=True)
    found = report([story])["satisfaction"]
    assert (found["value"], found["numerator"], found["denominator"], found["mean"]) == (1.0, 1, 1, 5.0)
    assert report([story], NOVEMBER, "12-01 09:00")["satisfaction"]["mean"] == 1.0


@pytest.mark.covers("K6")
def test_a_solution_after_a_reopening_is_rated_anew() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00").closed("10-06 10:00")
    story.do("follow-up", "10-07 10:00", result="reached", satisfaction="2", solved=False)
    story.do("reopen", "10-07 11:00", reason="unsolved").solved("10-08 10:00")
    story.do("follow-up", "10-09 10:00", result="reached", satisfaction="4", solved=True)
    found = report([story])["satisfaction"]
    assert (found["numerator"], found["denominator"], found["mean"]) == (1, 2, 3.0)


@pytest.mark.covers("K2", "K8")
def test_without_a_first_response_it_is_unanswered_once_its_deadline_has_passed() -> None:
    targets = Targets(low="2h")
    story = Story("10-08 09:00", channel="email").classified("10-08 09:00")
    running = report([story], as_of="10-08 10:30", targets=targets)["response_rate"]
    assert (running["value"], running["denominator"]) == (None, 0)
    late = report([story], targets=targets)
    assert (late["response_rate"]["value"], late["response_rate"]["denominator"]) == (0.0, 1)
    assert late["time_to_respond"]["count"] == 0
    assert report([story])["response_rate"]["labelled"] == "answered"


@pytest.mark.covers("K8", "K5")
def test_a_first_response_after_the_solution_makes_no_negative_time() -> None:
    odd = row(1, at("10-08 09:00"), first_response_at=at("10-08 15:00"), spans=spans(at("10-08 09:00"), 60))
    figures = report([odd])
    assert figures["time_to_respond"]["calendar_minutes"]["mean"] == 360
    assert figures["time_to_resolve"]["calendar_minutes"]["mean"] == 60
    early = report([row(2, at("10-08 09:00"), first_response_at=at("10-08 08:00"))])
    assert early["time_to_respond"]["calendar_minutes"]["mean"] == 0


@pytest.mark.covers("K4", "K8", "K13")
def test_an_imported_case_without_a_solution_counts_as_solved_when_it_was_closed() -> None:
    reported = {"reported_at": "2026-10-05T09:00:00+08:00", "owner": "ann"}
    facts = imported(
        ("new", "10-05 09:00", reported), ("close", "10-07 09:00", {"closed_at": "2026-10-07T09:00:00+08:00"}),
        channel="email",
    )  # fmt: skip
    assert facts.solution is not None and facts.solution.derived
    figures = report([facts])
    assert figures["time_to_resolve"]["derived"] == 1
    assert figures["time_to_resolve"]["calendar_minutes"]["mean"] == 2 * 24 * 60
    assert figures["resolved_by_tier"] == {"1": 0, "2": 0, "3": 0, "unknown": 1}
    assert figures["nonconformity"]["numerator"] == 1 and {"B12", "B17"} <= set(figures["nonconformity"]["by_rule"])
    assert figures["follow_up_on_time"]["denominator"] == 0


@pytest.mark.covers("K8")
def test_an_imported_solution_before_its_report_counts_at_the_report() -> None:
    facts = imported(
        ("resolve", "10-04 09:00", {"resolved_at": "2026-10-04T09:00:00+08:00", "resolved_tier": 2}),
        ("new", "10-05 09:00", {"reported_at": "2026-10-05T09:00:00+08:00"}),
        resolution=Resolution(at("10-04 09:00"), "ann", 2, "workaround"),
    )
    assert facts.solution is not None
    assert (facts.solution.resolved_at, facts.solution.kind, facts.solution.derived) == (
        at("10-05 09:00"),
        "workaround",
        False,
    )


@pytest.mark.covers("K1")
def test_the_month_is_named_plainly_or_is_the_last_one() -> None:
    now = at("2026-11-30T17:00:00Z")  # the first of December at the desk
    assert str(parse_month("last", now, ZONE)) == "2026-11" == str(parse_month("上月", now, ZONE))
    assert parse_month("２０２６-１０", now, ZONE) == OCTOBER
    assert (str(Period(2026, 1, ZONE).previous()), str(OCTOBER.year_before())) == ("2025-12", "2025-10")
    assert (OCTOBER.start, OCTOBER.end) == (at("10-01 00:00"), at("11-01 00:00"))
    for wrong in ("2026-13", "2026-00", "2026", "26-10", "0000-01", "10-2026", ""):
        with pytest.raises(Refused) as refused:
            parse_month(wrong, now, ZONE)
        assert refused.value.problems[0].code == "E-5.15-month" and refused.value.exit_code == 2


@pytest.mark.covers("K10")
def test_the_cut_off_is_the_later_of_commit_and_months_end_once_that_has_passed() -> None:
    end = OCTOBER.end
    assert cut_off(OCTOBER, at("10-20 09:00"), at("11-05 09:00")) == end
    assert cut_off(OCTOBER, at("11-03 09:00"), at("11-05 09:00")) == at("11-03 09:00")
    assert cut_off(OCTOBER, at("10-20 09:00"), at("10-21 09:00")) == at("10-20 09:00")


@pytest.mark.covers("K14")
def test_the_running_month_never_enters_the_trend_and_the_trend_ends_after_24_months() -> None:
    rows = [
        row(year * 12 + month, Period(year, month, ZONE).start) for year in (2024, 2025, 2026) for month in range(1, 13)
    ]
    from figure_stories import world

    document = monthly(rows, OCTOBER, world(), at("10-20 09:00"))
    assert [document["trend"]["months"][place]["month"] for place in (0, -1)] == ["2024-10", "2026-09"]
    assert len(document["trend"]["months"]) == 24 and document["trend"]["months"][-1]["backlog_end"] == 33
    assert (document["month"], document["as_of"]) == ("2026-10", "2026-10-20T09:00:00+08:00")
    assert [point["month"] for point in document["forecast"]["points"]] == ["2026-10", "2026-11", "2026-12"]


@pytest.mark.covers("K7", "B19")
def test_a_follow_up_falls_due_anew_after_a_reopening() -> None:
    story = Story("10-05 09:00").simple("10-05 10:00").do("reopen", "10-06 09:00", reason="again").solved("10-20 10:00")
    assert story.facts.follow_up is not None
    assert (story.facts.follow_up.since, story.facts.follow_up.days) == (date(2026, 10, 20), WITHIN_DAYS)
