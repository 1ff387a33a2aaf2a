"""`due` for the incident manager: months to issue and records in fault (§5.15, B20); and what each role sees first."""

from __future__ import annotations

import pytest

DISPATCH = ("--decided-by", "王五", "--reason", "远程无法解决", "--engineer", "李四", "--from", "+1h", "--until", "+3h")
LATE_OCTOBER = "2026-10-30T10:00:00+08:00"


def kinds(desk, who):
    """What somebody can do now."""
    return [row["kind"] for row in desk.itil("due", "--json", who=who).json]


@pytest.mark.covers("B20", "RT6", "RO1")
def test_a_month_that_is_over_waits_for_its_report(desk):
    """For the incident manager alone, with the command that issues it; then it is done."""
    desk.new(now=LATE_OCTOBER)
    row = desk.itil("due", "--json").json[-1]
    assert (row["kind"], row["command"], row["id"]) == ("report", "itil report 2026-10 --issue", None)
    assert "report" not in kinds(desk, "陈一")
    said = desk.itil("report", "2026-10", "--issue", "--comment", "无")
    assert "records/reports/2026-10" in said.out
    assert "report" not in kinds(desk, "张三")
    assert (desk.root / "records/reports/2026-10/report.md").is_file()
    assert desk.git("status", "--porcelain") == ""
    desk.itil("check")


@pytest.mark.covers("B20")
def test_a_report_is_issued_once_by_the_incident_manager_when_its_month_is_over(desk):
    """And not while a record in fault would be left out of it."""
    case = desk.new(now=LATE_OCTOBER)
    assert desk.refused("report", "2026-10", "--issue", "--comment", "无", who="陈一", code=4) == ["E-5.15-role"]
    assert desk.refused("report", "2026-11", "--issue", "--comment", "无", code=1) == ["E-5.15-running"]
    assert desk.itil("report", "2026-10", "--issue", "--comment", "无", "--dry-run").out.count("figures.json") > 0
    path = desk.file(case)
    good = path.read_text("utf-8")
    path.write_text(good.replace('severity: "low"', 'severity: "high"', 1), "utf-8")
    desk.commit()
    assert desk.refused("report", "2026-10", "--issue", "--comment", "无", code=1) == ["E-5.15-faults"]
    assert "fault" in kinds(desk, "张三")
    path.write_text(good, "utf-8")
    desk.commit()
    desk.itil("report", "2026-10", "--issue", "--comment", "无")
    assert desk.refused("report", "2026-10", "--issue", "--comment", "无", code=1) == ["E-5.15-issued"]


@pytest.mark.covers("RO7", "RO8", "B7")
def test_manager_and_director_see_what_waits_for_their_word(desk):
    """The approval for the director; after a visit in vain the next decision for the project manager."""
    case = desk.new("-s", "medium", "-k", "none", "--guidance", "重新插拔")
    desk.itil("remote", case, "--consent-by", "张三丰", "--actions", "重装驱动", "--unsolved")
    desk.itil("dispatch", case, *DISPATCH)
    assert kinds(desk, "赵总") == ["approval"]
    desk.itil("approve", who="赵总")
    desk.itil("visit", "start", case, "--appointment", "+0m", "--place", "庆春路1号", "--ready")
    desk.itil("visit", "finish", case, "--diagnosis", "比对", "--cause", "主板", "--unsolved", "--signed-by", "张三丰")
    assert kinds(desk, "王五") == ["dispatch"]


@pytest.mark.covers("F12", "RO1")
def test_a_major_incident_without_a_manager_waits_for_the_incident_manager(desk):
    """Until somebody is named; the review is then his."""
    case = desk.new("-s", "high", "-q", "重要紧急", "--major", "--notified", who="陈一")
    assert "major_manager" in kinds(desk, "张三")
    desk.itil("classify", case, "--major-manager", "周总")
    assert "major_manager" not in kinds(desk, "张三")
    desk.itil("respond", case, "-k", "none", "--guidance", "切换备机", who="陈一")
    desk.itil("resolve", case, "--solution", "切换备机", "--backup", "/b", who="陈一")
    rows = [row for row in desk.itil("due", "--json", who="周总").json if row["kind"] == "review"]
    assert rows[0]["command"].startswith("itil review")
