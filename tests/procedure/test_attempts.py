"""§5.10: a customer who cannot be reached was tried three times since the solution, on two working days."""

from __future__ import annotations

import pytest

UNREACHABLE = ("--unsigned", "unreachable", "--reason", "三次无人接听")
FRIDAY, SATURDAY, SUNDAY, MONDAY = ("2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23")


def at(day, hour):
    return f"{day}T{hour:02}:00:00+08:00"


@pytest.fixture
def solved(desk):
    desk.now = at(FRIDAY, 8)
    return desk.new("--solution", "重新插拔")


def tried(desk, case, moments):
    """The next commands that the attempts were answered with."""
    return [desk.itil("confirm", case, "--no-answer", "--json", now=moment).json["next"] for moment in moments]


@pytest.mark.covers("B14")
def test_two_working_days_are_not_a_weekend(desk, solved):
    usual = f"itil confirm {solved} --confirmed-by …"
    moments = [at(FRIDAY, 9), at(SATURDAY, 9), at(SUNDAY, 9)]
    assert tried(desk, solved, moments) == [usual] * 3
    said = desk.itil("confirm", solved, *UNREACHABLE, "--json", now=at(SUNDAY, 10), code=1)
    assert said.codes == ["E-5.10-attempts"]
    assert tried(desk, solved, [at(MONDAY, 9)]) == [f"itil confirm {solved} --unsigned unreachable --reason …"]
    ahead = desk.itil("next", solved, "--json", now=at(MONDAY, 9)).json
    assert ahead["next"] == f"itil confirm {solved} --unsigned unreachable --reason …"
    assert ahead["next"] in [row["command"] for row in desk.itil("due", "--json", now=at(MONDAY, 9)).json]
    shown = desk.itil("show", solved, now=at(MONDAY, 9)).out
    assert shown.count("联系未果") >= 4 and "2026-11-23 09:00" in shown
    assert desk.itil("log", solved).out.count("联系未果") >= 4
    assert "--unsigned unreachable" in desk.itil("note", solved, "再等一天", now=at(MONDAY, 9)).out
    desk.itil("confirm", solved, *UNREACHABLE, now=at(MONDAY, 10))


@pytest.mark.covers("B14")
def test_attempts_for_an_earlier_solution_count_no_more(desk, solved):
    tried(desk, solved, [at(FRIDAY, 9), at(FRIDAY, 10), at(MONDAY, 9)])
    desk.itil("reopen", solved, "--reason", "故障重现", now=at(MONDAY, 10))
    desk.itil("resolve", solved, "--solution", "更换读卡器", now=at(MONDAY, 11))
    assert desk.refused("confirm", solved, *UNREACHABLE, now=at(MONDAY, 12), code=1) == ["E-5.10-attempts"]


def test_an_attempt_that_is_taken_back_is_none(desk, solved):
    later = tried(desk, solved, [at(FRIDAY, 9), at(FRIDAY, 10), at(MONDAY, 9)])
    assert "--unsigned" in later[-1]
    assert desk.itil("undo", "--json", now=at(MONDAY, 9)).json["next"] == f"itil confirm {solved} --confirmed-by …"
