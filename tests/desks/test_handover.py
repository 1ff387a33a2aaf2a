"""``itil handover`` and ``assign`` of several cases: nobody's case is lost when a shift ends or somebody leaves (§2.5, F16b)."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import TestDesk

from itilcli.language import translator

TIER2 = ("--to", "tier2", "--reason", "unresolved", "--tried", "重装")
LATER = "2026-11-24T09:00:00+08:00"


def hands(desk: TestDesk, case: str) -> tuple[str, str]:
    shown = desk.show(case)
    return shown["owner"], shown["assignee"]


def short(cases: list[dict[str, Any]]) -> set[str]:
    return {one["id"].rpartition("-")[2] for one in cases}


def orphans(desk: TestDesk, now: str = LATER) -> list[dict[str, Any]]:
    return [row for row in desk.itil("due", "--json", now=now).json if row["kind"] == "orphan"]


@pytest.fixture
def escalated(desk: TestDesk) -> str:
    """A case of tier 2: 张三 tracks it, 李四 works on it."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none")
    desk.itil("escalate", case, *TIER2)
    return case


def test_a_shift_hands_over_all_its_cases_in_one_commit(desk: TestDesk, escalated: str) -> None:
    mine, waiting, theirs = desk.new(), desk.new(), desk.new(who="陈一")
    desk.itil("respond", waiting, "-k", "none")
    desk.itil("hold", waiting, "--on", "customer", "--reason", "等客户回电")
    closed = desk.new("--solution", "换线", "--confirmed-by", "张三丰", "--rest", "none")
    before = int(desk.git("rev-list", "--count", "HEAD"))
    said = desk.itil("handover", "--to", "陈一", "--json").json
    assert short(said["cases"]) == {mine, waiting, escalated} and said["commit"]
    assert int(desk.git("rev-list", "--count", "HEAD")) == before + 1
    assert hands(desk, mine) == hands(desk, waiting) == ("陈一", "陈一")
    assert hands(desk, escalated) == ("陈一", "李四"), "only the tracking goes over"
    assert hands(desk, closed)[0] == "张三" and hands(desk, theirs) == ("陈一", "陈一")
    last = desk.show(mine)["history"][-1]
    assert (last["action"], last["by"], last["reason"]) == ("assign", "张三", translator("zh")("shift handover"))
    body = desk.git("log", "-1", "--format=%B")
    assert "Itil-Action: handover" in body and body.count("Itil-Id:") == 3
    assert desk.itil("check", "--json").json == [] or all(
        row["level"] == "warning" for row in desk.itil("check", "--json").json
    )


def test_each_case_is_a_line_and_nothing_is_no_commit(desk: TestDesk) -> None:
    cases = [desk.new(), desk.new()]
    planned = desk.itil("handover", "--to", "陈一", "--dry-run").out
    assert all(case in planned for case in cases) and desk.git("status", "--porcelain") == ""
    lines = desk.itil("handover", "--to", "陈一", "--reason", "下班").out.splitlines()
    assert len(lines) == 3 and lines[-1] == "  → itil due" and all("陈一" in line for line in lines[:-1])
    head = desk.git("rev-parse", "HEAD")
    assert desk.itil("handover", "--to", "陈一", "--json").json == {"cases": [], "commit": None, "warnings": []}
    assert desk.itil("handover", "--to", "陈一").out.count("\n") == 1 and desk.git("rev-parse", "HEAD") == head


def test_all_that_cannot_be_taken_is_named_at_once(desk: TestDesk, escalated: str) -> None:
    first, second = desk.new(), desk.new()
    said = desk.itil("handover", "--to", "李四", "--language", "en", code=1)
    assert said.err.count("E-5.5-assignee") == 2 and said.err.count("E-5.5-owner") == 1
    assert all(case in said.err for case in (first, second, escalated))
    assert desk.refused("handover", code=2) == ["E-5.5-handover-to"]
    assert desk.refused("handover", "--to", "张三", code=2) == ["E-5.5-handover-self"]
    assert desk.refused("handover", "--to", "没有", code=2) == ["E-2.5-nobody"]
    assert desk.refused("handover", first, "--to", "张三", who="陈一", code=2) == ["E-5.5-not-held"]
    assert desk.refused("handover", "--to", "张三", "--from", "李四", who="陈一", code=4) == ["E-5.5-role"]


def test_only_the_cases_named_go_over(desk: TestDesk) -> None:
    first, second = desk.new(), desk.new()
    desk.itil("handover", first, "--to", "陈一")
    assert (hands(desk, first), hands(desk, second)) == (("陈一", "陈一"), ("张三", "张三"))


def test_tier2_takes_the_work_and_the_tracking_stays(desk: TestDesk) -> None:
    """The taker is not of tier 1: what the giver tracks stays, and is said."""
    case = desk.new("-s", "medium")
    desk.itil("respond", case, "-k", "none")
    desk.itil("people", "set", "张三", "--add-role", "tier2")
    desk.itil("escalate", case, *TIER2, "--assignee", "张三")
    said = desk.itil("handover", "--to", "李四", "--json").json
    assert [row["code"] for row in said["warnings"]] == ["W-5.5-owner-stays"]
    assert hands(desk, case) == ("张三", "李四")


def test_the_incident_manager_hands_over_for_who_is_ill(desk: TestDesk) -> None:
    case, broken = desk.new(who="陈一"), desk.new(who="陈一")
    desk.file(broken).write_text("id: [\n", encoding="utf-8")
    desk.commit()
    said = desk.itil("handover", "--from", "陈一", "--to", "张三", "--reason", "病假", "--json").json
    assert short(said["cases"]) == {case} and [row["code"] for row in said["warnings"]] == ["W-5.5-unread"]
    assert hands(desk, case) == ("张三", "张三")


def test_a_case_of_somebody_who_left_is_nobodys_loss(desk: TestDesk, escalated: str) -> None:
    """The incident manager sees it in `due` and `check`; many of one person are one row."""
    desk.new(who="陈一")
    desk.itil("people", "leave", "陈一")
    desk.itil("people", "leave", "李四", "--on", "2026-11-22")
    rows = orphans(desk)
    assert {row["command"].split(" --", 1)[1] for row in rows} == {"to … --reason …", "owner … --to … --reason …"}
    assert all(row["roles"] == ["incident_manager"] for row in rows)
    found = [row for row in desk.itil("check", "--json", now=LATER).json if row["code"] == "W-2.5-left-holder"]
    assert [row["person"] for row in found] == ["张三", "张三"]
    assert all("itil handover" in row["hint"] for row in found)


def test_many_orphans_of_one_person_are_one_row_that_can_be_pasted(desk: TestDesk) -> None:
    cases = [desk.new(who="陈一") for _ in range(4)]
    desk.itil("people", "leave", "陈一")
    assert orphans(desk, now="2026-11-23T18:00:00+08:00") == []
    (row,) = orphans(desk)
    words = row["command"].replace("…", "张三").split()[1:]
    assert words[0] == "handover" and set(words[1:5]) == set(cases)
    desk.itil(*words, now=LATER)
    assert orphans(desk) == [] and {hands(desk, case) for case in cases} == {("张三", "张三")}


def test_a_role_lost_is_an_orphan_too(desk: TestDesk, escalated: str) -> None:
    desk.itil("people", "set", "李四", "--remove-role", "tier2", "--add-role", "tier1", "--from", "2026-11-24")
    assert [row["command"] for row in orphans(desk)] == [f"itil assign {escalated} --to … --reason …"]
    assert orphans(desk, now="2026-11-23T18:00:00+08:00") == []


def test_an_unknown_holder_is_an_orphan_and_is_handed_over(desk: TestDesk) -> None:
    case = desk.new(who="陈一")
    people = desk.root / "people.yaml"
    people.write_text(people.read_text("utf-8").replace('"陈一"', '"陈二"'), "utf-8")
    desk.commit("renamed by hand")
    assert [row["id"].rpartition("-")[2] for row in orphans(desk)] == [case]
    desk.itil("handover", "--from", "陈一", "--to", "张三")
    assert orphans(desk) == []


# ── assign ID…


def test_several_cases_are_assigned_in_one_commit(desk: TestDesk) -> None:
    first, second = desk.new(), desk.new()
    before = int(desk.git("rev-list", "--count", "HEAD"))
    said = desk.itil("assign", first, second, first, "--to", "陈一", "--reason", "换班", "--json").json
    assert short(said["cases"]) == {first, second} and said["commit"]
    assert int(desk.git("rev-list", "--count", "HEAD")) == before + 1
    assert hands(desk, first) == hands(desk, second) == ("张三", "陈一")
    assert "Itil-Action: assign" in desk.git("log", "-1", "--format=%B")
    assert desk.itil("assign", first, second).out.splitlines()[-1] == "  → itil due"


def test_one_refusal_keeps_all_as_they_are(desk: TestDesk, escalated: str) -> None:
    first = desk.new()
    assert desk.refused("assign", first, escalated, "--to", "陈一", code=1) == ["E-5.5-assignee"]
    assert desk.refused("assign", first, "ZZZZ", "--to", "陈一", code=3) == ["E-find-none"]
    assert hands(desk, first) == ("张三", "张三")


def test_one_case_is_told_as_ever(desk: TestDesk) -> None:
    said = desk.itil("assign", desk.new(), "--to", "陈一", "--json").json
    assert said["assignee"] == "陈一" and "cases" not in said
